"""One class a file: columns and the promises that the database keeps."""

from reconciliation.models.buyer import Buyer
from reconciliation.models.charge import Charge
from reconciliation.models.checkout_session import CheckoutSession
from reconciliation.models.event_variant import EventVariant
from reconciliation.models.expected_payment import ExpectedPayment
from reconciliation.models.head import Head
from reconciliation.models.inbox_event import InboxEvent
from reconciliation.models.invoice import Invoice, InvoicePayment
from reconciliation.models.match import Match
from reconciliation.models.observation import Observation
from reconciliation.models.paid_item import PaidItem
from reconciliation.models.payment_intent import PaymentIntent
from reconciliation.models.refund import Refund
from reconciliation.models.replay import Replay, ReplayedEvent
from reconciliation.models.worker import Worker

__all__ = [
    "Buyer",
    "Charge",
    "CheckoutSession",
    "EventVariant",
    "ExpectedPayment",
    "Head",
    "InboxEvent",
    "Invoice",
    "InvoicePayment",
    "Match",
    "Observation",
    "PaidItem",
    "PaymentIntent",
    "Refund",
    "Replay",
    "ReplayedEvent",
    "Worker",
]
