"""The lives a purchase can lead, each told as the events that Stripe would send."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from linktracker.simulator.payloads import Charge, Invoice, InvoicePayment
from linktracker.simulator.payloads.checkout import LIFETIME
from linktracker.simulator.payloads.versions import BASIL, SESSION_INVOICE, since
from linktracker.simulator.purchases import Course, Purchase, Visit
from linktracker.simulator.refunds import refund_steps
from linktracker.simulator.rhythm import DAY
from linktracker.simulator.telling import (
    customer_id,
    make_charge,
    make_intent,
    make_session,
    payment_through_link,
    payment_without_session,
    spoken_version,
    tell,
)
from linktracker.simulator.truth import SimPayment, Step

LATE_TRANSACTIONS = 0.3  # the share of charges whose balance transaction comes a little later
MONTH = 30 * DAY


def live(purchase: Purchase) -> tuple[Step, ...]:
    """Everything that ever happens to a purchase, in the order in which it happens."""
    if purchase.visit is None:
        return tuple(_direct(purchase))
    return tuple(LIVES[purchase.course](purchase, purchase.visit))


def _card(purchase: Purchase, visit: Visit) -> Iterator[Step]:
    at = purchase.at + purchase.gap("typing", 40, 500)
    made = make_charge(purchase, at, "succeeded")
    payment = payment_through_link(
        purchase,
        visit,
        "paid",
        payment_id=made.intent_id,
        intent_id=made.intent_id,
        paid_at=at,
    )
    yield from _money_in(purchase, made, payment, at)
    session = make_session(purchase, visit, "paid", intent_id=made.intent_id)
    yield tell(purchase, at, "checkout.session.completed", session, payment)
    yield from _aftermath(purchase, made, payment, at)


def _declined_first(purchase: Purchase, visit: Visit) -> Iterator[Step]:
    """The first card is refused before the buyer has done typing, so it comes first."""
    yield from _refused(purchase, purchase.at)
    yield from _card(purchase, visit)


def _declined(purchase: Purchase, visit: Visit) -> Iterator[Step]:
    refused_at = purchase.at + min(purchase.gap("refusal", 20, 300), LIFETIME)
    yield from _refused(purchase, refused_at)
    at = purchase.at + LIFETIME
    refused = make_charge(purchase, at, "failed", number=1, created=purchase.at)
    canceled = make_intent(refused, "canceled", created=purchase.at, canceled_at=at)
    yield tell(purchase, at, "payment_intent.canceled", canceled, None)
    session = make_session(purchase, visit, "unpaid", intent_id=canceled.id, status="expired")
    yield tell(purchase, at, "checkout.session.expired", session, None)


def _refused(purchase: Purchase, at: int) -> Iterator[Step]:
    refused = make_charge(purchase, at, "failed", number=1)
    waiting = make_intent(refused, "requires_payment_method", created=purchase.at)
    yield tell(purchase, at, "charge.failed", refused, None)
    yield tell(purchase, at, "payment_intent.payment_failed", waiting, None)


def _debit(purchase: Purchase, visit: Visit) -> Iterator[Step]:
    begun = purchase.at + purchase.gap("typing", 60, 700)
    yield from _debit_begins(purchase, visit, begun)
    at = begun + purchase.gap("bank", 2 * DAY, 6 * DAY)
    made = make_charge(purchase, at, "succeeded", created=begun)
    payment = payment_through_link(
        purchase,
        visit,
        "paid",
        payment_id=made.intent_id,
        intent_id=made.intent_id,
        paid_at=at,
    )
    yield from _money_in(purchase, made, payment, at)
    session = make_session(purchase, visit, "paid", intent_id=made.intent_id)
    yield tell(purchase, at, "checkout.session.async_payment_succeeded", session, payment)
    yield from _aftermath(purchase, made, payment, at)


def _debit_failed(purchase: Purchase, visit: Visit) -> Iterator[Step]:
    begun = purchase.at + purchase.gap("typing", 60, 700)
    yield from _debit_begins(purchase, visit, begun)
    at = begun + purchase.gap("bank", 2 * DAY, 6 * DAY)
    refused = make_charge(purchase, at, "failed", created=begun)
    payment = payment_through_link(
        purchase,
        visit,
        "failed",
        payment_id=refused.intent_id,
        intent_id=refused.intent_id,
        paid_at=None,
    )
    waiting = make_intent(refused, "requires_payment_method", created=purchase.at)
    yield tell(purchase, at, "charge.failed", refused, payment)
    yield tell(purchase, at, "payment_intent.payment_failed", waiting, payment)
    session = make_session(purchase, visit, "unpaid", intent_id=refused.intent_id)
    yield tell(purchase, at, "checkout.session.async_payment_failed", session, payment)


def _debit_begins(purchase: Purchase, visit: Visit, at: int) -> Iterator[Step]:
    """The checkout is complete, the money is not here."""
    made = make_charge(purchase, at, "pending")
    payment = payment_through_link(
        purchase,
        visit,
        "pending",
        payment_id=made.intent_id,
        intent_id=made.intent_id,
        paid_at=None,
    )
    started = make_intent(made, "processing", created=purchase.at)
    yield tell(purchase, at, "payment_intent.processing", started, payment)
    yield tell(purchase, at, "charge.pending", made, payment)
    session = make_session(purchase, visit, "unpaid", intent_id=made.intent_id)
    yield tell(purchase, at, "checkout.session.completed", session, payment)


def _expired(purchase: Purchase, visit: Visit) -> Iterator[Step]:
    session = make_session(purchase, visit, "unpaid", intent_id=None, status="expired")
    yield tell(purchase, purchase.at + LIFETIME, "checkout.session.expired", session, None)


def _free(purchase: Purchase, visit: Visit) -> Iterator[Step]:
    """Nothing is due, so no PaymentIntent is ever made."""
    at = purchase.at + purchase.gap("typing", 30, 300)
    payment = payment_through_link(
        purchase, visit, "free", payment_id=purchase.session_id, intent_id=None, paid_at=None
    )
    session = make_session(purchase, visit, "no_payment_required", intent_id=None)
    yield tell(purchase, at, "checkout.session.completed", session, payment)


def _subscription(purchase: Purchase, visit: Visit) -> Iterator[Step]:
    """The Session names its first invoice, if its version can, and no PaymentIntent.

    Renewals have no Session.
    """
    at = purchase.at + purchase.gap("typing", 60, 500)
    invoice_id, intent_id = purchase.id("in_1", "invoice 0"), purchase.id("pi_3", "intent 0")
    session = make_session(purchase, visit, "paid", intent_id=None, invoice_id=invoice_id)
    version = spoken_version(purchase, at, "checkout.session.completed", session.id)
    payment = payment_through_link(
        purchase,
        visit,
        "paid",
        payment_id=invoice_id if since(version, SESSION_INVOICE) else session.id,
        intent_id=intent_id,
        paid_at=at,
    )
    yield from _invoice_paid(purchase, payment, 0, at)
    yield tell(purchase, at, "checkout.session.completed", session, payment)
    for month in range(1, purchase.renewals + 1):
        renewed_at = at + month * MONTH
        renewal = payment_without_session(
            purchase,
            renewed_at,
            payment_id=purchase.id("in_1", f"invoice {month}"),
            intent_id=purchase.id("pi_3", f"intent {month}"),
            link_url=visit.tracked_url,
        )
        yield from _invoice_paid(purchase, renewal, month, renewed_at)


def _invoice_paid(purchase: Purchase, payment: SimPayment, month: int, at: int) -> Iterator[Step]:
    invoice_id = purchase.id("in_1", f"invoice {month}")
    made = make_charge(purchase, at, "succeeded", number=month, invoice_id=invoice_id)
    yield from _money_in(purchase, made, payment, at)
    due = Invoice(
        invoice_id,
        purchase.livemode,
        at,
        purchase.currency,
        purchase.amount,
        subscription_id=purchase.id("sub_1"),
        customer_id=customer_id(purchase) or "",
        intent_id=made.intent_id,
        charge_id=made.id,
        billing_reason="subscription_cycle" if month else "subscription_create",
        number=f"{purchase.chance.token('invoice number', 8).upper()}-{month + 1:04}",
        buyer=purchase.buyer,
    )
    yield tell(purchase, at, "invoice.paid", due, payment)
    if knowing := tuple(version for version in purchase.versions if since(version, BASIL)):
        joint = InvoicePayment(
            purchase.id("inpay_1", f"invoice {month}"),
            purchase.livemode,
            at,
            purchase.currency,
            purchase.amount,
            due.id,
            made.intent_id,
        )
        yield tell(purchase, at, "invoice_payment.paid", joint, payment, versions=knowing)
    yield from _aftermath(purchase, made, payment, at)


def _direct(purchase: Purchase) -> Iterator[Step]:
    """Somebody took the money with the API: no Session, no link, no reference."""
    made = make_charge(purchase, purchase.at, "succeeded")
    payment = payment_without_session(
        purchase,
        purchase.at,
        payment_id=made.intent_id,
        intent_id=made.intent_id,
        link_url=None,
    )
    yield from _money_in(purchase, made, payment, purchase.at)
    yield from _aftermath(purchase, made, payment, purchase.at)


def _money_in(purchase: Purchase, made: Charge, payment: SimPayment, at: int) -> Iterator[Step]:
    first_seen = replace(made, balance_transaction=None) if _comes_late(purchase) else made
    begun = at if payment.renewal else purchase.at
    succeeded = make_intent(first_seen, "succeeded", created=begun)
    yield tell(purchase, at, "payment_intent.succeeded", succeeded, payment)
    yield tell(purchase, at, "charge.succeeded", first_seen, payment)


def _aftermath(purchase: Purchase, made: Charge, payment: SimPayment, at: int) -> Iterator[Step]:
    """The balance transaction that was missing, then the refunds."""
    if _comes_late(purchase):
        at += purchase.gap("transaction", 2, 40)
        before: dict[str, object] = {"balance_transaction": None}
        yield tell(purchase, at, "charge.updated", made, payment, previous=before)
    yield from refund_steps(purchase, made, payment, at)


def _comes_late(purchase: Purchase) -> bool:
    return purchase.chance.happens("late transaction", LATE_TRANSACTIONS)


LIVES: Mapping[Course, Callable[[Purchase, Visit], Iterator[Step]]] = {
    Course.CARD: _card,
    Course.DECLINED_FIRST: _declined_first,
    Course.DECLINED: _declined,
    Course.DEBIT: _debit,
    Course.DEBIT_FAILED: _debit_failed,
    Course.EXPIRED: _expired,
    Course.FREE: _free,
    Course.SUBSCRIPTION: _subscription,
}
