"""The inbox: what Stripe told us goes in as bytes, is claimed in batches, parked and replayed."""

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import NamedTuple

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Collate

from linktracker.lib import bulk, direct
from linktracker.lib.group_commit import GroupCommit
from linktracker.lib.json_read import text
from reconciliation.core.events import UnreadableEvent, read_event, read_event_id
from reconciliation.core.fetched import Fetched
from reconciliation.core.refusals import why_aside
from reconciliation.models import InboxEvent
from reconciliation.models.inbox_event import BUCKETS

ROWS_A_STATEMENT = 500
LAST_ATTEMPT = 12
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=6)
ENDED_THE_WORKER = f"None of its {LAST_ATTEMPT} tries came to an end: the worker ended with each."


@dataclass(frozen=True)
class Stored:
    """What became of one body: its source id, how often it has come, whether it contradicts the
    first or was set aside."""

    source_id: str
    type: str
    deliveries: int
    conflict: bool
    is_aside: bool


@dataclass(frozen=True)
class Uploaded:
    """How many uploaded bodies were new, known already, and no events at all."""

    new: int = 0
    duplicate: int = 0
    refused: int = 0

    def __add__(self, other: "Uploaded") -> "Uploaded":
        return Uploaded(
            self.new + other.new, self.duplicate + other.duplicate, self.refused + other.refused
        )


@dataclass(frozen=True)
class Claimed:
    """An inbox row that this transaction holds; nobody else works on it until it ends."""

    id: int
    source_id: str
    body: bytes
    fetched: bool
    secret_livemode: bool | None


@dataclass(frozen=True)
class _Envelope:
    """The few columns beside the bytes."""

    source_id: str
    type: str = ""
    object_id: str = ""
    livemode: bool = False
    account: str = ""
    api_version: str = ""
    stripe_at: datetime | None = None
    sentence: str = ""


class _Row(NamedTuple):
    """What `STORE` is given, in its order."""

    bucket: int
    source_id: str
    source: str
    type: str
    object_id: str
    livemode: bool
    account: str
    api_version: str
    stripe_at: datetime | None
    received_at: datetime
    body: bytes
    sha256: bytes
    secret: int | None
    secret_livemode: bool | None
    state: str
    due_at: datetime
    sentence: str


# The same bytes under a secret that may vouch for them outweigh an earlier, wrong one, so that a
# replay helps once a mislabelled secret was put right and Stripe has sent the event again.
#
# One statement, so that a delivery is counted if and only if its other body is kept: a transaction
# around two would cost each webhook a BEGIN and a COMMIT, a sixth of its time.
STORE = """
WITH given (
    bucket, source_id, source, type, object_id, livemode, account, api_version, stripe_at,
    received_at, body, sha256, secret, secret_livemode, state, due_at, sentence
) AS (VALUES {rows}), stored AS (
    INSERT INTO reconciliation_inboxevent AS inbox (
        bucket, source_id, source, type, object_id, livemode, account, api_version, stripe_at,
        received_at, body, sha256, secret, secret_livemode, state, due_at, sentence,
        deliveries, attempts
    ) SELECT given.*, 1, 0 FROM given
    ON CONFLICT (bucket, source_id) DO UPDATE SET deliveries = inbox.deliveries + 1,
        secret_livemode = CASE
            WHEN inbox.sha256 = excluded.sha256
                AND coalesce(excluded.secret_livemode, inbox.livemode) = inbox.livemode
            THEN excluded.secret_livemode ELSE inbox.secret_livemode END
    RETURNING source_id, deliveries, sha256
), variants AS (
    INSERT INTO reconciliation_eventvariant (bucket, source_id, body, sha256, received_at)
    SELECT given.bucket, given.source_id, given.body, given.sha256, given.received_at
    FROM given JOIN stored ON stored.source_id = given.source_id AND stored.sha256 <> given.sha256
    ON CONFLICT DO NOTHING
)
SELECT source_id, deliveries, sha256 FROM stored
"""
ROW = (
    "(%s, %s, %s, %s, %s, %s, %s, %s, %s::timestamptz, %s, %s, %s, %s::smallint, %s::boolean, "
    "%s, %s, %s)"
)


