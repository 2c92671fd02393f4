"""When refunded money moved: the parts of a payment's refunded amount, each on its day."""

from dataclasses import dataclass

from linktracker.lib.json_read import integer
from reconciliation.core.payment import Members, Payment
from reconciliation.core.payment_amounts import BOUNCED, money_back


@dataclass(frozen=True, slots=True)
class RefundMoved:
    """Minor units that went back at a moment (unix seconds, UTC)."""

    id: str
    amount: int
    moved_at: int


def refunds_of(members: Members, payment: Payment) -> tuple[RefundMoved, ...]:
    """The refunds that make up `payment.refunded`, oldest first; their amounts add up to it.

    What only a charge's counter knows stands as one part under the charge's id, on the latest day
    that is known of it.
    """
    left = payment.refunded
    moved = []
    refunds = money_back(members.charges, members.refunds)
    for id, facts in sorted(refunds.items(), key=lambda one: (_created(one[1]), one[0])):
        amount = min(integer(facts, "amount") or 0, left)
        if facts.get("status") not in BOUNCED and amount > 0:
            moved.append(RefundMoved(id, amount, _created(facts) or _paid(payment)))
            left -= amount
    if left > 0:
        moved.append(_only_counted(members, payment, left))
    return tuple(moved)


def _only_counted(members: Members, payment: Payment, amount: int) -> RefundMoved:
    counted = {
        id: integer(facts, "refunded_at") or _paid(payment)
        for id, facts in members.charges.items()
        if integer(facts, "amount_refunded")
    }
    charge, moment = max(counted.items(), key=lambda one: (one[1], one[0]))
    return RefundMoved(charge, amount, moment)


def _created(facts: object) -> int:
    return integer(facts, "created") or 0 if isinstance(facts, dict) else 0


def _paid(payment: Payment) -> int:
    return payment.paid_at or payment.created_at
