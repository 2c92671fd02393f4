"""Stripe's objects, whole, as each API version shapes them.

Field names follow Stripe's own sample objects. The differences between versions that matter to a
reader of payments are named in `versions`.
"""

from linktracker.simulator.payloads.billing import invoice, invoice_payment
from linktracker.simulator.payloads.checkout import checkout_session
from linktracker.simulator.payloads.drawing import Drawable, draw
from linktracker.simulator.payloads.envelope import encode, event
from linktracker.simulator.payloads.facts import (
    Charge,
    Checkout,
    Intent,
    Invoice,
    InvoicePayment,
    JsonObject,
    Refund,
)
from linktracker.simulator.payloads.links import line_items, payment_link
from linktracker.simulator.payloads.money import charge, payment_intent, refund
from linktracker.simulator.payloads.versions import NEWEST, VERSIONS

__all__ = [
    "NEWEST",
    "VERSIONS",
    "Charge",
    "Checkout",
    "Drawable",
    "Intent",
    "Invoice",
    "InvoicePayment",
    "JsonObject",
    "Refund",
    "charge",
    "checkout_session",
    "draw",
    "encode",
    "event",
    "invoice",
    "invoice_payment",
    "line_items",
    "payment_intent",
    "payment_link",
    "refund",
]
