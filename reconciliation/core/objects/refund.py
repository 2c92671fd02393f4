"""A Refund: money on its way back, which may still bounce, up to a month later."""

from typing import Final

from reconciliation.core.facts import (
    Facts,
    Kind,
    amount,
    currency,
    last,
    moment,
    note,
    once,
    reference,
    word,
)

RANK_BY_STATUS: Final = {
    "pending": 0,
    "requires_action": 1,
    "succeeded": 2,
    "failed": 3,
    "canceled": 3,
}


def _rank(facts: Facts) -> int:
    status = facts.get("status")
    return RANK_BY_STATUS.get(status, 0) if isinstance(status, str) else 0


REFUND: Final = Kind(
    name="refund",
    object_name="refund",
    facts={
        "charge": once(reference("charge")),
        "payment_intent": once(reference("payment_intent")),
        "amount": last(amount("amount")),
        "currency": last(currency("currency")),
        "status": last(word("status")),
        "reason": last(note("reason")),
        "created": last(moment("created")),
        "balance_transaction": once(reference("balance_transaction")),
        "failure_balance_transaction": once(reference("failure_balance_transaction")),
        "failure_reason": last(note("failure_reason")),
    },
    rank_of=_rank,
)
