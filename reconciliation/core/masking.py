"""What Stripe sent, with the buyer left out: for people who may see facts but not who paid."""

import re
from typing import Final

from linktracker.lib.json_read import Json

MASKED: Final = "(masked)"
# Stripe's names for what says who somebody is, in objects of every API version since 2019.
PERSONAL: Final = frozenset(
    {
        "address", "address_city", "address_line1", "address_line2", "address_state", "address_zip",
        "billing_details", "business_name", "collected_information", "custom_fields",
        "customer_address", "customer_details", "customer_email", "customer_name",
        "customer_phone", "customer_shipping", "customer_tax_ids", "email", "fingerprint",
        "individual_name", "ip_address", "last4", "name", "phone", "receipt_email",
        "receipt_number", "receipt_url", "shipping", "shipping_details", "tax_ids",
        "hosted_invoice_url", "invoice_pdf", "verified_email", "verified_name", "verified_phone",
        "verified_address", "client_secret", "metadata", "url",
    }
)  # fmt: skip
# A payment link's own address is no buyer's, a session's leads into somebody's checkout.
PUBLIC_ADDRESS: Final = "https://buy.stripe.com/"
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")


def masked(value: Json) -> Json:
    """The same document; every value under a personal name, and every e-mail address, is covered."""
    if isinstance(value, dict):
        return {name: _under(name, inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [masked(inner) for inner in value]
    if isinstance(value, str):
        return _EMAIL.sub(MASKED, value)
    return value


def _under(name: str, value: Json) -> Json:
    """Nothing is nothing: what the buyer left empty is seen to be empty."""
    if name not in PERSONAL or value in (None, "", [], {}):
        return masked(value)
    if isinstance(value, str) and value.startswith(PUBLIC_ADDRESS):
        return value
    return _shape(value)


def _shape(value: Json) -> Json:
    """Which parts there are, without what stands in them."""
    if isinstance(value, dict):
        return {name: _shape(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_shape(inner) for inner in value]
    return value if value is None or value == "" else MASKED
