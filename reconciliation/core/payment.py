"""A payment: the objects that belong to it, judged together as one state and its amounts.

`judge` is a pure function of what the fold holds of each object. It asks, in this order: does the
payment belong elsewhere, is it proven, was it free, did it fail or end after the buyer's part was
done, or does it wait? Where the buyer's part is not done there is nothing to show.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Literal

from linktracker.lib.json_read import integer, items, text
from reconciliation.core.facts import Facts
from reconciliation.core.payment_amounts import (
    FactsById,
    Price,
    is_collected,
    is_paid_intent,
    is_paid_invoice,
    price_of,
    refunded,
)

State = Literal["pending", "paid", "free", "failed", "canceled", "partly_refunded", "refunded"]

RENEWALS: Final = ("subscription_cycle", "subscription_update", "subscription_threshold")
UNDER_WAY: Final = ("processing", "requires_capture")


@dataclass(frozen=True, slots=True)
class Members:
    """The folded facts of everything that belongs to one payment, by Stripe's ids.

    For a renewal, `sessions` may hold the session that began the subscription: the payment
    inherits its link and reference, but not its amounts.
    """

    sessions: FactsById = field(default_factory=dict)
    intents: FactsById = field(default_factory=dict)
    invoices: FactsById = field(default_factory=dict)
    charges: FactsById = field(default_factory=dict)
    refunds: FactsById = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment as both apps see it; amounts in minor units, moments in unix seconds."""

    state: State
    currency: str
    amount: int
    refunded: int
    received: int
    """What the buyer paid, less refunds, before Stripe's fees; 0 until it is paid."""
    tax: int | None
    paid_at: int | None
    created_at: int
    session_id: str | None
    origin_session_id: str | None
    """The session whose link and reference count: its own, or the one a renewal goes back to."""
    payment_link: str | None
    client_reference_id: str | None
    subscription: str | None
    promotion_codes: tuple[str, ...]
    success_url: str | None
    through_link: bool
    renewal: bool


def payment_id_of_session(facts: Facts, session_id: str) -> str:
    """The name of a session's payment, from the session alone; it never changes.

    The PaymentIntent pays once, the Invoice pays a subscription's period, and where nothing is
    to be paid the session stands for itself. Sessions of 2019 have no mode.
    """
    mode = text(facts, "mode")
    if mode == "subscription":
        return text(facts, "invoice") or session_id
    if mode in ("payment", None):
        return text(facts, "payment_intent") or session_id
    return session_id


def payment_id_of_invoice(facts: Facts, invoice_id: str) -> str | None:
    """A subscription's invoice is a payment; any other belongs to the intent that pays it.

    None where the invoice names neither: it was paid outside of Stripe, or its intent tells.
    """
    return invoice_id if text(facts, "subscription") else text(facts, "payment_intent")


def judge(payment_id: str, members: Members) -> Payment | None:
    """The payment as its members show it; None where there is nothing to show, or not here.

    The answer depends on the members' facts alone, never on the order in which they came.
    """
    own = _own_sessions(payment_id, members)
    if _belongs_elsewhere(payment_id, members, own):
        return None
    session_id = _best_session(own)
    session = own[session_id] if session_id else {}
    price = price_of(session, members.invoices, members.intents, members.charges)
    standing = _standing(session, members, price)
    created_at = _created_at(session, members)
    if standing is None or price is None or created_at is None:
        return None
    is_paid = standing == "paid"
    returned = refunded(members.charges, members.refunds, price) if is_paid else 0
    origin_session_id = session_id or _best_session(members.sessions)
    origin = members.sessions.get(origin_session_id or "", {})
    return Payment(
        state=_state_after_refunds(standing, price.minor, returned),
        currency=price.currency,
        amount=price.minor,
        refunded=returned,
        received=price.minor - returned if is_paid else 0,
        tax=_tax(session, members),
        paid_at=_paid_at(session, members, created_at) if is_paid else None,
        created_at=created_at,
        session_id=session_id,
        origin_session_id=origin_session_id,
        payment_link=text(origin, "payment_link"),
        client_reference_id=text(origin, "client_reference_id"),
        subscription=_subscription(session, members),
        promotion_codes=_promotion_codes(origin),
        success_url=text(origin, "success_url"),
        through_link=text(origin, "payment_link") is not None,
        renewal=_is_renewal(members),
    )


def _own_sessions(payment_id: str, members: Members) -> FactsById:
    return {
        session_id: facts
        for session_id, facts in members.sessions.items()
        if payment_id_of_session(facts, session_id) == payment_id
    }


def _belongs_elsewhere(payment_id: str, members: Members, own: FactsById) -> bool:
    """Whether a later fact showed that these objects are another payment's.

    A session that names the payment settles it. Else a session or invoice may have turned out
    to be part of another, and an intent that pays a subscription's invoice is that invoice's.
    """
    if own:
        return False
    if payment_id in members.sessions:
        return True
    if payment_id in members.invoices:
        return payment_id_of_invoice(members.invoices[payment_id], payment_id) != payment_id
    return any(text(invoice, "subscription") for invoice in members.invoices.values())


