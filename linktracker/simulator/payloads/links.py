"""The PaymentLink object. It has no `created`, no name and no UTM field."""

from linktracker.simulator.catalogue import SimPaymentLink
from linktracker.simulator.payloads.facts import JsonObject
from linktracker.simulator.payloads.versions import BASIL, DAHLIA, SESSION_STATUS, since


def payment_link(link: SimPaymentLink, *, version: str) -> JsonObject:
    """The link as `payment_link.created` shows it: line items are absent unless expanded."""
    body = _shared(link)
    if since(version, SESSION_STATUS):
        body |= {"currency": link.currency, "inactive_message": None, "restrictions": None}
    if since(version, BASIL):
        body |= {"name_collection": None, "optional_items": None}
    if since(version, DAHLIA):
        body |= {"managed_payments": None, "payment_method_options": None}
    return body


def _shared(link: SimPaymentLink) -> JsonObject:
    return {
        "id": link.id,
        "object": "payment_link",
        "active": True,
        "after_completion": _after_completion(link),
        "allow_promotion_codes": True,
        "application": None,
        "application_fee_amount": None,
        "application_fee_percent": None,
        "automatic_tax": {"enabled": False, "liability": None},
        "billing_address_collection": "auto",
        "consent_collection": None,
        "custom_fields": [],
        "custom_text": {
            "after_submit": None,
            "shipping_address": None,
            "submit": None,
            "terms_of_service_acceptance": None,
        },
        "customer_creation": "if_required",
        "invoice_creation": {"enabled": False, "invoice_data": None},
        "livemode": link.livemode,
        "metadata": {},
        "on_behalf_of": None,
        "payment_intent_data": None,
        "payment_method_collection": "if_required",
        "payment_method_types": None,
        "phone_number_collection": {"enabled": False},
        "shipping_address_collection": None,
        "shipping_options": [],
        "submit_type": "donate" if "//donate." in link.url else "auto",
        "subscription_data": None,
        "tax_id_collection": {"enabled": False, "required": "never"},
        "transfer_data": None,
        "url": link.url,
    }


def _after_completion(link: SimPaymentLink) -> JsonObject:
    """The branch that is not in use is absent."""
    if link.confirmation == "redirect":
        return {"redirect": {"url": link.redirect_url}, "type": "redirect"}
    return {"hosted_confirmation": {"custom_message": None}, "type": "hosted_confirmation"}
