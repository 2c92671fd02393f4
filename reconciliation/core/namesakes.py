"""Namesakes: two open items with one reference in one currency, so that a payment names neither.

Matching lets a payment through only where one open item, of either kind, has its reference in its
currency (`core/matching.py`). A second one could never be matched, and would part the first from
its payments; so it is refused before it is recorded. Another currency may share the reference.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from reconciliation.core.open_items import Changes, OpenItem


@dataclass(frozen=True, slots=True)
class Standing:
    """An open item of the books as they are, neither void nor superseded."""

    source: str
    external_id: str
    reference: str
    currency: str


def refusals(changes: Changes, others: Iterable[Standing], source: str) -> dict[str, str]:
    """A sentence for each changed or new item that has a namesake, by external id.

    `others` stand in the books and stay as they are. Of two new items the first is right.
    """
    holders = {_named(other): _told(other, source) for other in others}
    refused: dict[str, str] = {}
    for item in (*changes.revised, *changes.new):
        if holder := holders.get(_named(item)):
            refused[item.external_id] = _sentence(item, holder)
        else:
            holders[_named(item)] = item.external_id
    return refused


def _named(item: OpenItem | Standing) -> tuple[str, str]:
    return item.reference, item.currency


def _told(other: Standing, source: str) -> str:
    """Its number; where it comes from only if that is elsewhere, as numbers may repeat there."""
    return other.external_id if other.source == source else f"{other.external_id} ({other.source})"


def _sentence(item: OpenItem, holder: str) -> str:
    return (
        f"Open item {holder} has the reference {item.reference} in {item.currency.upper()}; "
        "a payment could not be told to be for one of the two."
    )