def _best_session(sessions: FactsById) -> str | None:
    """Of several sessions the complete one, then the earliest, then the one of the smallest id."""

    def place(session_id: str) -> tuple[bool, int, str]:
        facts = sessions[session_id]
        return not _is_complete(facts), integer(facts, "created") or 0, session_id

    return min(sessions, key=place, default=None)


def _is_complete(session: Facts) -> bool:
    return session.get("status") == "complete"


def _standing(session: Facts, members: Members, price: Price | None) -> State | None:
    """The first that applies: proven, free, ended, or waiting; None before the buyer's part."""
    if _is_proven(session, members, price):
        return "paid"
    if _is_free(session, members, price):
        return "free"
    return _ended(session, members) or ("pending" if _waits(session, members) else None)


def _is_proven(session: Facts, members: Members, price: Price | None) -> bool:
    """Any one of four objects proves that the money came; amounts of nothing prove nothing."""
    if price is not None and price.minor == 0:
        return False
    return (
        (_is_complete(session) and session.get("payment_status") == "paid")
        or any(is_paid_intent(intent) for intent in members.intents.values())
        or any(is_paid_invoice(invoice) for invoice in members.invoices.values())
        or any(is_collected(charge) for charge in members.charges.values())
    )


def _is_free(session: Facts, members: Members, price: Price | None) -> bool:
    """Nothing was due: a code of 100 %, a price of zero, or a trial with its invoice of zero."""
    if price is None or price.minor > 0:
        return False
    settled = session.get("payment_status") in ("no_payment_required", "paid")
    return (_is_complete(session) and settled) or any(
        is_paid_invoice(invoice) for invoice in members.invoices.values()
    )


def _ended(session: Facts, members: Members) -> State | None:
    """Failed or canceled after the buyer's part was done; a try declined at once is no payment."""
    if session.get("async_failed") is True:
        return "failed"
    accepted = [
        intent
        for intent in members.intents.values()
        if _is_complete(session) or intent.get("accepted_at") is not None
    ]
    if any(intent.get("status") in UNDER_WAY for intent in accepted):
        return None
    if any(intent.get("status") == "canceled" for intent in accepted):
        return "canceled"
    if any(_failed_later(intent) for intent in accepted):
        return "failed"
    return None


def _failed_later(intent: Facts) -> bool:
    """Whether a try went back to the start after it was accepted; one declined at once was not."""
    return (
        intent.get("accepted_at") is not None and intent.get("status") == "requires_payment_method"
    )


def _waits(session: Facts, members: Members) -> bool:
    """The buyer's part is done and the money is not in: the session, intent or charge says so."""
    return (
        _is_complete(session)
        or any(intent.get("status") in UNDER_WAY for intent in members.intents.values())
        or any(_is_under_way(charge) for charge in members.charges.values())
    )


def _is_under_way(charge: Facts) -> bool:
    """Pending at the bank, or authorised and not captured (nor released again, which refunds it)."""
    if charge.get("status") == "pending":
        return True
    is_held = charge.get("status") == "succeeded" and charge.get("captured") is False
    return is_held and not integer(charge, "amount_refunded")


def _state_after_refunds(state: State, amount: int, refunded: int) -> State:
    if state != "paid" or refunded == 0:
        return state
    return "refunded" if refunded == amount else "partly_refunded"


def _created_at(session: Facts, members: Members) -> int | None:
    """The session's beginning, else the earliest beginning among the other objects."""
    others = (*_each(members, "created"), *_moments(members.refunds.values(), "created"))
    return integer(session, "created") or min(others, default=None)


def _paid_at(session: Facts, members: Members, created_at: int) -> int:
    """The earliest moment at which Stripe told that it is paid.

    Where no such event reached us (an object that was fetched later), the charge's beginning
    stands in, else the payment's.
    """
    told = [*_moments([session], "paid_at"), *_each(members, "paid_at")]
    charged = _moments(
        (charge for charge in members.charges.values() if is_collected(charge)), "created"
    )
    return min(told or charged or [created_at])


def _each(members: Members, key: str) -> list[int]:
    objects = (members.intents, members.invoices, members.charges)
    return _moments((facts for by_id in objects for facts in by_id.values()), key)


def _moments(objects: Iterable[Facts], key: str) -> list[int]:
    found = (integer(facts, key) for facts in objects)
    return [moment for moment in found if moment is not None]


def _tax(session: Facts, members: Members) -> int | None:
    """Tax inside the amount, where the session or its invoice says it."""
    told = [integer(session, "amount_tax")]
    told += [integer(members.invoices[key], "tax") for key in sorted(members.invoices)]
    return next((tax for tax in told if tax is not None), None)


def _subscription(session: Facts, members: Members) -> str | None:
    told = [text(session, "subscription")]
    told += [text(members.invoices[key], "subscription") for key in sorted(members.invoices)]
    return next((subscription for subscription in told if subscription), None)


def _promotion_codes(origin: Facts) -> tuple[str, ...]:
    return tuple(code for code in items(origin, "promotion_codes") if isinstance(code, str))


def _is_renewal(members: Members) -> bool:
    return any(invoice.get("billing_reason") in RENEWALS for invoice in members.invoices.values())
