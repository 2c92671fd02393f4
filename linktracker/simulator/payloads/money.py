"""The objects that move money: PaymentIntent, Charge and Refund. None of them names a link."""

from collections.abc import Sequence

from linktracker.simulator.payloads.facts import Charge, Intent, JsonObject, Refund
from linktracker.simulator.payloads.versions import BASIL, DAHLIA, LATEST_CHARGE, since


def payment_intent(facts: Intent, *, version: str) -> JsonObject:
    """Before 2022-11-15 an intent held its charges; since then it names the latest one."""
    made = facts.charge
    body: JsonObject = {
        "id": facts.id,
        "object": "payment_intent",
        "amount": made.amount,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": made.amount if facts.status == "succeeded" else 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": None,
        "canceled_at": facts.canceled_at,
        "cancellation_reason": "automatic" if facts.canceled_at else None,
        "capture_method": "automatic",
        "client_secret": None,
        "confirmation_method": "automatic",
        "created": facts.created,
        "currency": made.currency,
        "customer": made.customer_id,
        "description": None,
        "last_payment_error": _last_payment_error(facts),
        "livemode": facts.livemode,
        "metadata": {},
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": f"pm_1{made.id[-23:]}",
        "payment_method_options": {},
        "payment_method_types": ["card", "link", "sepa_debit"],
        "processing": None,
        "receipt_email": None,
        "review": None,
        "setup_future_usage": None,
        "shipping": None,
        "source": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": facts.status,
        "transfer_data": None,
        "transfer_group": None,
    }
    if not since(version, BASIL):
        body["invoice"] = made.invoice_id
    if since(version, DAHLIA):
        body |= {"customer_account": None, "excluded_payment_method_types": None}
    if since(version, LATEST_CHARGE):
        body["latest_charge"] = made.id
    else:
        url = f"/v1/charges?payment_intent={facts.id}"
        body["charges"] = _listed([charge(made, version=version)], url)
    return body


def _last_payment_error(facts: Intent) -> JsonObject | None:
    if facts.charge.status != "failed":
        return None
    return {
        "charge": facts.charge.id,
        "code": "card_declined",
        "decline_code": "insufficient_funds",
        "message": "Your card has insufficient funds.",
        "type": "card_error",
    }


def charge(facts: Charge, *, version: str) -> JsonObject:
    """Before 2022-11-15 a charge held its refunds, the newest first."""
    refused = facts.status == "failed"
    body: JsonObject = {
        "id": facts.id,
        "object": "charge",
        "amount": facts.amount,
        "amount_captured": facts.amount if facts.status == "succeeded" else 0,
        "amount_refunded": facts.amount_refunded,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": facts.balance_transaction,
        "billing_details": _billing_details(facts),
        "calculated_statement_descriptor": "EXAMPLE SHOP",
        "captured": facts.status == "succeeded",
        "created": facts.created,
        "currency": facts.currency,
        "customer": facts.customer_id,
        "description": None,
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": "card_declined" if refused else None,
        "failure_message": "Your card has insufficient funds." if refused else None,
        "fraud_details": {},
        "livemode": facts.livemode,
        "metadata": {},
        "on_behalf_of": None,
        "outcome": _outcome(facts),
        "paid": facts.status == "succeeded",
        "payment_intent": facts.intent_id,
        "payment_method": f"pm_1{facts.id[-23:]}",
        "payment_method_details": _payment_method_details(facts),
        "receipt_email": None,
        "receipt_number": None,
        "receipt_url": f"https://pay.stripe.com/receipts/payment/{facts.id[-23:]}",
        "refunded": facts.amount_refunded == facts.amount,
        "review": None,
        "shipping": None,
        "source": None,
        "source_transfer": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": facts.status,
        "transfer_data": None,
        "transfer_group": None,
    }
    if not since(version, BASIL):
        body["invoice"] = facts.invoice_id
    if not since(version, LATEST_CHARGE):
        held = [refund(one, version=version) for one in reversed(facts.refunds)]
        body["refunds"] = _listed(held, f"/v1/charges/{facts.id}/refunds")
    return body


def _billing_details(facts: Charge) -> JsonObject:
    return {
        "address": {
            "city": None,
            "country": facts.buyer.country,
            "line1": None,
            "line2": None,
            "postal_code": facts.buyer.postal_code,
            "state": None,
        },
        "email": facts.buyer.email,
        "name": facts.buyer.name,
        "phone": None,
        "tax_id": None,
    }


def _outcome(facts: Charge) -> JsonObject:
    refused = facts.status == "failed"
    return {
        "network_status": "declined_by_network" if refused else "approved_by_network",
        "reason": "insufficient_funds" if refused else None,
        "risk_level": "normal",
        "seller_message": "Payment complete.",
        "type": "issuer_declined" if refused else "authorized",
    }


def _payment_method_details(facts: Charge) -> JsonObject:
    """Stripe's own test card and test account, as anyone may print them."""
    if facts.method == "sepa_debit":
        debit: JsonObject = {"bank_code": "37040044", "country": "DE", "last4": "3000"}
        return {"sepa_debit": debit, "type": "sepa_debit"}
    card: JsonObject = {
        "brand": "visa",
        "checks": {
            "address_line1_check": None,
            "address_postal_code_check": "pass",
            "cvc_check": "pass",
        },
        "country": facts.buyer.country,
        "exp_month": 8,
        "exp_year": 2030,
        "funding": "credit",
        "installments": None,
        "last4": "4242",
        "mandate": None,
        "network": "visa",
        "three_d_secure": None,
        "wallet": None,
    }
    return {"card": card, "type": "card"}


def refund(facts: Refund, *, version: str) -> JsonObject:
    """A refund has no livemode; only one that bounced has its two failure fields."""
    body: JsonObject = {
        "id": facts.id,
        "object": "refund",
        "amount": facts.amount,
        "balance_transaction": facts.balance_transaction,
        "charge": facts.charge_id,
        "created": facts.created,
        "currency": facts.currency,
        "metadata": {},
        "payment_intent": facts.intent_id,
        "reason": "requested_by_customer",
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": facts.status,
        "transfer_reversal": None,
    }
    if since(version, LATEST_CHARGE):
        body["destination_details"] = {facts.method: {"type": "refund"}, "type": facts.method}
    if since(version, DAHLIA):
        body |= {"customer": None, "customer_account": None, "payment_method": None}
    if facts.status == "failed":
        body["failure_balance_transaction"] = facts.failure_balance_transaction
        body["failure_reason"] = facts.failure_reason
    return body


def _listed(rows: Sequence[JsonObject], url: str) -> JsonObject:
    return {
        "object": "list",
        "data": list(rows),
        "has_more": False,
        "total_count": len(rows),
        "url": url,
    }
