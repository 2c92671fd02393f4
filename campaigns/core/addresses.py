"""The addresses in any text: a link, a log, a mail, a list; each once, and how often it stands there."""

import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final
from urllib.parse import unquote

from campaigns.core import merge_tags
from campaigns.core.payment_url import NotAPaymentLink, take_apart

MOST_LINES: Final = 2_000
MOST_ADDRESSES: Final = 2_000
LONGEST_TEXT: Final = 1_000_000  # characters
MOST_WORDS_AFTER: Final = 2

# With its scheme; or without, where the rest can be taken for nothing else.
BEGINNING: Final = re.compile(
    r"(?<![\w.@/%-])(?:https?://"
    r"|(?:[a-z0-9-]{1,63}\.)*stripe\.com/"
    r"|(?:[a-z0-9-]{1,63}\.)+[a-z]{2,24}/b/)",
    re.IGNORECASE,
)
# Up to a space, quotation mark or bracket; a merge tag may hold any of them.
REST: Final = re.compile(rf"(?:{merge_tags.MERGE_TAG.pattern}|[^\s<>\"'`\\])*")
BROKEN_IN_A_MAIL: Final = re.compile(r"<https://(?:[^<>\s]|[\r\n]+[ \t]*)+>")
ENCODED: Final = re.compile(r"https%3A%2F%2F[^\s&<>\"'`\\]+", re.IGNORECASE)
WITHIN: Final = re.compile("(?<=[=/])https://", re.IGNORECASE)
ESCAPED: Final = (("\\/", "/"), ("\\u0026", "&"), ("\\u003d", "="), ("\\u003D", "="))
AT_THE_END: Final = ".,;:!?*|"
BRACKETS: Final = {")": "(", "]": "[", "}": "{"}


class TooMuch(ValueError):
    """The text is longer than is read at once; the sentence says by how much."""


@dataclass(frozen=True)
class Addresses:
    """Each address with the number of its copies, in the order of the text."""

    copies: dict[str, int]
    lines_without: int


def addresses(text: str) -> Addresses:
    """Find what looks like an address in each line; raises `TooMuch`."""
    lines = _lines(text)
    found: Counter[str] = Counter()
    without = 0
    for line in lines:
        in_line = list(_in_line(line))
        found.update(in_line)
        without += not in_line
    if len(found) > MOST_ADDRESSES:
        raise TooMuch(
            f"{len(found):,} different addresses; {MOST_ADDRESSES:,} can be looked at at once."
        )
    return Addresses(dict(found), without)


def _lines(text: str) -> list[str]:
    if len(text) > LONGEST_TEXT:
        raise TooMuch(f"{len(text):,} characters; {LONGEST_TEXT:,} can be looked at at once.")
    mended = BROKEN_IN_A_MAIL.sub(lambda broken: re.sub(r"\s+", "", broken[0]), text)
    lines = [line for line in re.split(r"[\r\n]+", mended) if line.strip()]
    if len(lines) > MOST_LINES:
        raise TooMuch(f"{len(lines):,} lines; {MOST_LINES:,} can be looked at at once.")
    return lines


def _in_line(line: str) -> Iterator[str]:
    """The line itself where it is one address, spaces and all; else each address that stands in it."""
    bare = line.strip(" \t\xa0\u200b\ufeff")
    if bare.startswith("<") and bare.endswith(">"):
        bare = bare[1:-1]
    if _is_alone(bare):
        yield _meant(_with_scheme(bare))
        return
    for escape, character in ESCAPED:
        line = line.replace(escape, character)
    end = 0
    for beginning, ends, address in _standing_in(line):
        yield from _encoded_in(line[end:beginning])
        yield _meant(_with_scheme(address))
        end = ends
    yield from _encoded_in(line[end:])


def _is_alone(line: str) -> bool:
    """A value that holds spaces goes on until the next parameter, or for a word or two."""
    first, *words = line.split(" ")
    beginnings = list(BEGINNING.finditer(line))
    if len(beginnings) != 1 or beginnings[0].start() or re.search(r"[<>\"'`\\\t]", line):
        return False
    if not words:
        return True
    places = [place for place, word in enumerate(words) if re.search("&[^=]+=", word)]
    after = words[places[-1] + 1 :] if places else words
    is_log = len(after) > 1 and all(word.isdigit() for word in after)
    return "?" in first and len(after) <= MOST_WORDS_AFTER and not is_log


def _meant(address: str) -> str:
    """The payment link that a redirect, or an archive, leads to; else the address itself."""
    if _is_link(address):
        return address
    return next(chain(_encoded_in(address), _written_in(address)), address)


def _encoded_in(text: str) -> Iterator[str]:
    return filter(_is_link, map(unquote, ENCODED.findall(text)))


def _written_in(address: str) -> Iterator[str]:
    """In a query, what follows the next & is no part of the address within."""
    for beginning in WITHIN.finditer(address):
        inside = address[beginning.start() :]
        if "?" in address[: beginning.start()]:
            inside = inside.partition("&")[0]
        if _is_link(inside):
            yield inside


def _standing_in(line: str) -> Iterator[tuple[int, int, str]]:
    """Each address with where it begins and ends."""
    end = 0
    for beginning in BEGINNING.finditer(line):
        if beginning.start() < end:
            continue
        rest = REST.match(line, beginning.end())
        address = beginning[0] + (rest[0] if rest else "")
        if line.endswith(('"', "'"), 0, beginning.start()):
            address = html.unescape(address)
        address = _first_of_a_list(address)
        end = beginning.start() + len(address)
        yield beginning.start(), end, _without_punctuation(address)


def _first_of_a_list(address: str) -> str:
    """Commas and semicolons part the columns of a table; no value that Stripe keeps holds one."""
    pieces = merge_tags.pieces(address)
    for place in range(0, len(pieces), 2):
        if cut := re.search(r"(?<!&amp)[,;]", pieces[place]):
            return "".join(pieces[:place]) + pieces[place][: cut.start()]
    return address


def _without_punctuation(address: str) -> str:
    """Take off what belongs to the sentence around it; a merge tag at the end is no punctuation."""
    *front, last = merge_tags.pieces(address)
    while last and (last[-1] in AT_THE_END or _closes_nothing(last)):
        last = last[:-1]
    return "".join([*front, last])


def _closes_nothing(text: str) -> bool:
    opening = BRACKETS.get(text[-1])
    return opening is not None and opening not in text


def _with_scheme(address: str) -> str:
    """An address as it is printed, without https://, opens as one that has it."""
    return address if "://" in address.partition("?")[0] else f"https://{address}"


def _is_link(text: str) -> bool:
    try:
        take_apart(text)
    except NotAPaymentLink:
        return False
    return True