def store_delivery(
    *, body: bytes, secret: int | None, secret_livemode: bool | None, at: datetime
) -> Stored:
    """Keep an authentic webhook body durably; once it returns, Stripe may be answered 200.

    An unusable body is kept under its own digest and set aside, never refused: Stripe would only
    bring the same bytes again. Deliveries that come together share a transaction.
    """
    envelope = _envelope(body, secret_livemode)
    row = _row(envelope, body, InboxEvent.Source.WEBHOOK, secret, secret_livemode, at)
    return DELIVERIES.write(row)


@transaction.atomic
def store_uploads(*, bodies: Sequence[bytes], at: datetime) -> Uploaded:
    """Keep events that a person has brought, whatever they say.

    What is no JSON object with an event id is counted as refused and not stored.
    """
    events = [body for body in bodies if _is_event(body)]
    stored = _write_all(
        [
            _row(_envelope(body, None), body, InboxEvent.Source.UPLOAD, None, None, at)
            for body in events
        ]
    )
    new = sum(1 for row in stored if row.deliveries == 1)
    return Uploaded(new, len(events) - new, len(bodies) - len(events))


LATEST_ABOUT = """
SELECT DISTINCT ON (object_id) object_id, source = 'fetch', sha256
FROM reconciliation_inboxevent
WHERE object_id = ANY(%s) AND stripe_at IS NOT NULL
ORDER BY object_id, stripe_at DESC, source = 'fetch' DESC, id DESC
"""


@transaction.atomic
def store_fetches(*, fetches: Sequence[Fetched], at: datetime) -> int:
    """Keep objects as Stripe's API showed them; returns how many told something new.

    One whose bytes are those of the last that we heard of it tells nothing and is not stored. An
    event between the two makes it news again: the object has changed and changed back.
    """
    known = direct.rows(LATEST_ABOUT, [[one.object_id for one in fetches]])
    latest = {object_id: bytes(sha256) for object_id, fetched, sha256 in known if fetched}
    news = [
        one for one in fetches if latest.get(one.object_id) != hashlib.sha256(one.body).digest()
    ]
    _write_all(sorted((_fetched_row(one, at) for one in news), key=lambda row: row.source_id))
    return len(news)


def _fetched_row(one: Fetched, at: datetime) -> _Row:
    """Its type is empty, since no event told of it."""
    envelope = _Envelope(
        source_id=one.source_id,
        object_id=one.object_id,
        livemode=one.livemode,
        api_version=one.api_version,
        stripe_at=datetime.fromtimestamp(one.at, UTC),
    )
    return _row(envelope, one.body, InboxEvent.Source.FETCH, None, None, at)


def _is_event(body: bytes) -> bool:
    try:
        read_event_id(body)
    except UnreadableEvent:
        return False
    return True


def _envelope(body: bytes, secret_livemode: bool | None) -> _Envelope:
    try:
        event = read_event(body)
    except UnreadableEvent as problem:
        digest = hashlib.sha256(body).hexdigest()
        return _Envelope(source_id=f"sha256:{digest}", sentence=str(problem))
    return _Envelope(
        source_id=event.id,
        type=event.type[:255],
        object_id=(text(event.object, "id") or "")[:255],
        livemode=event.livemode,
        account=(event.account or "")[:255],
        api_version=(event.api_version or "")[:64],
        stripe_at=datetime.fromtimestamp(event.created, UTC) if event.created else None,
        sentence=why_aside(event, secret_livemode),
    )


