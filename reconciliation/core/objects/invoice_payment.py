"""An InvoicePayment: the link between an invoice and the intent or charge that paid it.

Since 2025-03-31.basil it is the only place where Stripe says which PaymentIntent paid an invoice.
"""

from typing import Final

from linktracker.lib.json_read import ABSENT, Json, Missing, text
from reconciliation.core.facts import (
    Facts,
    Kind,
    Source,
    amount,
    currency,
    earliest,
    last,
    moment,
    once,
    reference,
    told_by,
    word,
)

RANK_BY_STATUS: Final = {"open": 0, "paid": 1, "canceled": 2}


def _paid_at(source: Source) -> Json | Missing:
    if text(source.fields, "status") != "paid":
        return ABSENT
    told = moment("status_transitions", "paid_at")(source)
    return told if isinstance(told, int) else told_by("invoice_payment.paid")(source)


def _rank(facts: Facts) -> int:
    status = facts.get("status")
    return RANK_BY_STATUS.get(status, 0) if isinstance(status, str) else 0


INVOICE_PAYMENT: Final = Kind(
    name="invoice_payment",
    object_name="invoice_payment",
    facts={
        "invoice": once(reference("invoice")),
        "payment_intent": once(reference("payment", "payment_intent")),
        "charge": once(reference("payment", "charge")),
        "amount_paid": last(amount("amount_paid")),
        "currency": last(currency("currency")),
        "status": last(word("status")),
        "created": last(moment("created")),
        "paid_at": earliest(_paid_at),
    },
    rank_of=_rank,
)
