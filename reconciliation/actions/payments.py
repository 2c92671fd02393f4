"""From the states of objects to payments: find what belongs together, lock it, judge it, save it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

import orjson

from campaigns.actions import conversions
from campaigns.core.conversion import PaymentSeen, RefundSeen
from linktracker.lib import direct
from linktracker.lib.json_read import Json
from reconciliation.actions import heads, matching
from reconciliation.core.components import (
    Component,
    Known,
    components,
    named_ids,
    payment_ids,
    subscription_of,
    subscriptions_begun,
)
from reconciliation.core.fold import Folded
from reconciliation.core.payment import Members, Payment, judge, payment_id_of_session
from reconciliation.core.refunds import refunds_of


def project(states: Mapping[tuple[str, str], Folded], *, at: datetime) -> None:
    """Judge every payment that these objects touch, and save, attribute and match it."""
    named = {
        name for (kind, id), state in states.items() for name in named_ids(kind, id, state.facts)
    }
    subscriptions = {
        name for (kind, _), state in states.items() if (name := subscription_of(kind, state.facts))
    }
    began = {
        name
        for (kind, _), state in states.items()
        if kind == "checkout_session" and (name := subscription_of(kind, state.facts))
    }
    named |= _invoices_of(began)
    project_named(named, subscriptions, at=at)


def project_named(
    names: Collection[str], subscriptions: Collection[str] = (), *, at: datetime
) -> set[str]:
    """The same for payments by any of their ids (session, intent, invoice, charge).

    Returns the ids of the payments that stand.
    """
    if not names:
        return set()
    found = list(components(_load_locked(set(names), set(subscriptions))))
    origins = _sessions_that_began({name for component in found for name in _renewed(component)})
    payments: list[PaymentSeen] = []
    withdrawn: set[str] = set()
    for component in found:
        seen = _payments_of(component, origins)
        payments += seen
        withdrawn |= component.ids - {payment.payment_id for payment in seen}
    conversions.save(payments=payments, withdrawn=sorted(withdrawn), at=at)
    matching.rematch_payments(payments)
    return {payment.payment_id for payment in payments}


def _load_locked(names: set[str], subscriptions: set[str]) -> list[Known]:
    """Read all objects of these payments while holding the heads of every payment found.

    A payment whose id is learned only from what was read is locked late, and all is read again.
    """
    held = names | subscriptions
    heads.lock((heads.PAYMENT, name) for name in held)
    while True:
        objects = _load(names)
        late = {name for part in components(objects) for name in payment_ids(part)} - held
        if not late:
            return objects
        heads.lock((heads.PAYMENT, name) for name in late)
        held |= late


LOAD = """
SELECT 'checkout_session', id, livemode, facts::text FROM reconciliation_checkoutsession
WHERE id = ANY(%(ids)s) OR payment_intent = ANY(%(ids)s) OR invoice = ANY(%(ids)s)
    OR (subscription = ANY(%(begun)s) AND invoice IS NULL)
UNION ALL
SELECT 'payment_intent', id, livemode, facts::text FROM reconciliation_paymentintent
WHERE id = ANY(%(ids)s) OR invoice = ANY(%(ids)s)
UNION ALL
SELECT 'charge', id, livemode, facts::text FROM reconciliation_charge
WHERE id = ANY(%(ids)s) OR payment_intent = ANY(%(ids)s) OR invoice = ANY(%(ids)s)
UNION ALL
SELECT 'refund', id, livemode, facts::text FROM reconciliation_refund
WHERE charge = ANY(%(ids)s) OR payment_intent = ANY(%(ids)s)
UNION ALL
SELECT 'invoice', id, livemode, facts::text FROM reconciliation_invoice
WHERE id = ANY(%(ids)s) OR payment_intent = ANY(%(ids)s) OR charge = ANY(%(ids)s)
    OR (subscription = ANY(%(begun)s) AND facts ->> 'billing_reason' = 'subscription_create')
UNION ALL
SELECT 'invoice_payment', id, livemode, facts::text FROM reconciliation_invoicepayment
WHERE invoice = ANY(%(ids)s) OR payment_intent = ANY(%(ids)s) OR charge = ANY(%(ids)s)
"""


def _load(names: set[str]) -> list[Known]:
    """The objects that these ids lead to, and those that they lead to in turn."""
    found: dict[tuple[str, str], Known] = {}
    asked: set[str] = set()
    wanted = set(names)
    while wanted:
        for known in _rows(LOAD, {"ids": sorted(wanted), "begun": subscriptions_begun(wanted)}):
            found[known.kind, known.id] = known
        asked |= wanted
        led_to = (named_ids(known.kind, known.id, known.facts) for known in found.values())
        nowhere = {known.id for known in found.values() if not joins_others(known.kind)}
        wanted = {name for ids in led_to for name in ids} - asked - nowhere
    return list(found.values())


def joins_others(kind: str) -> bool:
    """Refunds and invoice payments are never named by other objects, so their ids lead nowhere."""
    return kind not in {"refund", "invoice_payment"}


def _rows(statement: str, parameters: Mapping[str, list[str]]) -> list[Known]:
    return [
        Known(kind, id, livemode, orjson.loads(facts))
        for kind, id, livemode, facts in direct.rows(statement, parameters)
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
    found = direct.rows(
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
    for payment_id in payment_ids(component):
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
