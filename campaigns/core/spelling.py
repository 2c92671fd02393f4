"""What was meant: a code that Stripe keeps for one it would drop, a right name for a wrong one.

The browser makes the same suggestions, so nothing here depends on a locale.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from campaigns.core import merge_tags

# Latin letters that NFKD leaves whole.
FOLDED_LETTERS: Mapping[str, str] = {
    "ß": "ss", "ẞ": "SS", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE",
    "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th",
    "ħ": "h", "Ħ": "H", "ı": "i",
}  # fmt: skip

ACCENTS = re.compile(r"[\u0300-\u036f]")
STRANGER = re.compile(r"[^A-Za-z0-9_-]")
STRANGERS_AND: Mapping[str, re.Pattern[str]] = {
    "_": re.compile(r"[^A-Za-z0-9-]+"),
    "-": re.compile(r"[^A-Za-z0-9_]+"),
}
SEPARATORS = re.compile(r"[-_. ]")
SHORTEST_GUESSED = 7


def clean_code(value: str, longest: int | None) -> str | None:
    """Fold accents, join what illegal characters part, cut; None when nothing sensible is left.

    Merge tags stay as they are, and a value that holds one is not cut.
    """
    parts = merge_tags.pieces(value)
    parts[::2] = [folded(text) for text in parts[::2]]
    parts[0] = parts[0].lstrip(_strangers(parts[0]))
    parts[-1] = parts[-1].rstrip(_strangers(parts[-1]))
    joiner = _joiner("".join(parts[::2]))
    parts[::2] = [_joined(text, joiner) for text in parts[::2]]
    fixed = "".join(parts[::2])
    if len(parts) > 1:
        return "".join(parts) if fixed == fixed[:longest] else None
    cut = fixed if fixed == fixed[:longest] else fixed[:longest].rstrip(joiner)
    return cut if cut.strip("-_") else None


def folded(text: str) -> str:
    """Write letters without their accents: été is ete, straße is strasse."""
    bare = ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    return "".join(FOLDED_LETTERS.get(character, character) for character in bare)


def nearest_locale(value: str, locales: Iterable[str]) -> str | None:
    """Find the locale meant: pt_br is pt-BR, de-AT is de, hi is hi-IN."""
    known = {locale.lower(): locale for locale in locales}
    typed = value.strip(" \t\r\n").replace("_", "-").lower()
    language = typed.split("-")[0]
    regional = (known[tag] for tag in known if tag.startswith(f"{language}-"))
    return known.get(typed) or known.get(language) or next(regional, None)


def right_name(name: str, names: Iterable[str]) -> str | None:
    """Find the name meant: another case or separator, an escaped &amp; before it, or one slip."""
    typed = _bare(name)
    bare_names = {_bare(right): right for right in names}
    if typed in bare_names:
        return bare_names[typed]
    near = (right for bare, right in bare_names.items() if _one_slip_apart(typed, bare))
    return next(near, None)


def _strangers(text: str) -> str:
    return "".join(set(STRANGER.findall(text)))


def _joiner(text: str) -> str:
    return "-" if "-" in text and "_" not in text else "_"


def _joined(text: str, joiner: str) -> str:
    """Turn each run of illegal characters, with the joiners that touch it, into one joiner."""
    return STRANGERS_AND[joiner].sub(
        lambda run: joiner if STRANGER.search(run[0]) else run[0],
        text,
    )


def _bare(name: str) -> str:
    return SEPARATORS.sub("", name.removeprefix("amp;").lower())


def _one_slip_apart(typed: str, right: str) -> bool:
    """One letter too many, missing, wrong, or two neighbours swapped; digits are no slip."""
    if min(len(typed), len(right)) < SHORTEST_GUESSED or not re.fullmatch("[a-z]+", typed):
        return False
    same = 0
    while typed[same : same + 1] == right[same : same + 1] != "":
        same += 1
    typed, right = typed[same:], right[same:]
    swapped = right[1:2] + right[:1] + right[2:]
    return typed[1:] == right or typed == right[1:] or typed[1:] == right[1:] or typed == swapped
