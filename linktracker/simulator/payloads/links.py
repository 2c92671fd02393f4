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


def line_items(link: SimPaymentLink) -> JsonObject:
    """What the link sells, where the API is asked to show it: one line, called after its product."""
    line: JsonObject = {
        "id": f"li_{link.id.removeprefix('plink_')}",
        "object": "item",
        "amount_discount": 0,
        "amount_subtotal": link.amount,
        "amount_tax": 0,
        "amount_total": link.amount,
        "currency": link.currency,
        "description": link.product,
        "price": _price(link),
        "quantity": 1,
    }
    address = f"/v1/payment_links/{link.id}/line_items"
    return {"object": "list", "data": [line], "has_more": False, "url": address}


def _price(link: SimPaymentLink) -> JsonObject:
    """An amount of nothing is one that the buyer chooses."""
    chosen: JsonObject = {"maximum": None, "minimum": None, "preset": None}
    month: JsonObject = {
        "interval": "month",
        "interval_count": 1,
        "meter": None,
        "trial_period_days": None,
        "usage_type": "licensed",
    }
    return {
        "id": f"price_{link.id.removeprefix('plink_')}",
        "object": "price",
        "active": True,
        "billing_scheme": "per_unit",
        "currency": link.currency,
        "custom_unit_amount": None if link.amount else chosen,
        "livemode": link.livemode,
        "lookup_key": None,
        "metadata": {},
        "nickname": None,
        "product": f"prod_{link.id.removeprefix('plink_')[:14]}",
        "recurring": month if link.recurring else None,
        "tax_behavior": "inclusive" if link.tax_percent else "unspecified",
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "recurring" if link.recurring else "one_time",
        "unit_amount": link.amount or None,
        "unit_amount_decimal": str(link.amount) if link.amount else None,
    }


def _shared(link: SimPaymentLink) -> JsonObject:
    return {
        "id": link.id,
        "object": "payment_link",
        "active": link.active,
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
