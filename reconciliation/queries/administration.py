"""What the administration asks of the inbox, and of what was read from it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, Max, OuterRef, Q

from campaigns.models import Conversion
from reconciliation.core.events import UnreadableEvent, observations_of, read_event
from reconciliation.models import InboxEvent, Observation, Worker
from reconciliation.models.inbox_event import BUCKETS

State = InboxEvent.State
MOST_COUNTED = 100_000
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class InboxNow:
    """How the inbox of one mode stands; `last` is of either, since a quiet mode has none for long."""

    of_a_day: int
    waiting: int
    will_try_again: int
    needs_you: int
    last_received_at: datetime | None
    last_is_live: bool | None
    worker_seen_at: datetime | None


def inbox_now(*, livemode: bool, at: datetime) -> InboxNow:
    stuck = _unfinished(livemode)
    last = InboxEvent.objects.order_by("-received_at", "-id").values("received_at", "livemode")
    newest = last.first()
    return InboxNow(
        of_a_day=_received_since(at - A_DAY, livemode),
        waiting=stuck[State.WAITING],
        will_try_again=stuck[State.PARKED],
        needs_you=stuck[State.SET_ASIDE],
        last_received_at=newest["received_at"] if newest else None,
        last_is_live=newest["livemode"] if newest else None,
        worker_seen_at=Worker.objects.aggregate(seen=Max("seen_at"))["seen"],
    )


def _received_since(moment: datetime, livemode: bool) -> int:
    rows = InboxEvent.objects.filter(received_at__gte=moment, livemode=livemode)
    return rows.order_by()[:MOST_COUNTED].count()


def _unfinished(livemode: bool) -> dict[str, int]:
    """Two queries, each along the partial index that holds these states."""
    counted: dict[str, int] = defaultdict(int)
    for states in ((State.WAITING, State.PARKED), (State.PARKED, State.SET_ASIDE)):
        rows = InboxEvent.objects.filter(state__in=states, livemode=livemode, seen_at=None)
        counted.update(rows.values_list("state").annotate(Count("pk")).order_by("state"))
    return counted


def named_in(event_id: str) -> Q:
    """The observations of one event: found by the objects that its bytes name, as no index has it.

    Where retention has removed the bytes, those of the object that it is about.
    """
    row = InboxEvent.objects.filter(bucket__in=range(BUCKETS), source_id=event_id).first()
    if row is None:
        return Q(pk__in=[])
    return Q(object_id__in=_objects(row), source_id=event_id)


def _objects(row: InboxEvent) -> list[str]:
    try:
        seen = observations_of(read_event(bytes(row.body)), row.source_id)
    except UnreadableEvent:
        return [row.object_id]
    return [one.object_id for one in seen]


def keys_of_observations(ids: Sequence[int]) -> list[tuple[str, str]]:
    """The objects that these observations are about, `(kind, id)`."""
    rows = Observation.objects.filter(pk__in=ids).order_by("kind", "object_id")
    return list(rows.values_list("kind", "object_id").distinct())


@dataclass(frozen=True)
class PaymentOf:
    """The payment that an object belongs to, with what the lists show of it."""

    payment_id: str
    grade: str
    grade_in_words: str
    reference: str | None


def payments_by_id(ids: Iterable[str | None]) -> dict[str, PaymentOf]:
    wanted = {id for id in ids if id}
    return {one.payment_id: one for one in _payments(Q(pk__in=wanted))} if wanted else {}


def payments_by_session(ids: Iterable[str]) -> dict[str, PaymentOf]:
    rows = Conversion.objects.filter(session_id__in=list(ids)).order_by("payment_id")
    return {row.session_id: _payment(row) for row in rows}


def _payments(which: Q) -> list[PaymentOf]:
    return [_payment(row) for row in Conversion.objects.filter(which).order_by("payment_id")]


def _payment(row: Conversion) -> PaymentOf:
    return PaymentOf(row.payment_id, row.grade, Conversion.Grade(row.grade).label, row.reference)


def sessions_of_grade(grade: str) -> Q:
    return Q(Exists(Conversion.objects.filter(session_id=OuterRef("pk"), grade=grade)))


def objects_of_grade(grade: str, columns: Iterable[str]) -> Q:
    """Objects one of whose columns is the id of a payment of this grade."""
    found = Q()
    for column in columns:
        payments = Conversion.objects.filter(payment_id=OuterRef(column), grade=grade)
        found |= Q(Exists(payments))
    return found
