"""Which links somebody wants to change: those that were ticked, or all of a search."""

from dataclasses import dataclass
from typing import Final

from campaigns.core.link_search import LARGEST_KEY, LinkSearch

MOST_TICKED: Final = 1_000  # more than a page has; whoever wants more asks for all of a search


@dataclass(frozen=True)
class LinkChoice:
    """`lines` of links; or, where that is None, every link that `search` finds."""

    lines: tuple[int, ...] | None = ()
    search: LinkSearch = LinkSearch()  # noqa: RUF009  # frozen, as we are


def ticked(lines: list[str]) -> LinkChoice:
    """The links of these numbers; what is no number of a link is left out."""
    numbers = [int(line) for line in lines[:MOST_TICKED] if _is_a_line(line)]
    return LinkChoice(tuple(dict.fromkeys(numbers)))


def _is_a_line(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 19 and int(text) <= LARGEST_KEY
