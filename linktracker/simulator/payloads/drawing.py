"""From what is known of an object to the object, whatever its kind."""

from typing import TypeAlias

from linktracker.simulator.catalogue import SimPaymentLink
from linktracker.simulator.payloads.billing import invoice, invoice_payment
from linktracker.simulator.payloads.checkout import checkout_session
from linktracker.simulator.payloads.facts import (
    Charge,
    Checkout,
    Intent,
    Invoice,
    InvoicePayment,
    JsonObject,
    Refund,
)
from linktracker.simulator.payloads.links import payment_link
from linktracker.simulator.payloads.money import charge, payment_intent, refund

Drawable: TypeAlias = (
    Checkout | Intent | Charge | Refund | Invoice | InvoicePayment | SimPaymentLink
)


def draw(facts: Drawable, version: str) -> JsonObject:
    """The object as `version` shapes it."""
    match facts:
        case Checkout():
            return checkout_session(facts, version=version)
        case Intent():
            return payment_intent(facts, version=version)
        case Charge():
            return charge(facts, version=version)
        case Refund():
            return refund(facts, version=version)
        case Invoice():
            return invoice(facts, version=version)
        case InvoicePayment():
            return invoice_payment(facts)
        case SimPaymentLink():
            return payment_link(facts, version=version)
