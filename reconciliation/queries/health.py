"""How the inbox stands, its events by filter, and which workers are alive."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Max, Q, QuerySet

from linktracker.lib.paging import Page, page_of
from reconciliation.core.event_filter import EventFilter
from reconciliation.core.health import Standing, Verdict, alarm
from reconciliation.models import EventVariant, InboxEvent, Replay, ReplayedEvent, Worker
from reconciliation.models.inbox_event import BUCKETS

DAY = timedelta(days=1)
MOST_TYPES = 60
NEEDS_SOMEBODY = InboxEvent.State.SET_ASIDE.value
SEEN = "seen"

STANDING = """
SELECT
    (SELECT count(*) FROM reconciliation_inboxevent
        WHERE livemode = %(livemode)s AND received_at > %(day_ago)s),
    (SELECT count(*) FROM reconciliation_inboxevent
        WHERE livemode = %(livemode)s AND state = 'waiting'),
    (SELECT count(*) FROM reconciliation_inboxevent
        WHERE livemode = %(livemode)s AND state = 'parked'),
    (SELECT count(*) FROM reconciliation_inboxevent
        WHERE livemode = %(livemode)s AND state = 'set aside' AND seen_at IS NULL),
    (SELECT count(*) FROM reconciliation_inboxevent
        WHERE livemode = %(livemode)s AND state = 'set aside' AND seen_at IS NOT NULL),
    (SELECT count(*) FROM reconciliation_inboxevent
        WHERE livemode = %(livemode)s AND deliveries > 1),
    (SELECT count(DISTINCT source_id) FROM reconciliation_eventvariant AS variant
        WHERE EXISTS (SELECT FROM reconciliation_inboxevent AS event
            WHERE event.bucket = variant.bucket AND event.source_id = variant.source_id
                AND event.livemode = %(livemode)s)),
    (SELECT min(received_at) FROM reconciliation_inboxevent
        WHERE livemode = %(livemode)s AND state = 'waiting'),
    (SELECT received_at FROM reconciliation_inboxevent
        WHERE livemode = %(livemode)s ORDER BY received_at DESC, id DESC LIMIT 1)
"""


def standing(*, livemode: bool, at: datetime) -> Standing:
    """The inbox of this mode, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(STANDING, {"livemode": livemode, "day_ago": at - DAY})
        return Standing(*cursor.fetchone())


def anything_came() -> bool:
    """Whether Stripe has told us anything yet, in either mode."""
    return InboxEvent.objects.exists()


def stuck(*, livemode: bool) -> int:
    """How many events of this mode need somebody."""
    return InboxEvent.objects.filter(in_state(NEEDS_SOMEBODY), livemode=livemode).count()


def in_state(state: str) -> Q:
    """Events of a state as people are told it: what was looked at needs nobody any more."""
    aside = Q(state=InboxEvent.State.SET_ASIDE)
    if state == NEEDS_SOMEBODY:
        return aside & Q(seen_at=None)
    return aside & Q(seen_at__isnull=False) if state == SEEN else Q(state=state)


def workers() -> Sequence[Worker]:
    """Those that were alive within a day of the last sign of life of any, the latest first."""
    last = Worker.objects.aggregate(last=Max("seen_at"))["last"]
    if last is None:
        return ()
    return list(Worker.objects.filter(seen_at__gt=last - DAY).order_by("-seen_at", "name"))


SIGNS = """
SELECT (SELECT max(seen_at) FROM reconciliation_worker),
    (SELECT min(due_at) FROM reconciliation_inboxevent WHERE state = 'waiting' AND due_at <= %s)
"""


def alarm_at(at: datetime) -> Verdict | None:
    """What every page should say about the background worker; None when all is well."""
    with connection.cursor() as cursor:
        cursor.execute(SIGNS, [at])
        seen_at, oldest_waiting_at = cursor.fetchone()
    return alarm(seen_at=seen_at, oldest_waiting_at=oldest_waiting_at, at=at)


def matching(asked: EventFilter, *, livemode: bool) -> QuerySet[InboxEvent]:
    """The events that a filter means, in no order, without their bodies."""
    rows = InboxEvent.objects.filter(livemode=livemode)
    if asked.names_an_event:
        rows = rows.filter(bucket__in=range(BUCKETS), source_id=asked.search)
    elif asked.search:
        rows = rows.filter(object_id=asked.search)
    if asked.state:
        rows = rows.filter(in_state(asked.state))
    if asked.source:
        rows = rows.filter(source=asked.source)
    if asked.type:
        rows = rows.filter(type=asked.type)
    if asked.repeated:
        rows = rows.filter(deliveries__gt=1)
    if asked.contradicted:
        rows = rows.filter(source_id__in=EventVariant.objects.values("source_id"))
    return rows.defer("body", "sha256")


def named(*, source_id: str, livemode: bool) -> QuerySet[InboxEvent]:
    """The event with this id in this mode, or none."""
    return InboxEvent.objects.filter(
        bucket__in=range(BUCKETS), source_id=source_id, livemode=livemode
    )


def page(asked: EventFilter, *, livemode: bool, cursor: str) -> Page[InboxEvent]:
    """Fifty events, the latest first."""
    return page_of(matching(asked, livemode=livemode), order=("-received_at", "-id"), cursor=cursor)


@dataclass(frozen=True)
class EventShown:
    """One event with what else came under its id, and who replayed it."""

    row: InboxEvent
    variants: Sequence[EventVariant]
    replays: Sequence[ReplayedEvent]

    @property
    def bodies(self) -> list[bytes]:
        """What came under its id, the body that counts first."""
        return [bytes(self.row.body), *(bytes(variant.body) for variant in self.variants)]


def event(*, source_id: str, livemode: bool) -> EventShown | None:
    """All that is known of one event; None where this mode has none of that id."""
    rows = named(source_id=source_id, livemode=livemode).select_related("seen_by")
    row = rows.first()
    if row is None:
        return None
    variants = EventVariant.objects.filter(bucket=row.bucket, source_id=source_id)
    replays = ReplayedEvent.objects.filter(source_id=source_id).select_related("replay__by")
    return EventShown(
        row, list(variants.order_by("received_at", "pk")), list(replays.order_by("-pk"))
    )


def sentences(*, livemode: bool) -> list[tuple[str, int]]:
    """Why events need somebody, the most frequent reason first: (sentence, how many)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sentence, count(*) FROM reconciliation_inboxevent "
            "WHERE livemode = %s AND state = 'set aside' AND seen_at IS NULL "
            "GROUP BY sentence ORDER BY count(*) DESC, sentence LIMIT 10",
            [livemode],
        )
        return [(sentence, count) for sentence, count in cursor.fetchall()]


def replays(*, livemode: bool) -> Sequence[Replay]:
    """The last ten."""
    rows = Replay.objects.filter(livemode=livemode).select_related("by")
    return list(rows.order_by("-at", "-pk")[:10])