def _row(
    envelope: _Envelope,
    body: bytes,
    source: str,
    secret: int | None,
    secret_livemode: bool | None,
    at: datetime,
) -> _Row:
    state = InboxEvent.State.SET_ASIDE if envelope.sentence else InboxEvent.State.WAITING
    return _Row(
        bucket(envelope.source_id), envelope.source_id, source, envelope.type,
        envelope.object_id, envelope.livemode, envelope.account, envelope.api_version,
        envelope.stripe_at, at, body, hashlib.sha256(body).digest(), secret, secret_livemode,
        state, at, envelope.sentence,
    )  # fmt: skip


def _write_deliveries(rows: Sequence[_Row]) -> list[Stored]:
    """Keep these; a connection that was lost since the delivery before is replaced, once."""
    try:
        return _write_ordered(rows)
    except (OperationalError, InterfaceError):
        had_none = connection.connection is None
        if had_none or connection.in_atomic_block or connection.is_usable():
            raise
    connection.close()
    return _write_ordered(rows)


def _write_ordered(rows: Sequence[_Row]) -> list[Stored]:
    """The same in an order that all who write follow, so that no two wait in a circle.

    A statement is a transaction; copies that come together take several, kept or refused as one.
    """
    ordered = sorted(rows, key=lambda row: row.source_id)
    with_copies = len({row.source_id for row in rows}) < len(rows)
    with transaction.atomic() if with_copies else nullcontext():
        written = _write_all(ordered)
    stored = dict(zip(map(id, ordered), written, strict=True))
    return [stored[id(row)] for row in rows]


def _write_all(rows: Sequence[_Row]) -> list[Stored]:
    """Keep these, a statement for all; an event that comes twice among them gets a second one."""
    stored: dict[int, Stored] = {}
    left = list(rows)
    while left:
        first = {row.source_id: row for row in reversed(left)}
        distinct = [row for row in left if first[row.source_id] is row]
        stored |= _write_distinct(distinct[:ROWS_A_STATEMENT])
        left = [row for row in left if id(row) not in stored]
    return [stored[id(row)] for row in rows]


def _write_distinct(rows: Sequence[_Row]) -> dict[int, Stored]:
    statement = STORE.replace("{rows}", ", ".join([ROW] * len(rows)))
    told = {
        source_id: (deliveries, bytes(sha256))
        for source_id, deliveries, sha256 in direct.rows(statement, list(chain(*rows)))
    }
    stored = {}
    for row in rows:
        deliveries, first_sha256 = told[row.source_id]
        conflict = first_sha256 != row.sha256
        is_aside = row.state == InboxEvent.State.SET_ASIDE
        stored[id(row)] = Stored(row.source_id, row.type, deliveries, conflict, is_aside)
    return stored


DELIVERIES = GroupCommit(_write_deliveries)


def bucket(source_id: str) -> int:
    """The shard that a distributed database would keep this row on; the same for ever."""
    return zlib.crc32(source_id.encode()) % BUCKETS


CLAIM = """
SELECT id, source_id, body, source = 'fetch', secret_livemode
FROM reconciliation_inboxevent
WHERE state IN ('waiting', 'parked') AND due_at <= %s AND attempts = 0
ORDER BY due_at {way}, id {way}
LIMIT %s
FOR UPDATE SKIP LOCKED
"""
OLDEST = CLAIM.format(way="ASC")
NEWEST = CLAIM.format(way="DESC")
OLDEST_LOCK = 7_140_003
# Statistics from a quiet hour say that nothing waits, and the planner would rather read and sort
# all that does than walk along the index to the limit.
ALONG_THE_INDEX = "SET LOCAL enable_sort = off"
AS_USUAL = "SET LOCAL enable_sort TO DEFAULT"


def claim_fresh(*, at: datetime, limit: int) -> list[Claimed]:
    """Take rows that have not failed before; call it inside a transaction.

    One worker at a time begins with the oldest. The rows beside its own are about the same
    payments, so that whoever took those would wait for it: others begin with the newest.
    """
    ((is_first,),) = direct.rows("SELECT pg_try_advisory_xact_lock(%s)", [OLDEST_LOCK])
    direct.rows(ALONG_THE_INDEX)
    rows = direct.rows_with_bytes(OLDEST if is_first else NEWEST, [at, limit])
    direct.rows(AS_USUAL)
    return [
        Claimed(id, source_id, body, fetched, secret_livemode)
        for id, source_id, body, fetched, secret_livemode in rows
    ]


