"""What somebody who typed into the payments' search box may mean: decided by its shape alone."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from linktracker.lib.money import BadAmount, exponent, parse_amount

STRIPE_ID: Final = re.compile(
    "(?:pi|cs|ch|py|in|re|pyr|inpay|evt|sub|plink)_[A-Za-z0-9_]{1,250}", re.ASCII
)
_AMOUNT: Final = re.compile(
    r"(?:[€$£¥] ?|(?P<before>[A-Za-z]{3}) ?)?(?P<figure>[0-9][0-9,]{0,18}(?:\.[0-9]{1,3})?)"
    r"(?: ?[€$£¥]| ?(?P<after>[A-Za-z]{3}))?",
    re.ASCII,
)
_THOUSANDS: Final = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{1,3})?", re.ASCII)
EXAMPLES: Final = ("jpy", "usd", "kwd")  # one currency for each number of decimals


@dataclass(frozen=True)
class Search:
    """Exactly one of `stripe_id` and `email`, or else `text`, which may be an amount as well.

    `amounts` gives minor units by the number of decimals of the currency (0, 2, 3), or for the
    one `currency` that was typed beside the figure.
    """

    text: str = ""
    stripe_id: str = ""
    email: str = ""
    amounts: Mapping[int, int] = field(default_factory=dict)
    currency: str = ""


def read_search(typed: str) -> Search:
    """The meaning of what was typed; nothing typed is an empty search."""
    text = typed.strip()
    if STRIPE_ID.fullmatch(text):
        return Search(stripe_id=text)
    if "@" in text:
        return Search(email=text)
    found = _AMOUNT.fullmatch(text)
    figure = _figure(found["figure"]) if found else ""
    if found is None or not figure:
        return Search(text=text)
    currency = (found["before"] or found["after"] or "").lower()
    currencies = [currency] if currency else EXAMPLES
    return Search(text=text, currency=currency, amounts=_amounts(figure, currencies))


def _figure(written: str) -> str:
    """The figure without its thousands separators; "" where its commas separate no thousands."""
    if "," in written and not _THOUSANDS.fullmatch(written):
        return ""
    return written.replace(",", "")


def _amounts(figure: str, currencies: list[str] | tuple[str, ...]) -> dict[int, int]:
    amounts = {}
    for currency in currencies:
        try:
            amounts[exponent(currency)] = parse_amount(figure, currency)
        except BadAmount:
            continue  # 49.50 is no amount of yen, and may be one of euros
    return amounts
