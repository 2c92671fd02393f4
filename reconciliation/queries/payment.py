"""One payment: its row, its refunds, who paid, and what Stripe told about it, event by event."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from django.db import connection

from campaigns.models import Conversion, Movement
from linktracker.lib.json_read import Json
from reconciliation.core.net_sales import net_sales
from reconciliation.core.search import STRIPE_ID
from reconciliation.models import Buyer, EventVariant, InboxEvent, Observation
from reconciliation.models.inbox_event import BUCKETS


@dataclass(frozen=True)
class ObjectSeen:
    """One observation: what an event said about one object, at a moment of Stripe's clock.

    `is_subject`: the event is about this object, it does not merely hold it. `deliveries` is how often Stripe brought the event; `received_at` is of the first time.
    """

    event: str
    type: str
    object: str
    object_id: str
    is_subject: bool
    stripe_at: datetime
    received_at: datetime | None
    deliveries: int
    facts: Mapping[str, Json]


@dataclass(frozen=True)
class EventSeen:
    """All that one event said about a payment's objects."""

    objects: tuple[ObjectSeen, ...]

    @property
    def first(self) -> ObjectSeen:
        return self.objects[0]


@dataclass(frozen=True)
class RawEvent:
    """The bytes of an event, written out for reading; `variants` other bodies came under its id."""

    id: str
    type: str
    api_version: str
    received_at: datetime
    deliveries: int
    sha256: str
    text: str
    variants: int


def payment_of(payment_id: str, *, livemode: bool) -> Conversion | None:
    """The payment of this id in this mode; a text that is no id of Stripe's names none."""
    if not STRIPE_ID.fullmatch(payment_id):
        return None
    return Conversion.objects.filter(pk=payment_id, livemode=livemode).first()


def known_as(payment: Conversion) -> list[str]:
    """Every Stripe id of the payment and of the objects that belong to it."""
    return [payment.payment_id, *payment.aliases]


def net_sales_of(payment: Conversion) -> int | None:
    return net_sales(amount=payment.amount, received=payment.received, tax=payment.tax)


def refunds_of(payment: Conversion) -> list[Movement]:
    refunds = Movement.objects.filter(payment_id=payment.payment_id)
    return list(refunds.order_by("moved_at", "refund_id"))


def buyer_of(payment: Conversion) -> Buyer | None:
    """Who paid; of a renewal, who began the subscription."""
    return Buyer.objects.filter(pk=payment.origin_session_id).first()


OBSERVED = """
SELECT seen.source_id, event.type, seen.kind, seen.object_id, seen.object_id = event.object_id,
       seen.stripe_at, event.received_at, event.deliveries, seen.facts::text
FROM reconciliation_observation seen
LEFT JOIN reconciliation_inboxevent event
    ON event.source_id = seen.source_id AND event.object_id = ANY(%(ids)s)
WHERE seen.object_id = ANY(%(ids)s) AND seen.livemode = %(livemode)s
ORDER BY seen.stripe_at, seen.rank, seen.fetched, seen.source_id, seen.object_id
"""


def observations_of(payment: Conversion) -> list[ObjectSeen]:
    """Every observation in the order in which they are folded: by Stripe's clock, not by arrival."""
    with connection.cursor() as cursor:
        cursor.execute(OBSERVED, {"ids": known_as(payment), "livemode": payment.livemode})
        return [_observed(row) for row in cursor.fetchall()]


def _observed(row: tuple[Any, ...]) -> ObjectSeen:
    (
        source_id,
        event_type,
        kind,
        object_id,
        is_subject,
        stripe_at,
        received_at,
        deliveries,
        facts,
    ) = row
    return ObjectSeen(
        event=source_id,
        type=event_type or "",
        object=kind,
        object_id=object_id,
        is_subject=bool(is_subject),
        stripe_at=datetime.fromtimestamp(stripe_at, UTC),
        received_at=received_at,
        deliveries=deliveries or 1,
        facts=orjson.loads(facts),
    )


def events_of(seen: Sequence[ObjectSeen]) -> list[EventSeen]:
    """The same, one entry an event, its subject first: it may hold several of the payment's objects."""
    by_event: dict[str, list[ObjectSeen]] = {}
    for one in seen:
        by_event.setdefault(one.event, []).append(one)
    return [
        EventSeen(tuple(sorted(objects, key=lambda one: not one.is_subject)))
        for objects in by_event.values()
    ]


def raw_event(payment: Conversion, source_id: str) -> RawEvent | None:
    """The bytes of one event, if it says something about this payment."""
    if not STRIPE_ID.fullmatch(source_id):
        return None
    about = Observation.objects.filter(
        object_id__in=known_as(payment), source_id=source_id, livemode=payment.livemode
    )
    row = InboxEvent.objects.filter(bucket__in=range(BUCKETS), source_id=source_id).first()
    if row is None or not about.exists():
        return None
    variants = EventVariant.objects.filter(bucket=row.bucket, source_id=source_id).count()
    return RawEvent(
        id=row.source_id,
        type=row.type,
        api_version=row.api_version,
        received_at=row.received_at,
        deliveries=row.deliveries,
        sha256=bytes(row.sha256).hex(),
        text=written_out(bytes(row.body)),
        variants=variants,
    )


def written_out(body: bytes) -> str:
    """JSON with a line for each value; bytes that are no JSON, or nested too deep, as they came."""
    try:
        return orjson.dumps(orjson.loads(body), option=orjson.OPT_INDENT_2).decode()
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        return body.decode(errors="backslashreplace")
