"""The Checkout Session, the one object that carries reference and payment link."""

from linktracker.simulator.payloads.facts import Checkout, JsonObject
from linktracker.simulator.payloads.versions import (
    BASIL,
    DAHLIA,
    SESSION_INVOICE,
    SESSION_STATUS,
    since,
)
from linktracker.simulator.people import Buyer

LIFETIME = 86400  # seconds until an open Session expires


def checkout_session(facts: Checkout, *, version: str) -> JsonObject:
    """A Session made by a payment link, after it was completed or has expired."""
    return (
        _heading(facts)
        | _invoice(facts, version)
        | _outcome(facts, version)
        | _page(facts)
        | _settings(facts)
        | _later_fields(facts, version)
    )


def _heading(facts: Checkout) -> JsonObject:
    return {
        "id": facts.id,
        "object": "checkout.session",
        "after_expiration": None,
        "allow_promotion_codes": True,
        "amount_subtotal": facts.subtotal,
        "amount_total": facts.total,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_address_collection": "auto",
        "cancel_url": "https://stripe.com",
        "client_reference_id": facts.client_reference_id,
        "client_secret": None,
        "created": facts.created,
        "currency": facts.currency,
        "customer": facts.customer_id,
        "expires_at": facts.created + LIFETIME,
        "livemode": facts.livemode,
        "metadata": {},
        "mode": facts.mode,
        "payment_intent": facts.intent_id,
        "payment_link": facts.payment_link_id,
        "setup_intent": None,
        "subscription": facts.subscription_id,
        "success_url": facts.success_url,
        "url": None,
    }


def _invoice(facts: Checkout, version: str) -> JsonObject:
    return {"invoice": facts.invoice_id} if since(version, SESSION_INVOICE) else {}


def _outcome(facts: Checkout, version: str) -> JsonObject:
    """The oldest version says nothing here: only the event's type tells what happened."""
    if not since(version, SESSION_STATUS):
        return {}
    return {
        "payment_status": facts.payment_status,
        "status": facts.status,
        "total_details": {
            "amount_discount": facts.discount,
            "amount_shipping": 0,
            "amount_tax": facts.tax,
        },
    }


def _page(facts: Checkout) -> JsonObject:
    """What the buyer saw and typed; nothing is typed on a page that is left."""
    left = facts.status == "expired"
    return {
        "consent": None,
        "consent_collection": None,
        "custom_fields": [],
        "custom_text": {
            "after_submit": None,
            "shipping_address": None,
            "submit": None,
            "terms_of_service_acceptance": None,
        },
        "customer_creation": "always" if facts.mode == "subscription" else "if_required",
        "customer_details": None if left else _customer_details(facts.buyer),
        "customer_email": None,
        "locale": "auto",
        "phone_number_collection": {"enabled": False},
        "shipping_address_collection": None,
        "shipping_cost": None,
        "shipping_options": [],
        "submit_type": "auto",
    }


def _customer_details(buyer: Buyer) -> JsonObject:
    return {
        "address": {
            "city": None,
            "country": buyer.country,
            "line1": None,
            "line2": None,
            "postal_code": buyer.postal_code,
            "state": None,
        },
        "business_name": None,
        "email": buyer.email,
        "individual_name": None,
        "name": buyer.name,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }


def _settings(facts: Checkout) -> JsonObject:
    return {
        "currency_conversion": None,
        "discounts": [_discount(facts)] if facts.discount else [],
        "invoice_creation": {
            "enabled": False,
            "invoice_data": {
                "account_tax_ids": None,
                "custom_fields": None,
                "description": None,
                "footer": None,
                "issuer": None,
                "metadata": {},
                "rendering_options": None,
            },
        },
        "payment_method_collection": "if_required",
        "payment_method_configuration_details": {"id": "pmc_1Q8GfYLinktracker", "parent": None},
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": ["card", "link", "sepa_debit"],
        "recovered_from": None,
        "saved_payment_method_options": None,
    }


def _discount(facts: Checkout) -> JsonObject:
    return {"coupon": None, "promotion_code": f"promo_1{facts.payment_link_id[-23:]}"}


def _later_fields(facts: Checkout, version: str) -> JsonObject:
    if not since(version, BASIL):
        return {"shipping_details": None, "ui_mode": "hosted"}
    body: JsonObject = {
        "adaptive_pricing": {"enabled": True},
        "collected_information": None,
        "permissions": None,
        "presentment_details": None,
        "ui_mode": "hosted",
        "wallet_options": None,
    }
    if since(version, DAHLIA):
        body |= {
            "customer_account": None,
            "integration_identifier": None,
            "managed_payments": {"enabled": False},
            "origin_context": None,
            "ui_mode": "hosted_page",
        }
    return body
