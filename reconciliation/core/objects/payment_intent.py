"""A PaymentIntent: one purchase's attempts to collect its money.

The same status, `requires_payment_method`, belongs to an intent that nobody tried yet and to one
whose try failed; the last error tells them apart.
"""

from typing import Final

from linktracker.lib.json_read import ABSENT, Json, Missing, identifier, items, mapping, text
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

ACCEPTED: Final = ("processing", "requires_capture", "succeeded")

RANK_BY_STATUS: Final = {
    "requires_action": 1,
    "processing": 2,
    "requires_capture": 3,
    "canceled": 5,
    "succeeded": 6,
}
FAILED_RANK: Final = 4


def _accepted_at(source: Source) -> Json | Missing:
    """When the buyer's part was seen done: a bank works on it, it waits for capture, or it is paid.

    It parts a payment that failed later from a first try that was declined at once.
    """
    return source.at if text(source.fields, "status") in ACCEPTED else ABSENT


def _paid_at(source: Source) -> Json | Missing:
    succeeded = text(source.fields, "status") == "succeeded"
    return told_by("payment_intent.succeeded")(source) if succeeded else ABSENT


def _latest_charge(source: Source) -> Json | Missing:
    """Before 2022-11-15 an intent carried its charges, the newest first, and no latest one."""
    if "latest_charge" in source.fields or "charges" not in source.fields:
        return reference("latest_charge")(source)
    charges = items(mapping(source.fields, "charges") or {}, "data")
    return identifier({"newest": charges[0]}, "newest") if charges else None


def _last_error(source: Source) -> Json | Missing:
    """The reason of the last failed try: the bank's code, else Stripe's, else the kind of error."""
    if "last_payment_error" not in source.fields:
        return ABSENT
    error = mapping(source.fields, "last_payment_error") or {}
    return text(error, "decline_code") or text(error, "code") or text(error, "type")


def _rank(facts: Facts) -> int:
    status = facts.get("status")
    if status == "requires_payment_method" and facts.get("last_error"):
        return FAILED_RANK
    return RANK_BY_STATUS.get(status, 0) if isinstance(status, str) else 0


PAYMENT_INTENT: Final = Kind(
    name="payment_intent",
    object_name="payment_intent",
    facts={
        "status": last(word("status")),
        "amount": last(amount("amount")),
        "amount_received": last(amount("amount_received")),
        "currency": last(currency("currency")),
        "latest_charge": last(_latest_charge),
        "invoice": once(reference("invoice")),
        "created": last(moment("created")),
        "accepted_at": earliest(_accepted_at),
        "canceled_at": last(moment("canceled_at")),
        "last_error": last(_last_error),
        "paid_at": earliest(_paid_at),
    },
    rank_of=_rank,
)
