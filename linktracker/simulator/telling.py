"""How a purchase becomes events: its objects as facts, and each event with the truth after it."""

from typing import Literal

from linktracker.simulator.kept import kept_reference, success_url
from linktracker.simulator.payloads import (
    Charge,
    Checkout,
    Drawable,
    Intent,
    JsonObject,
    Refund,
    draw,
    encode,
    event,
)
from linktracker.simulator.payloads.facts import Method
from linktracker.simulator.purchases import Course, Purchase, Visit
from linktracker.simulator.truth import SimEvent, SimPayment, State, Step

ChargeStatus = Literal["pending", "succeeded", "failed"]
DEBITS = (Course.DEBIT, Course.DEBIT_FAILED)


def tell(
    purchase: Purchase,
    at: int,
    event_type: str,
    facts: Drawable,
    payment: SimPayment | None,
    *,
    versions: tuple[str, ...] = (),
    previous: JsonObject | None = None,
) -> Step:
    """The event of `event_type` at `at` (unix seconds) about `facts`; then `payment` is true."""
    version = spoken_version(purchase, at, event_type, facts.id, versions)
    event_id = purchase.id("evt_1", f"{event_type} {facts.id} {at}")
    body = event(
        event_id,
        event_type,
        draw(facts, version),
        created=at,
        livemode=purchase.livemode,
        version=version,
        request=_asked_by(purchase, facts),
        previous=previous,
    )
    return Step(SimEvent(event_id, event_type, at, encode(body)), payment)


def spoken_version(
    purchase: Purchase, at: int, event_type: str, object_id: str, versions: tuple[str, ...] = ()
) -> str:
    """The API version that this event is told in: one of these, else of the purchase's own."""
    chance = purchase.chance.of("version")
    return chance.pick(f"{event_type} {object_id} {at}", versions or purchase.versions)


def _asked_by(purchase: Purchase, facts: Drawable) -> JsonObject:
    """A buyer on Stripe's page asks no API; a refund comes from the Dashboard."""
    if isinstance(facts, Refund):
        key = purchase.chance.token(f"key {facts.id}", 36)
        return {"id": f"req_{key[:14]}", "idempotency_key": key}
    return {"id": None, "idempotency_key": None}


def make_charge(
    purchase: Purchase,
    at: int,
    status: ChargeStatus,
    *,
    number: int = 0,
    created: int | None = None,
    invoice_id: str | None = None,
) -> Charge:
    """The charge of one try; its balance transaction is there once the money is on its way."""
    method: Method = "sepa_debit" if purchase.course in DEBITS else "card"
    return Charge(
        id=purchase.id("ch_3", f"charge {number}"),
        intent_id=purchase.id("pi_3", f"intent {number if invoice_id else 0}"),
        livemode=purchase.livemode,
        created=at if created is None else created,
        currency=purchase.currency,
        amount=purchase.amount,
        status=status,
        method=method,
        buyer=purchase.buyer,
        customer_id=customer_id(purchase),
        invoice_id=invoice_id,
        balance_transaction=None
        if status == "failed"
        else purchase.id("txn_3", f"charge {number}"),
    )


def make_intent(
    made: Charge,
    status: Literal["requires_payment_method", "processing", "succeeded", "canceled"],
    *,
    created: int,
    canceled_at: int | None = None,
) -> Intent:
    """The PaymentIntent around its latest charge."""
    return Intent(made.intent_id, made.livemode, created, status, made, canceled_at)


def make_session(
    purchase: Purchase,
    visit: Visit,
    payment_status: Literal["paid", "unpaid", "no_payment_required"],
    *,
    intent_id: str | None,
    status: Literal["complete", "expired"] = "complete",
    invoice_id: str | None = None,
) -> Checkout:
    """The Session of a visit, with what Stripe kept of the URL."""
    subscribed = purchase.course == Course.SUBSCRIPTION
    return Checkout(
        id=purchase.session_id,
        livemode=purchase.livemode,
        created=purchase.at,
        mode="subscription" if visit.link.recurring else "payment",
        status=status,
        payment_status=payment_status,
        currency=purchase.currency,
        subtotal=purchase.amount,
        discount=purchase.amount if purchase.course == Course.FREE else 0,
        tax_percent=visit.link.tax_percent,
        buyer=purchase.buyer,
        payment_link_id=visit.link.id,
        success_url=success_url(visit.link, visit.opened_url),
        client_reference_id=kept_reference(visit.opened_url),
        intent_id=intent_id,
        subscription_id=purchase.id("sub_1") if subscribed else None,
        invoice_id=invoice_id,
        customer_id=customer_id(purchase),
    )


def customer_id(purchase: Purchase) -> str | None:
    """Guests get no Customer; a subscriber does."""
    if purchase.course != Course.SUBSCRIPTION:
        return None
    return f"cus_{purchase.chance.token('customer', 14)}"


def payment_through_link(
    purchase: Purchase,
    visit: Visit,
    state: State,
    *,
    payment_id: str,
    intent_id: str | None,
    paid_at: int | None,
) -> SimPayment:
    """What is true of a payment whose Session we know."""
    return SimPayment(
        payment_id=payment_id,
        session_id=purchase.session_id,
        livemode=purchase.livemode,
        state=state,
        currency=purchase.currency,
        amount=0 if state == "free" else purchase.amount,
        refunded=0,
        created=purchase.at,
        paid_at=paid_at,
        payment_link_id=visit.link.id,
        client_reference_id=kept_reference(visit.opened_url),
        link_url=visit.tracked_url,
        order_reference=purchase.order_reference,
        payment_intent_id=intent_id,
    )


def payment_without_session(
    purchase: Purchase, at: int, *, payment_id: str, intent_id: str, link_url: str | None
) -> SimPayment:
    """What is true of a renewal, or of a PaymentIntent that no link made; paid at once."""
    return SimPayment(
        payment_id=payment_id,
        session_id=None,
        livemode=purchase.livemode,
        state="paid",
        currency=purchase.currency,
        amount=purchase.amount,
        refunded=0,
        created=at,
        paid_at=at,
        payment_link_id=None,
        client_reference_id=None,
        link_url=link_url,
        order_reference=None,
        payment_intent_id=intent_id,
        renewal=payment_id != intent_id,
    )