def fresh_ids(*, at: datetime, limit: int) -> list[int]:
    """The oldest rows that `claim_fresh` may take, unless others hold them."""
    return list(_due(at).filter(attempts=0).values_list("id", flat=True)[:limit])


def next_failed_id(*, at: datetime) -> int | None:
    """A row that has failed before and is due again: it is tried alone, so it holds up nobody."""
    return _due(at).filter(attempts__gt=0).values_list("id", flat=True).first()


def _due(at: datetime) -> QuerySet[InboxEvent]:
    working = (InboxEvent.State.WAITING, InboxEvent.State.PARKED)
    return InboxEvent.objects.filter(state__in=working, due_at__lte=at).order_by("due_at", "id")


@transaction.atomic
def claim_for_a_try(*, id: int, at: datetime) -> Claimed | None:
    """Count a try of this row and commit that before the try; None when others hold the row.

    None too for a row that has had its last try and was never parked, since the try ended the
    worker with it: it is set aside now.
    """
    row = _due(at).filter(pk=id).select_for_update(skip_locked=True).first()
    if row is None:
        return None
    if row.attempts >= LAST_ATTEMPT:
        set_aside(problems={row.pk: row.sentence or ENDED_THE_WORKER})
        return None
    row.attempts += 1
    row.due_at = at + pause(row.attempts)
    row.save(update_fields=["attempts", "due_at"])
    return as_claimed(row)


def as_claimed(row: InboxEvent) -> Claimed:
    """A row with all its columns, as it is read."""
    return Claimed(
        row.pk,
        row.source_id,
        bytes(row.body),
        row.source == InboxEvent.Source.FETCH,
        row.secret_livemode,
    )


MARK = "UPDATE reconciliation_inboxevent SET state = %s, sentence = '' WHERE id = ANY(%s)"


def mark(*, ids: Sequence[int], state: str) -> None:
    """These rows need no more work: done, or kept for a later version that folds their type."""
    if ids:
        direct.rows(MARK, [state, list(ids)])


def set_aside(*, problems: Mapping[int, str]) -> None:
    """These rows need a person, each for its own reason."""
    state = InboxEvent.State.SET_ASIDE.value
    rows = [{"id": id, "state": state, "sentence": problems[id]} for id in sorted(problems)]
    bulk.update(InboxEvent, rows, key="id")


@transaction.atomic
def park(*, id: int, sentence: str) -> None:
    """This row failed; it is tried again when its pause is over, and set aside after the last try."""
    row = InboxEvent.objects.select_for_update().get(pk=id)
    last = row.attempts >= LAST_ATTEMPT
    row.state = InboxEvent.State.SET_ASIDE if last else InboxEvent.State.PARKED
    row.sentence = sentence
    row.save(update_fields=["state", "sentence"])


def in_order(rows: QuerySet[InboxEvent]) -> QuerySet[InboxEvent]:
    """As those who write lock them, by code points whatever the database's language."""
    return rows.order_by(Collate("source_id", "C"), "pk")


def replay(*, ids: Sequence[int], at: datetime) -> int:
    """Let the worker read these rows again from their bytes; returns how many."""
    return InboxEvent.objects.filter(pk__in=ids).update(
        state=InboxEvent.State.WAITING,
        attempts=0,
        due_at=at,
        sentence="",
        seen_by=None,
        seen_at=None,
        seen_reason="",
    )


def pause(attempts: int) -> timedelta:
    """How long a row rests after this many failures: doubling, at most six hours."""
    return min(FIRST_PAUSE * (1 << attempts - 1), LONGEST_PAUSE)
