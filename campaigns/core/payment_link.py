"""What Stripe says about one payment link, and how what it sells is put into words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

LONGEST_PRODUCT: Final = 250


@dataclass(frozen=True)
class PaymentLinkSeen:
    """Its id, its public address without query, and what buyers meet there; None where not told.

    `price` is what a buyer pays at first, in minor units of `currency`; `interval` is the period
    after which he pays again.
    """

    stripe_id: str
    url: str
    livemode: bool
    active: bool | None
    currency: str | None
    confirmation: str | None
    redirect_url: str | None
    product: str = ""
    price: int | None = None
    buyer_chooses: bool | None = None
    interval: str | None = None
    interval_count: int | None = None
    promotion_codes: bool | None = None


def product_of(names: Sequence[str]) -> str:
    """One name for all that a payment link sells."""
    if not names:
        return ""
    others = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return names[0][: LONGEST_PRODUCT - len(others)] + others


def period_of(interval: str | None, count: int | None) -> str:
    """How often a buyer pays: “a month”, “every 3 months”; nothing where it is once."""
    if not interval:
        return ""
    return f"every {count} {interval}s" if count and count > 1 else f"a {interval}"
