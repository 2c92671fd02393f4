"""Money that goes back: at once or after days, in full or in parts, and sometimes it bounces."""

from collections.abc import Iterator
from dataclasses import replace

from linktracker.simulator.payloads import Charge, Refund
from linktracker.simulator.purchases import Purchase, RefundPlan
from linktracker.simulator.rhythm import DAY
from linktracker.simulator.telling import tell
from linktracker.simulator.truth import SimPayment, State, Step


def refund_steps(purchase: Purchase, made: Charge, payment: SimPayment, at: int) -> Iterator[Step]:
    """The refunds that the plan asks for, the first one some days after `at` (unix seconds)."""
    for number, amount in enumerate(_amounts(purchase)):
        # Two refunds in one second would leave the order of two snapshots of the charge open.
        at += max(purchase.gap(f"refund {number}", DAY, 12 * DAY), number)
        asked = _refund(purchase, made, number, amount, at)
        made = replace(made, refunds=(*made.refunds, asked))
        payment = _less_refunds(payment, made)
        yield tell(purchase, at, "refund.created", asked, payment)
        yield tell(
            purchase,
            at,
            "charge.refunded",
            _as_remembered(purchase, made, number),
            payment,
            previous={"amount_refunded": made.amount_refunded - amount},
        )
        if purchase.refund == RefundPlan.BOUNCED:
            at += purchase.gap("bounce", 2 * DAY, 9 * DAY)
            yield from _bounce(purchase, made, payment, at)
        elif asked.status == "pending":
            at += purchase.gap(f"refund {number} arrives", DAY, 3 * DAY)
            yield tell(purchase, at, "refund.updated", replace(asked, status="succeeded"), payment)


def _amounts(purchase: Purchase) -> tuple[int, ...]:
    part = max(1, purchase.amount * purchase.chance.between("refund share", 10, 45) // 100)
    match purchase.refund:
        case RefundPlan.NONE:
            return ()
        case RefundPlan.FULL | RefundPlan.BOUNCED:
            return (purchase.amount,)
        case RefundPlan.PART:
            return (part,)
        case RefundPlan.TWO_PARTS:
            return (part, part)


def _refund(purchase: Purchase, made: Charge, number: int, amount: int, at: int) -> Refund:
    """A card's refund is good at once, a bank's takes days."""
    return Refund(
        id=purchase.id("re_3", f"refund {number}"),
        charge_id=made.id,
        intent_id=made.intent_id,
        created=at,
        currency=made.currency,
        amount=amount,
        status="succeeded" if made.method == "card" else "pending",
        method=made.method,
        balance_transaction=purchase.id("txn_3", f"refund {number}"),
    )


def _bounce(purchase: Purchase, made: Charge, payment: SimPayment, at: int) -> Iterator[Step]:
    """The buyer's bank sends the money back to us; the older event name says the same."""
    failed = replace(
        made.refunds[-1],
        status="failed",
        failure_reason="expired_or_canceled_card",
        failure_balance_transaction=purchase.id("txn_3", "bounce"),
    )
    whole = _less_refunds(payment, replace(made, refunds=(*made.refunds[:-1], failed)))
    yield tell(purchase, at, "refund.failed", failed, whole)
    yield tell(purchase, at, "charge.refund.updated", failed, whole)


def _less_refunds(payment: SimPayment, made: Charge) -> SimPayment:
    refunded = made.amount_refunded
    state: State = "partly_refunded" if refunded else "paid"
    if refunded == payment.amount:
        state = "refunded"
    return replace(payment, refunded=refunded, state=state)


def _as_remembered(purchase: Purchase, made: Charge, number: int) -> Charge:
    """A hurried snapshot may have lost a field that was there: it was drawn before it was filled."""
    if purchase.hurried and purchase.chance.happens(f"forgets {number}", 0.5):
        return replace(made, balance_transaction=None)
    return made
