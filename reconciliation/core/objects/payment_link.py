"""A Payment Link: the page that a buyer opens, what it sells, and where it sends him afterwards.

What it sells stands in its line items, which Stripe shows only to those who ask for them: events
have none, so these facts are told by fetched links alone.
"""

from collections.abc import Mapping
from typing import Final

from linktracker.lib.json_read import ABSENT, Json, Missing, integer, items, mapping, text
from linktracker.lib.money import LARGEST_AMOUNT
from reconciliation.core.facts import Facts, Kind, Source, currency, flag, last, note, word

LONGEST_PRODUCT: Final = 250
LONGEST_INTERVAL: Final = 20


def _products(source: Source) -> Json | Missing:
    """The names of what is sold, in Stripe's order; a line is called after its product."""
    lines = _lines(source)
    if lines is None:
        return ABSENT
    names = [text(line, "description") or "" for line in lines]
    return [name[:LONGEST_PRODUCT] for name in names if name]


def _price(source: Source) -> Json | Missing:
    """What a buyer pays at first: all lines together; null where that is not one fixed amount."""
    lines = _lines(source)
    if lines is None:
        return ABSENT
    amounts = [_amount_of(line) for line in lines]
    total = sum(amount for amount in amounts if amount is not None)
    fixed = bool(lines) and None not in amounts and not _goes_on(source)
    return total if fixed and total <= LARGEST_AMOUNT else None


def _buyer_chooses(source: Source) -> Json | Missing:
    """Whether the buyer types the amount, as for a donation."""
    lines = _lines(source)
    if lines is None:
        return ABSENT
    return any(mapping(_price_of(line), "custom_unit_amount") is not None for line in lines)


def _interval(source: Source) -> Json | Missing:
    """The period of the first line that comes again; null where the buyer pays once."""
    lines = _lines(source)
    if lines is None:
        return ABSENT
    intervals = (text(recurring, "interval") for recurring in map(_recurring, lines))
    return next((found[:LONGEST_INTERVAL] for found in intervals if found), None)


def _interval_count(source: Source) -> Json | Missing:
    """How many of its intervals a period has: 3 for a quarter in months."""
    lines = _lines(source)
    if lines is None:
        return ABSENT
    counts = (integer(recurring, "interval_count") for recurring in map(_recurring, lines))
    return next((count for count in counts if count and 0 < count < 1000), None)


def _lines(source: Source) -> list[Mapping[str, Json]] | None:
    """The link's line items; None where Stripe was not asked for them."""
    shown = mapping(source.fields, "line_items")
    if shown is None:
        return None
    return [line for line in items(shown, "data") if isinstance(line, dict)]


def _goes_on(source: Source) -> bool:
    """Stripe shows ten lines within a link; a link may have twenty."""
    return (mapping(source.fields, "line_items") or {}).get("has_more") is True


def _amount_of(line: Mapping[str, Json]) -> int | None:
    price, quantity = _price_of(line), integer(line, "quantity")
    unit = integer(price, "unit_amount")
    if mapping(price, "custom_unit_amount") is not None or unit is None or quantity is None:
        return None
    return unit * quantity if unit >= 0 and quantity >= 0 else None


def _price_of(line: Mapping[str, Json]) -> Mapping[str, Json]:
    return mapping(line, "price") or {}


def _recurring(line: Mapping[str, Json]) -> Mapping[str, Json]:
    return mapping(_price_of(line), "recurring") or {}


def _rank(facts: Facts) -> int:
    """A link has no course of states: nothing but its event's type orders one second."""
    return 0


PAYMENT_LINK: Final = Kind(
    name="payment_link",
    object_name="payment_link",
    facts={
        "url": last(word("url", longest=500)),
        "active": last(flag("active")),
        "currency": last(currency("currency")),
        "confirmation": last(word("after_completion", "type", longest=40)),
        "redirect_url": last(note("after_completion", "redirect", "url")),
        "submit_type": last(note("submit_type")),
        "allow_promotion_codes": last(flag("allow_promotion_codes")),
        "products": last(_products),
        "price": last(_price),
        "buyer_chooses": last(_buyer_chooses),
        "interval": last(_interval),
        "interval_count": last(_interval_count),
    },
    rank_of=_rank,
)
