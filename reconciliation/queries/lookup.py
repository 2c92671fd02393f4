"""From any Stripe id to the payment that it belongs to.

A payment is named by one of its objects (design section 2, 6); its session, intent, invoice,
charge and refunds lead to it through the ids that they hold of each other.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from campaigns.models import Conversion
from reconciliation.core.search import STRIPE_ID
from reconciliation.models import InboxEvent
from reconciliation.models.inbox_event import BUCKETS

MOST_STEPS = 4  # refund, charge, intent, invoice, session: none is further away

RELATED = """
SELECT id, payment_intent, invoice FROM reconciliation_checkoutsession
WHERE id = ANY(%(ids)s) OR payment_intent = ANY(%(ids)s) OR invoice = ANY(%(ids)s)
UNION ALL
SELECT id, invoice, NULL FROM reconciliation_paymentintent
WHERE id = ANY(%(ids)s) OR invoice = ANY(%(ids)s)
UNION ALL
SELECT id, payment_intent, invoice FROM reconciliation_charge WHERE id = ANY(%(ids)s)
UNION ALL
SELECT id, charge, payment_intent FROM reconciliation_refund WHERE id = ANY(%(ids)s)
UNION ALL
SELECT id, payment_intent, charge FROM reconciliation_invoice
WHERE id = ANY(%(ids)s) OR payment_intent = ANY(%(ids)s) OR charge = ANY(%(ids)s)
UNION ALL
SELECT invoice, payment_intent, charge FROM reconciliation_invoicepayment
WHERE id = ANY(%(ids)s) OR payment_intent = ANY(%(ids)s) OR charge = ANY(%(ids)s)
"""


@dataclass(frozen=True)
class Found:
    """The payments that an id belongs to; `is_known` says whether Stripe told us of the id at all."""

    payment_ids: tuple[str, ...]
    is_known: bool


def find(stripe_id: str, *, livemode: bool | None = None) -> Found:
    """The payments of one object, or of the object that an event is about.

    Where no mode is named, payments of both are found: Stripe's ids never repeat between them.
    """
    if not STRIPE_ID.fullmatch(stripe_id):
        return Found((), is_known=False)
    found = _find(stripe_id)
    if livemode is None:
        return found
    in_mode = Conversion.objects.filter(pk__in=found.payment_ids, livemode=livemode).order_by("pk")
    ids = tuple(in_mode.values_list("pk", flat=True))
    return Found(ids, is_known=found.is_known and len(ids) == len(found.payment_ids))


def _find(stripe_id: str) -> Found:
    if stripe_id.startswith("evt_"):
        return _found(_objects_of_event(stripe_id))
    if Conversion.objects.filter(pk=stripe_id).exists():
        return Found((stripe_id,), is_known=True)
    return _found({stripe_id})


def _objects_of_event(event_id: str) -> set[str]:
    rows = InboxEvent.objects.filter(bucket__in=range(BUCKETS), source_id=event_id)
    return set(rows.values_list("object_id", flat=True))


def _found(wanted: set[str]) -> Found:
    """Follow the ids that objects hold of each other until no new one turns up."""
    named, is_known = set(wanted), False
    for _ in range(MOST_STEPS):
        related = _related(named)
        is_known = is_known or bool(related)
        if related <= named:
            break
        named |= related
    payments = Conversion.objects.filter(pk__in=named).order_by("pk").values_list("pk", flat=True)
    return Found(tuple(payments), is_known)


def _related(ids: Iterable[str]) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(RELATED, {"ids": sorted(ids)})
        return {id for row in cursor.fetchall() for id in row if id}
