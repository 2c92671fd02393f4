"""Event types in words, for the timeline of a payment."""

from dataclasses import dataclass
from typing import Final, Literal


@dataclass(frozen=True, slots=True)
class Told:
    """What an event says, and whether it is good or bad news for the payment."""

    words: str
    tone: Literal["", "warn", "bad"] = ""


WORDS: Final[dict[str, Told]] = {
    "checkout.session.completed": Told("The buyer finished the checkout"),
    "checkout.session.async_payment_succeeded": Told("The delayed payment came in"),
    "checkout.session.async_payment_failed": Told("The delayed payment failed", "bad"),
    "checkout.session.expired": Told("The checkout expired", "warn"),
    "payment_intent.created": Told("The payment was begun"),
    "payment_intent.requires_action": Told("The buyer had to confirm the payment"),
    "payment_intent.processing": Told("The payment was accepted and is under way"),
    "payment_intent.partially_funded": Told("A part of the money came in"),
    "payment_intent.amount_capturable_updated": Told("The money was set aside for us"),
    "payment_intent.payment_failed": Told("A try to pay failed", "bad"),
    "payment_intent.canceled": Told("The payment was canceled", "bad"),
    "payment_intent.succeeded": Told("The payment succeeded"),
    "charge.pending": Told("The charge is under way"),
    "charge.succeeded": Told("The charge succeeded"),
    "charge.failed": Told("A charge failed", "bad"),
    "charge.captured": Told("The charge was captured"),
    "charge.expired": Told("The charge was not captured in time", "bad"),
    "charge.updated": Told("The charge was updated"),
    "charge.refunded": Told("The charge counts a refund", "warn"),
    "charge.refund.updated": Told("A refund was updated", "warn"),
    "refund.created": Told("A refund was begun", "warn"),
    "refund.updated": Told("A refund was updated", "warn"),
    "refund.failed": Told("A refund failed, so the money stays", "warn"),
    "invoice.finalized": Told("The invoice was finalized"),
    "invoice.payment_succeeded": Told("The invoice's payment succeeded"),
    "invoice.paid": Told("The invoice is paid"),
    "invoice_payment.paid": Told("A payment was put to the invoice"),
}


def told(event_type: str) -> Told:
    """The words for a type; a fetched object has none, and a type without words speaks for itself."""
    if not event_type:
        return Told("We asked Stripe and got this answer")
    return WORDS.get(event_type, Told(event_type))
