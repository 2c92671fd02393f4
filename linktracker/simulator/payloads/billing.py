"""The objects of a subscription: its invoices, and what joins them to the money."""

from linktracker.simulator.payloads.facts import Invoice, InvoicePayment, JsonObject
from linktracker.simulator.payloads.versions import BASIL, since


def invoice(facts: Invoice, *, version: str) -> JsonObject:
    """Since basil an invoice names neither intent nor charge, and its subscription in `parent`."""
    if since(version, BASIL):
        return _shared(facts) | {"parent": _parent(facts), "total_taxes": []}
    return _shared(facts) | {
        "charge": facts.charge_id,
        "paid": True,
        "payment_intent": facts.intent_id,
        "subscription": facts.subscription_id,
        "tax": None,
    }


def _shared(facts: Invoice) -> JsonObject:
    return {
        "id": facts.id,
        "object": "invoice",
        "account_country": "NL",
        "account_name": "Example Shop",
        "amount_due": facts.amount,
        "amount_paid": facts.amount,
        "amount_remaining": 0,
        "attempt_count": 1,
        "attempted": True,
        "auto_advance": False,
        "billing_reason": facts.billing_reason,
        "collection_method": "charge_automatically",
        "created": facts.created,
        "currency": facts.currency,
        "customer": facts.customer_id,
        "customer_email": facts.buyer.email,
        "customer_name": facts.buyer.name,
        "default_payment_method": None,
        "description": None,
        "discounts": [],
        "due_date": None,
        "ending_balance": 0,
        "footer": None,
        "hosted_invoice_url": f"https://invoice.stripe.com/i/{facts.id}",
        "lines": {
            "object": "list",
            "data": [_line(facts)],
            "has_more": False,
            "url": f"/v1/invoices/{facts.id}/lines",
        },
        "livemode": facts.livemode,
        "metadata": {},
        "number": facts.number,
        "period_end": facts.created,
        "period_start": facts.created,
        "receipt_number": None,
        "starting_balance": 0,
        "status": "paid",
        "status_transitions": {
            "finalized_at": facts.created,
            "marked_uncollectible_at": None,
            "paid_at": facts.created,
            "voided_at": None,
        },
        "subtotal": facts.amount,
        "total": facts.amount,
    }


def _line(facts: Invoice) -> JsonObject:
    return {
        "id": f"il_1{facts.id[-23:]}",
        "object": "line_item",
        "amount": facts.amount,
        "currency": facts.currency,
        "description": "1 × Supporter subscription",
        "discountable": True,
        "livemode": facts.livemode,
        "metadata": {},
        "quantity": 1,
    }


def _parent(facts: Invoice) -> JsonObject:
    return {
        "quote_details": None,
        "subscription_details": {"metadata": {}, "subscription": facts.subscription_id},
        "type": "subscription_details",
    }


def invoice_payment(facts: InvoicePayment) -> JsonObject:
    """One shape only: the object was born with basil."""
    return {
        "id": facts.id,
        "object": "invoice_payment",
        "amount_paid": facts.amount,
        "amount_requested": facts.amount,
        "created": facts.created,
        "currency": facts.currency,
        "invoice": facts.invoice_id,
        "is_default": True,
        "livemode": facts.livemode,
        "payment": {"payment_intent": facts.intent_id, "type": "payment_intent"},
        "status": "paid",
        "status_transitions": {"canceled_at": None, "paid_at": facts.created},
    }
