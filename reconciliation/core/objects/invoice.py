"""An Invoice: what one period of a subscription costs.

2025-03-31.basil moved the subscription into `parent` and took away `paid`, `tax`, `charge` and
`payment_intent`; the last two are told by InvoicePayments since, one for each payment.
"""

from typing import Final

from linktracker.lib.json_read import ABSENT, Json, Missing, items, mapping
from reconciliation.core.facts import (
    Facts,
    Kind,
    Reader,
    Source,
    amount,
    currency,
    earliest,
    either,
    last,
    moment,
    note,
    once,
    reference,
    signed_amount,
    told_by,
    word,
)

RANK_BY_STATUS: Final = {"draft": 0, "open": 1, "paid": 2, "uncollectible": 2, "void": 3}


def _status(source: Source) -> Json | Missing:
    """The flag `paid` speaks for versions that have no status."""
    found = word("status")(source)
    if found is ABSENT and source.fields.get("paid") is True:
        return "paid"
    return found


def _paid_at(source: Source) -> Json | Missing:
    """Stripe's own moment, else that of the event which tells that it is paid."""
    if _status(source) != "paid":
        return ABSENT
    told = moment("status_transitions", "paid_at")(source)
    if isinstance(told, int):
        return told
    return told_by("invoice.paid", "invoice.payment_succeeded")(source)


def _paid_with(key: str) -> Reader:
    """The object that paid, where the invoice says it: older versions, or expanded payments."""

    def read(source: Source) -> Json | Missing:
        return either(reference(key), lambda told: _first_payment(told, key))(source)

    return read


def _first_payment(source: Source, key: str) -> Json | Missing:
    payments = mapping(source.fields, "payments")
    if payments is None:
        return ABSENT
    for payment in items(payments, "data"):
        fields = payment if isinstance(payment, dict) else {}
        found = reference("payment", key)(Source(fields, source.event_type, source.at))
        if isinstance(found, str):
            return found
    return None


def _tax(source: Source) -> Json | Missing:
    """One figure before 2025; since, a list with one line for each tax rate."""
    found = signed_amount("tax")(source)
    if found is not ABSENT:
        return found
    for key in ("total_taxes", "total_tax_amounts"):
        if key in source.fields:
            return _sum_of_lines(source, key)
    return ABSENT


def _sum_of_lines(source: Source, key: str) -> Json:
    total = 0
    for line in items(source.fields, key):
        fields = line if isinstance(line, dict) else {}
        found = signed_amount("amount")(Source(fields, source.event_type, source.at))
        total += found if isinstance(found, int) else 0
    return total


def _rank(facts: Facts) -> int:
    status = facts.get("status")
    return RANK_BY_STATUS.get(status, 0) if isinstance(status, str) else 0


INVOICE: Final = Kind(
    name="invoice",
    object_name="invoice",
    facts={
        "subscription": once(
            either(
                reference("subscription"),
                reference("parent", "subscription_details", "subscription"),
            )
        ),
        "payment_intent": once(_paid_with("payment_intent")),
        "charge": once(_paid_with("charge")),
        "amount_paid": last(amount("amount_paid")),
        "amount_due": last(amount("amount_due")),
        "currency": last(currency("currency")),
        "status": last(_status),
        "billing_reason": last(word("billing_reason")),
        "tax": last(_tax),
        "number": last(note("number")),
        "created": last(moment("created")),
        "paid_at": earliest(_paid_at),
    },
    rank_of=_rank,
)
