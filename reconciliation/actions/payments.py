"""From the states of objects to payments: find what belongs together, lock it, judge it, save it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import orjson

from campaigns.actions import conversions
from campaigns.core.conversion import PaymentSeen, RefundSeen
from linktracker.lib import direct
from linktracker.lib.json_read import Json
from reconciliation.actions import heads, matching
from reconciliation.core.components import (
    JOINS,
    Component,
    Known,
    Name,
    components,
    names_of,
    subscription_of,
    subscriptions_begun,
)
from reconciliation.core.fold import Folded
from reconciliation.core.payment import Members, Payment, judge, payment_id_of_session
from reconciliation.core.refunds import refunds_of


def project(states: Mapping[tuple[str, str], Folded], *, at: datetime) -> None:
    """Judge every payment that these objects touch, and save, attribute and match it."""
    in_hand = [
        Known(kind, id, state.livemode, state.facts)
        for (kind, id), state in states.items()
        if kind in JOINS
    ]
    named = {name for known in in_hand for name in names_of(known.kind, known.id, known.facts)}
    subscriptions = {
        name for (kind, _), state in states.items() if (name := subscription_of(kind, state.facts))
    }
    began = {
        name
        for (kind, _), state in states.items()
        if kind == "checkout_session" and (name := subscription_of(kind, state.facts))
    }
    named |= {("invoice", id) for id in _invoices_of(began)}
    project_named(named, subscriptions, in_hand, at=at)


def project_named(
    names: Collection[Name],
    subscriptions: Collection[str] = (),
    in_hand: Sequence[Known] = (),
    *,
    at: datetime,
) -> set[str]:
    """The same for payments by any of their names (session, intent, invoice, charge).

    `in_hand` are objects that this transaction has locked and written: they need no reading.
    Returns the ids of the payments that stand.
    """
    if not names:
        return set()
    found = _load_locked(set(names), set(subscriptions), in_hand)
    origins = _sessions_that_began({name for component in found for name in _renewed(component)})
    payments: list[PaymentSeen] = []
    withdrawn: set[str] = set()
    for component in found:
        seen = _payments_of(component, origins)
        payments += seen
        withdrawn |= component.ids - {payment.payment_id for payment in seen}
    conversions.save(payments=payments, withdrawn=sorted(withdrawn), at=at)
    matching.rematch_payments(payments, withdrawn)
    return {payment.payment_id for payment in payments}


def _load_locked(
    names: set[Name], subscriptions: set[str], in_hand: Sequence[Known]
) -> list[Component]:
    """Read all objects of these payments while holding the heads of every payment found.

    A payment whose id is learned only from what was read is locked late, and all is read again.
    """
    held = {name for _, name in names} | subscriptions
    heads.lock((heads.PAYMENT, name) for name in held)
    while True:
        found = list(components(_load(names, in_hand)))
        late = {name for component in found for name in component.payment_ids} - held
        if not late:
            return found
        heads.lock((heads.PAYMENT, name) for name in late)
        held |= late


LOAD = """
SELECT 'checkout_session', id, livemode, facts::text FROM reconciliation_checkoutsession
WHERE (id = ANY(%(checkout_session)s) OR payment_intent = ANY(%(payment_intent)s)
    OR invoice = ANY(%(invoice)s) OR (subscription = ANY(%(begun)s) AND invoice IS NULL))
    AND id NOT IN (SELECT unnest(%(in_hand)s::text[]))
UNION ALL
SELECT 'payment_intent', id, livemode, facts::text FROM reconciliation_paymentintent
WHERE (id = ANY(%(payment_intent)s) OR invoice = ANY(%(invoice)s)) AND id NOT IN (SELECT unnest(%(in_hand)s::text[]))
UNION ALL
SELECT 'charge', id, livemode, facts::text FROM reconciliation_charge
WHERE (id = ANY(%(charge)s) OR payment_intent = ANY(%(payment_intent)s)
    OR invoice = ANY(%(invoice)s)) AND id NOT IN (SELECT unnest(%(in_hand)s::text[]))
UNION ALL
SELECT 'refund', id, livemode, facts::text FROM reconciliation_refund
WHERE (charge = ANY(%(charge)s) OR payment_intent = ANY(%(payment_intent)s))
    AND id NOT IN (SELECT unnest(%(in_hand)s::text[]))
UNION ALL
SELECT 'invoice', id, livemode, facts::text FROM reconciliation_invoice
WHERE (id = ANY(%(invoice)s) OR payment_intent = ANY(%(payment_intent)s)
    OR charge = ANY(%(charge)s)
    OR (subscription = ANY(%(begun)s) AND facts ->> 'billing_reason' = 'subscription_create'))
    AND id NOT IN (SELECT unnest(%(in_hand)s::text[]))
UNION ALL
SELECT 'invoice_payment', id, livemode, facts::text FROM reconciliation_invoicepayment
WHERE (invoice = ANY(%(invoice)s) OR payment_intent = ANY(%(payment_intent)s)
    OR charge = ANY(%(charge)s)) AND id NOT IN (SELECT unnest(%(in_hand)s::text[]))
