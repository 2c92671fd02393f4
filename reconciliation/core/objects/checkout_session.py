"""A Checkout Session: one buyer's visit to Stripe's payment page.

`complete` means that the buyer did his part, not that the money is there: `payment_status` says
that. Until 2020 sessions had neither `status` nor `payment_status` nor amounts, only
`display_items`; the event's type then says what became of the session.
"""

from typing import Final

from linktracker.lib.json_read import ABSENT, Json, Missing, identifier, integer, items, text
from reconciliation.core.facts import (
    Facts,
    Kind,
    Reader,
    Source,
    amount,
    currency,
    earliest,
    last,
    moment,
    note,
    once,
    reference,
    told_by,
    word,
)

COMPLETED: Final = "checkout.session.completed"
ASYNC_SUCCEEDED: Final = "checkout.session.async_payment_succeeded"
ASYNC_FAILED: Final = "checkout.session.async_payment_failed"

STATUS_BY_EVENT: Final = {
    COMPLETED: "complete",
    ASYNC_SUCCEEDED: "complete",
    ASYNC_FAILED: "complete",
    "checkout.session.expired": "expired",
}
SETTLED: Final = ("paid", "no_payment_required")


def _status(source: Source) -> Json | Missing:
    """Sessions have told their status since 2021; before, the event's type implies it."""
    found = word("status")(source)
    return STATUS_BY_EVENT.get(source.event_type, ABSENT) if found is ABSENT else found


def _created(source: Source) -> Json | Missing:
    """Older sessions have no `created`: the earliest moment at which we heard of it stands in."""
    found = moment("created")(source)
    return source.at if found is ABSENT else found


def _async_failed(source: Source) -> Json | Missing:
    """The session itself does not change when a delayed payment fails: only its event says so."""
    if source.event_type in (ASYNC_SUCCEEDED, ASYNC_FAILED):
        return source.event_type == ASYNC_FAILED
    return ABSENT


def _paid_at(source: Source) -> Json | Missing:
    """The moment of the event that first showed the session settled."""
    settled = text(source.fields, "payment_status") in SETTLED
    return told_by(COMPLETED, ASYNC_SUCCEEDED)(source) if settled else ABSENT


def _promotion_codes(source: Source) -> Json | Missing:
    """The ids of promotion codes that were redeemed; a coupon alone has no code."""
    if "discounts" not in source.fields:
        return ABSENT
    discounts = [one for one in items(source.fields, "discounts") if isinstance(one, dict)]
    codes = [identifier(discount, "promotion_code") for discount in discounts]
    return [code for code in codes if code is not None]


def _display_total(source: Source) -> Json | Missing:
    """What a session of 2019 was for: its only amounts are those of its display items."""
    shown = [one for one in items(source.fields, "display_items") if isinstance(one, dict)]
    lines = [(integer(one, "amount"), integer(one, "quantity")) for one in shown]
    sums = [price * count for price, count in lines if price is not None and count is not None]
    if not sums or len(sums) < len(lines):
        return ABSENT
    return amount("total")(Source({"total": sum(sums)}, source.event_type, source.at))


def _display_currency(source: Source) -> Json | Missing:
    shown = [one for one in items(source.fields, "display_items") if isinstance(one, dict)]
    currencies = {text(one, "currency") for one in shown}
    if len(currencies) != 1:
        return ABSENT
    return currency("currency")(
        Source({"currency": currencies.pop()}, source.event_type, source.at)
    )


def _unless_given(key: str, read: Reader, older: Reader) -> Reader:
    """`older` speaks only for versions that have no such key at all."""
    return lambda source: read(source) if key in source.fields else older(source)


def _rank(facts: Facts) -> int:
    """open < complete < complete and settled < expired."""
    if facts.get("status") == "expired":
        return 3
    if facts.get("status") == "complete":
        return 2 if facts.get("payment_status") in SETTLED else 1
    return 0


CHECKOUT_SESSION: Final = Kind(
    name="checkout_session",
    object_name="checkout.session",
    facts={
        "mode": last(word("mode")),
        "status": last(_status),
        "payment_status": last(word("payment_status")),
        "async_failed": last(_async_failed),
        "paid_at": earliest(_paid_at),
        "created": earliest(_created),
        "expires_at": last(moment("expires_at")),
        "payment_link": once(reference("payment_link")),
        "client_reference_id": last(word("client_reference_id")),
        "currency": last(_unless_given("currency", currency("currency"), _display_currency)),
        "amount_total": last(_unless_given("amount_total", amount("amount_total"), _display_total)),
        "amount_subtotal": last(amount("amount_subtotal")),
        "amount_tax": last(amount("total_details", "amount_tax")),
        "amount_discount": last(amount("total_details", "amount_discount")),
        "presentment_amount": last(amount("presentment_details", "presentment_amount")),
        "presentment_currency": last(currency("presentment_details", "presentment_currency")),
        "payment_intent": once(reference("payment_intent")),
        "subscription": once(reference("subscription")),
        "invoice": once(reference("invoice")),
        "success_url": last(note("success_url")),
        "recovered_from": last(reference("recovered_from")),
        "promotion_codes": last(_promotion_codes),
    },
    rank_of=_rank,
)
