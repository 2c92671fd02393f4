"""One client reference carries both: the company's own id and our link tag.

    value = [ own "-" ] "lt" version link [ click ] check

The tag stands at the right end and has a fixed length, so an own id may hold anything legal and
may be filled in elsewhere (a merge tag, a cart number). The check covers the tag alone, so the
same tail is right for every reader.
"""

import re
from dataclasses import dataclass
from typing import Literal

from campaigns.core import merge_tags
from campaigns.core.url_parameters import REFERENCE, judge

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # without i, l, o, u: no "lt" inside a tag
LINK_LENGTH = 6
CLICK_LENGTH = 12
LINK_TAGS = len(ALPHABET) ** LINK_LENGTH

LONGEST_REFERENCE = 200  # what Stripe keeps; the tag takes 11 or 23 of it, "-" one
LONGEST_OWN = LONGEST_REFERENCE - 12
LONGEST_OWN_WITH_CLICK = LONGEST_REFERENCE - 24

TAG = re.compile(
    rf"(?P<body>lt(?:1(?P<link>[{ALPHABET}]{{6}})"
    rf"|2(?P<clicked>[{ALPHABET}]{{6}})(?P<click>[{ALPHABET}]{{12}})))"
    rf"(?P<check>[{ALPHABET}]{{2}})"
)
TAG_LENGTHS = (11, 23)


class BadReference(ValueError):
    """No reference can be written from this; the message is a sentence that says why."""


@dataclass(frozen=True)
class Reference:
    """What a client reference says; `raw` is what Stripe gave and is never changed.

    Only a tagged one names a link. `own` is the company's own id: the rest of a tagged one, the
    whole of a plain one, and unknown (None) where the check failed.
    """

    raw: str | None
    reading: Literal["tagged", "check failed", "plain", "absent"]
    own: str | None = None
    link: str | None = None
    click: str | None = None


def write(own: str | None, link: str, click: str | None = None) -> str:
    """Write own id and tag in one value; the own id may hold merge tags, or be empty.

    Raises BadReference for what Stripe would drop or what is no tag.
    """
    body = _body(link, click)
    own = own or ""
    if own:
        _refuse_own(own, LONGEST_OWN if click is None else LONGEST_OWN_WITH_CLICK)
    return f"{own}{'-' if own else ''}{body}{_check(body)}"


def read(raw: str | None) -> Reference:
    """Read any text from the right, by fixed length. Never raises."""
    if not raw:
        return Reference(raw, "absent")
    for length in TAG_LENGTHS:
        if found := TAG.fullmatch(raw[-length:]):
            return _with_tail(raw, found)
    return Reference(raw, "plain", own=raw)


def link_tag(chance: int) -> str:
    """Spell a number below 32**6, drawn by the caller, as the six characters of a link tag."""
    if not 0 <= chance < LINK_TAGS:
        raise ValueError(f"{chance} is not in the range of {LINK_TAGS} link tags.")
    return "".join(ALPHABET[chance >> 5 * place & 31] for place in reversed(range(LINK_LENGTH)))


def is_link_tag(text: str) -> bool:
    """Six characters of the alphabet."""
    return _is_spelt(text, LINK_LENGTH)


def _body(link: str, click: str | None) -> str:
    if not is_link_tag(link):
        raise BadReference(f'"{link}" is not a link tag of {LINK_LENGTH} characters.')
    if click is None:
        return f"lt1{link}"
    if not _is_spelt(click, CLICK_LENGTH):
        raise BadReference(f'"{click}" is not a click tag of {CLICK_LENGTH} characters.')
    return f"lt2{link}{click}"


def _is_spelt(text: str, length: int) -> bool:
    return len(text) == length and all(character in ALPHABET for character in text)


def _refuse_own(own: str, longest: int) -> None:
    length = len(merge_tags.fixed_part(own))
    if length > longest:
        raise BadReference(
            f"Your reference has {length} characters; {longest} fit beside the link tag, "
            f"because Stripe keeps {LONGEST_REFERENCE}."
        )
    verdict = judge(REFERENCE, own)
    if verdict.verdict != "kept":
        raise BadReference(f"Your reference cannot be written. {verdict.reason}")


def _check(body: str) -> str:
    """Weigh each place by ten modulo a prime: one wrong character or one swap always shows."""
    remainder = 0
    for character in body:
        remainder = (remainder * 10 + ord(character)) % 1021
    return ALPHABET[remainder // 32] + ALPHABET[remainder % 32]


def _with_tail(raw: str, tag: re.Match[str]) -> Reference:
    """Tell a tag from a tail that looks like one.

    Alone or after "-", a wrong check means a damaged tag. Glued to other characters, a right
    check means that the "-" got lost, and a wrong one that an order number only looks so.
    """
    front = raw[: -len(tag[0])]
    is_right = _check(tag["body"]) == tag["check"]
    stands_alone = not front or front.endswith("-")
    if is_right and stands_alone:
        link = tag["link"] or tag["clicked"]
        return Reference(raw, "tagged", own=front[:-1] or None, link=link, click=tag["click"])
    if is_right or stands_alone:
        return Reference(raw, "check failed")
    return Reference(raw, "plain", own=raw)
