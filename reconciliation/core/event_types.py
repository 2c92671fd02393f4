"""Which event types we fold, the kind of object each holds, and its rank.

A rank is compared only among observations of one object within one second: Stripe stamps whole
seconds, and one payment raises several events in the same. Types that are not here are kept:
stored and answered like all others, for a later version to fold from the same bytes.
"""

from dataclasses import dataclass
from typing import Final, Literal

Outcome = Literal["folded", "kept"]


@dataclass(frozen=True, slots=True)
class Subject:
    """The kind of the object in an event, and the least rank that the event's type gives it."""

    kind: str
    rank: int


EVENT_TYPES: Final[dict[str, Subject]] = {
    "checkout.session.completed": Subject("checkout_session", 1),
    "checkout.session.async_payment_succeeded": Subject("checkout_session", 2),
    "checkout.session.async_payment_failed": Subject("checkout_session", 2),
    "checkout.session.expired": Subject("checkout_session", 3),
    "payment_intent.created": Subject("payment_intent", 0),
    "payment_intent.requires_action": Subject("payment_intent", 1),
    "payment_intent.processing": Subject("payment_intent", 2),
    "payment_intent.partially_funded": Subject("payment_intent", 2),
    "payment_intent.amount_capturable_updated": Subject("payment_intent", 3),
    "payment_intent.payment_failed": Subject("payment_intent", 4),
    "payment_intent.canceled": Subject("payment_intent", 5),
    "payment_intent.succeeded": Subject("payment_intent", 6),
    "charge.pending": Subject("charge", 0),
    "charge.succeeded": Subject("charge", 1),
    "charge.failed": Subject("charge", 1),
    "charge.captured": Subject("charge", 2),
    "charge.expired": Subject("charge", 2),
    "charge.updated": Subject("charge", 3),
    "charge.refunded": Subject("charge", 4),
    # An older name, under a charge's, for an event that holds a refund.
    "charge.refund.updated": Subject("refund", 0),
    "refund.created": Subject("refund", 0),
    "refund.updated": Subject("refund", 0),
    "refund.failed": Subject("refund", 3),
    "payment_link.created": Subject("payment_link", 0),
    "payment_link.updated": Subject("payment_link", 1),
    "invoice.finalized": Subject("invoice", 1),
    "invoice.payment_succeeded": Subject("invoice", 2),
    "invoice.paid": Subject("invoice", 2),
    "invoice_payment.paid": Subject("invoice_payment", 1),
}


def outcome(event_type: str) -> Outcome:
    """What becomes of an event of this type."""
    return "folded" if event_type in EVENT_TYPES else "kept"
