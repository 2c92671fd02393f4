"""Which links an unattributed payment may have come from, each with the sentence that says why.

Nothing here decides: a candidate is an offer to a person. The likeliest come first: a reference
that is one typing error away, then the campaign that codes name, then the same payment link.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

MOST: Final = 10

Why = Literal["tag", "reference", "campaign", "payment link"]
ORDER: Final[tuple[Why, ...]] = ("tag", "reference", "campaign", "payment link")


@dataclass(frozen=True)
class LinkFound:
    """A saved link that some evidence points at, and `what` the evidence was about.

    `last_paid_on` is told of links that use the same payment link.
    """

    line: int
    name: str
    why: Why
    what: str = ""
    last_paid_on: date | None = None


@dataclass(frozen=True)
class Candidate:
    line: int
    name: str
    sentences: tuple[str, ...]


def candidates(found: Iterable[LinkFound]) -> tuple[Candidate, ...]:
    """At most `MOST` links; one found for several reasons stands where its best reason puts it.

    Within one reason the order is the caller's.
    """
    in_order = sorted(found, key=lambda link: ORDER.index(link.why))
    names: dict[int, str] = {}
    sentences: dict[int, list[str]] = {}
    for link in in_order:
        names.setdefault(link.line, link.name)
        said = sentences.setdefault(link.line, [])
        if _sentence(link) not in said:
            said.append(_sentence(link))
    lines = list(names)[:MOST]
    return tuple(Candidate(line, names[line], tuple(sentences[line])) for line in lines)


def _sentence(link: LinkFound) -> str:
    if link.why == "tag":
        return f"The reference becomes its tag {link.what} when one typing error is put right."
    if link.why == "reference":
        return f"It was issued with the reference {link.what}, one typing error away."
    if link.why == "campaign":
        return f"It belongs to the campaign code {link.what} that came with the payment."
    if link.last_paid_on is None:
        return "It uses the same payment link; nobody has paid through it yet."
    return f"It uses the same payment link; last paid on {link.last_paid_on:%-d %b %Y}."