"""


def _load(names: set[Name], in_hand: Sequence[Known]) -> list[Known]:
    """The objects that these names lead to, and those that they lead to in turn."""
    found = {(known.kind, known.id): known for known in in_hand}
    asked: set[Name] = set()
    wanted = names
    while wanted:
        asked |= wanted
        read = _rows(LOAD, _by_kind(wanted, wanted & found.keys()))
        found.update(((known.kind, known.id), known) for known in read)
        led_to = {name for known in read for name in names_of(known.kind, known.id, known.facts)}
        wanted = {(kind, name) for kind, name in led_to - asked if kind not in NEVER_NAMED}
    return list(found.values())


def _by_kind(names: set[Name], in_hand: Collection[Name]) -> dict[str, list[str]]:
    """What to look for by each kind of name, and what need not be found."""
    asked = {
        of_kind: [name for kind, name in names if kind == of_kind]
        for of_kind in ("checkout_session", "payment_intent", "charge", "invoice")
    }
    return {**asked, "begun": subscriptions_begun(names), "in_hand": [id for _, id in in_hand]}


NEVER_NAMED = {"checkout_session", "refund", "invoice_payment"}
"""Kinds that other objects do not name: what is found of them by itself leads nowhere."""


def may_be_a_payment(kind: str) -> bool:
    """Refunds and invoice payments are only ever part of one."""
    return kind not in {"refund", "invoice_payment"}


def _rows(statement: str, parameters: Mapping[str, list[str]]) -> list[Known]:
    return [
        Known(kind, id, livemode, orjson.loads(facts))
        for kind, id, livemode, facts in direct.rows_of_lists(statement, parameters)
    ]


SESSIONS_THAT_BEGAN = """
SELECT 'checkout_session', id, livemode, facts::text FROM reconciliation_checkoutsession
WHERE subscription = ANY(%(subscriptions)s)
"""


def _sessions_that_began(subscriptions: Iterable[str]) -> dict[str, dict[str, Mapping[str, Json]]]:
    """The sessions that began these subscriptions: their link and reference go to the renewals."""
    found: dict[str, dict[str, Mapping[str, Json]]] = {}
    wanted = sorted(set(subscriptions))
    if wanted:
        for known in _rows(SESSIONS_THAT_BEGAN, {"subscriptions": wanted}):
            name = subscription_of(known.kind, known.facts) or ""
            found.setdefault(name, {})[known.id] = known.facts
    return found


def _invoices_of(subscriptions: Iterable[str]) -> set[str]:
    """The invoices of subscriptions whose first session is only becoming known now."""
    wanted = sorted(set(subscriptions))
    if not wanted:
        return set()
    found = direct.rows_of_lists(
        "SELECT id FROM reconciliation_invoice WHERE subscription = ANY(%s)", [wanted]
    )
    return {id for (id,) in found}


def _renewed(component: Component) -> set[str]:
    invoices = component.of_kind("invoice").values()
    return {name for facts in invoices if (name := subscription_of("invoice", facts))}


def _payments_of(
    component: Component, origins: Mapping[str, Mapping[str, Mapping[str, Json]]]
) -> list[PaymentSeen]:
    inherited = {
        id: facts
        for subscription in _renewed(component)
        for id, facts in origins.get(subscription, {}).items()
    }
    seen = []
    for payment_id in component.payment_ids:
        own = component.members(payment_id)
        members = replace(own, sessions={**inherited, **own.sessions})
        payment = judge(payment_id, members)
        if payment is not None:
            seen.append(_seen(payment_id, payment, members, component))
    return seen


def _seen(payment_id: str, payment: Payment, members: Members, component: Component) -> PaymentSeen:
    return PaymentSeen(
        payment_id=payment_id,
        livemode=component.livemode,
        state=payment.state,
        currency=payment.currency,
        amount=payment.amount,
        refunded=payment.refunded,
        received=payment.received,
        tax=payment.tax,
        created_at=_utc(payment.created_at),
        paid_at=None if payment.paid_at is None else _utc(payment.paid_at),
        session_id=payment.session_id or "",
        origin_session_id=payment.origin_session_id or "",
        first_payment_id=_first_payment_id(payment_id, payment, members),
        subscription_id=payment.subscription or "",
        plink_id=payment.payment_link or "",
        through_link=payment.through_link,
        renewal=payment.renewal,
        success_url=payment.success_url or "",
        reference=payment.client_reference_id,
        refunds=tuple(
            RefundSeen(refund.id, refund.amount, _utc(refund.moved_at))
            for refund in refunds_of(members, payment)
        ),
        aliases=tuple(sorted(known.id for known in component.objects if known.id != payment_id)),
    )


def _first_payment_id(payment_id: str, payment: Payment, members: Members) -> str:
    """The payment that began a renewal's subscription; "" for a payment with its own session."""
    origin = payment.origin_session_id
    if origin is None or payment.session_id is not None:
        return ""
    first = payment_id_of_session(members.sessions[origin], origin)
    return "" if first == payment_id else first


def _utc(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
