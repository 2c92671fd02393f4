"""Why a payment belongs to an open item: one function a reason.

The rules are R0, R1, R3 and R9 of the reference; the gates and their order are in `matching`.
Amounts are minor units. What a payment weighs is what it still holds (`received`: paid, less
refunds), so that a payment that was given back does not keep an open item paid.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from linktracker.lib.money import to_decimal

Rule = Literal["R0", "R1", "R3", "R9"]
Kind = Literal["single", "many"]


@dataclass(frozen=True, slots=True)
class PaymentMade:
    """A payment as the rules see it; `own` is its reference's own part, "" where it has none.

    A payment that nobody has paid yet has no moment of its own: `paid_at` may be anything then.
    """

    payment_id: str
    livemode: bool
    state: str
    own: str
    renewal: bool
    currency: str
    amount: int
    received: int
    paid_at: datetime


@dataclass(frozen=True, slots=True)
class ItemDue:
    """An open item as the rules see it; only a `many` may have no amount."""

    record_id: int
    livemode: bool
    external_id: str
    reference: str
    kind: Kind
    currency: str
    amount: int | None


@dataclass(frozen=True, slots=True)
class Matched:
    """The open item of a payment, by which rule, and why in words."""

    record_id: int
    rule: Rule
    reasons: tuple[str, ...]


def written(minor: int, currency: str) -> str:
    """An amount inside a sentence: EUR 49.00."""
    return f"{currency.upper()} {to_decimal(minor, currency):,}"


def already_paid(payment: PaymentMade, item: ItemDue, payer: PaymentMade) -> Matched:
    """R0: another payment pays this open item, and this one is as large."""
    return Matched(
        item.record_id,
        "R0",
        (
            f"Open item {item.external_id} is paid by {payer.payment_id} already.",
            f"This payment of {written(payment.amount, payment.currency)} pays it once more.",
        ),
    )


def exact(payment: PaymentMade, item: ItemDue, expected: int) -> Matched:
    """R1: the same reference and the same amount settle it."""
    reasons = (
        f"Its reference {item.reference} names exactly one open item.",
        f"{written(payment.amount, payment.currency)} was paid; "
        f"{written(expected, item.currency)} was expected.",
    )
    return Matched(item.record_id, "R1", reasons + _refunded_since(payment))


def account(item: ItemDue) -> Matched:
    """R3: an open item for many payments takes them all, whatever they amount to."""
    reason = f"Its reference {item.reference} names an open item for many payments."
    return Matched(item.record_id, "R3", (reason,))


def different_amount(payment: PaymentMade, item: ItemDue, expected: int) -> Matched:
    """R9: the reference names one open item, the amount is another."""
    reasons = (
        f"Its reference {item.reference} names exactly one open item.",
        f"{written(payment.amount, payment.currency)} was paid; "
        f"{written(expected, item.currency)} was expected.",
    )
    return Matched(item.record_id, "R9", reasons + _refunded_since(payment))


def other_currency(payment: PaymentMade, item: ItemDue) -> Matched:
    """R9: the reference names an open item in another currency, so no amount can be compared."""
    reason = (
        f"Its reference {item.reference} names an open item in {item.currency.upper()}; "
        f"this payment is in {payment.currency.upper()}."
    )
    return Matched(item.record_id, "R9", (reason,))


def _refunded_since(payment: PaymentMade) -> tuple[str, ...]:
    refunded = payment.amount - payment.received
    if not refunded:
        return ()
    if not payment.received:
        return ("All of it was refunded since, so it pays nothing.",)
    return (f"{written(refunded, payment.currency)} was refunded since.",)
