"""A Charge: one try to move money from the buyer, failed or not.

`amount_refunded` is a counter that goes down again when a refund bounces, so it is compared with
the refunds we know (`core/payment.py`) and never added up alone.
"""

from typing import Final

from linktracker.lib.json_read import ABSENT, Json, Missing, integer, text
from reconciliation.core.facts import (
    Facts,
    Kind,
    Source,
    amount,
    currency,
    earliest,
    flag,
    last,
    moment,
    note,
    once,
    reference,
    told_by,
    word,
)


def _paid_at(source: Source) -> Json | Missing:
    collected = (
        text(source.fields, "status") == "succeeded" and source.fields.get("captured") is True
    )
    return told_by("charge.succeeded", "charge.captured")(source) if collected else ABSENT


def _disputed(source: Source) -> Json | Missing:
    """Before 2020 a charge named its dispute and had no flag of its own."""
    if "disputed" in source.fields or "dispute" not in source.fields:
        return flag("disputed")(source)
    return source.fields["dispute"] is not None


def _rank(facts: Facts) -> int:
    """pending < succeeded or failed < captured < refunded, with charge.updated's 3 between."""
    if integer(facts, "amount_refunded"):
        return 4
    if facts.get("status") == "pending":
        return 0
    return 2 if facts.get("captured") and facts.get("status") == "succeeded" else 1


CHARGE: Final = Kind(
    name="charge",
    object_name="charge",
    facts={
        "payment_intent": once(reference("payment_intent")),
        "invoice": once(reference("invoice")),
        "amount": last(amount("amount")),
        "amount_captured": last(amount("amount_captured")),
        "amount_refunded": last(amount("amount_refunded")),
        "refunded_at": last(told_by("charge.refunded")),
        "currency": last(currency("currency")),
        "status": last(word("status")),
        "captured": last(flag("captured")),
        "paid": last(flag("paid")),
        "created": last(moment("created")),
        "balance_transaction": once(reference("balance_transaction")),
        "method": last(note("payment_method_details", "type")),
        "failure_code": last(note("failure_code")),
        "disputed": last(_disputed),
        "paid_at": earliest(_paid_at),
    },
    rank_of=_rank,
)
