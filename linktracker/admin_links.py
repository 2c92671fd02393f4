"""From one page of the administration to the next: Stripe's ids and related rows as links."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html

from linktracker.lib.stripe_pages import dashboard_page

NONE = "–"
MODELS_OF_IDS = {
    "pi_": "reconciliation_paymentintent",
    "cs_": "reconciliation_checkoutsession",
    "ch_": "reconciliation_charge",
    "py_": "reconciliation_charge",
    "re_": "reconciliation_refund",
    "pyr_": "reconciliation_refund",
    "inpay_": "reconciliation_invoicepayment",
    "in_": "reconciliation_invoice",
}
OBSERVATIONS = "reconciliation_observation"
SESSIONS = "reconciliation_checkoutsession"
SEARCHED_BY_ID = {"plink_": "campaigns_paymentlink", "evt_": "reconciliation_inboxevent"}


@dataclass(frozen=True)
class Way:
    """A link from a row's page to somewhere else; without an address it is not drawn."""

    label: str
    url: str
    leaves: bool = False
    is_in_app: bool = False


def in_stripe(id: str | None, *, livemode: bool) -> Way:
    return Way("Open in Stripe", dashboard_page(id or "", livemode=livemode), leaves=True)


def in_app(name: str, *arguments: Any) -> Way:
    try:
        return Way("Open in app", reverse(name, args=arguments), is_in_app=True)
    except NoReverseMatch:
        return Way("Open in app", "")


def page(model: str, key: Any) -> str:
    """The address of a row's page; `model` is `app_model` in small letters."""
    return reverse(f"admin:{model}_change", args=[key])


def list_of(model: str) -> str:
    return reverse(f"admin:{model}_changelist")


def listed(model: str, **filters: Any) -> str:
    """The address of a list, in both modes unless `mode` says otherwise."""
    query = urlencode({"mode": "both", **filters})
    return f"{list_of(model)}?{query}"


def to(url: str, text: Any) -> str:
    return format_html(
        '<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>', url, text
    )


def to_page(model: str, key: Any, text: Any = None) -> str:
    return to(page(model, key), key if text is None else text) if key else NONE


def to_object(id: str | None) -> str:
    """A Stripe id, as a link to what we hold of it."""
    if not id:
        return NONE
    for start, model in MODELS_OF_IDS.items():
        if id.startswith(start):
            return to(page(model, id), id)
    for start, model in SEARCHED_BY_ID.items():
        if id.startswith(start):
            return to(listed(model, q=id), id)
    return id


def to_payment(payment_id: str | None) -> str:
    return to_page("campaigns_conversion", payment_id)


def raw(model: str, key: Any) -> str:
    """The address of a row's bytes."""
    return reverse(f"admin:{model}_raw", args=[key])
