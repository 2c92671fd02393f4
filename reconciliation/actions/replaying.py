"""A person lets the worker read events again, or try the ones that rest before their time."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from linktracker import history
from linktracker.lib import direct
from linktracker.lib.outcome import Changed, Outcome, Skipped
from linktracker.models import User
from reconciliation.actions import inbox
from reconciliation.core.event_filter import EventFilter
from reconciliation.models import InboxEvent, Replay
from reconciliation.queries import health

logger = logging.getLogger(__name__)

MOST_EVENTS = 100_000
TICKED = "ticked in the administration"
DUE_NOW = "tried at once"

Judge = Callable[[InboxEvent], Changed | Skipped]
State = InboxEvent.State


class CannotReplay(Exception):
    """The events stay as they are; the sentence says why and what would be right."""


def replay_one(*, source_id: str, livemode: bool, by: User, reason: str, at: datetime) -> Replay:
    """Let the worker read this event again. Raises `CannotReplay`, and `NoReason` without one."""
    rows = health.named(source_id=source_id, livemode=livemode)
    return _replay(rows, chosen=source_id, seen=1, livemode=livemode, by=by, reason=reason, at=at)


def replay_all(
    *, asked: EventFilter, seen: int, livemode: bool, by: User, reason: str, at: datetime
) -> Replay:
    """Let the worker read every event of this filter again; at most `MOST_EVENTS` at a time.

    `seen` is how many the person was told of: others than those are nobody's wish.
    """
    if asked.problems:
        raise CannotReplay(" ".join((*asked.problems, "So nothing is replayed.")))
    rows = health.matching(asked, livemode=livemode)
    return _replay(
        rows, chosen=asked.words, seen=seen, livemode=livemode, by=by, reason=reason, at=at
    )


@transaction.atomic
def replay(*, ids: Sequence[int], by: User, reason: str, at: datetime) -> Outcome:
    """Let the worker read these events again from their bytes. Raises `NoReason` without one."""
    reason = history.given(reason)
    outcome = _judged(ids, _replayed)
    for livemode in (False, True):
        rows = InboxEvent.objects.filter(pk__in=_keys(outcome), livemode=livemode)
        if ids := list(rows.order_by("pk").values_list("pk", flat=True)):
            _read_again(ids=ids, chosen=TICKED, livemode=livemode, by=by, reason=reason, at=at)
    logger.info("inbox.replayed count=%d by=%s", len(outcome.changed), by.pk)
    return history.record(outcome, what="State", by=by, reason=reason)


@transaction.atomic
def release(*, ids: Sequence[int], by: User, reason: str, at: datetime) -> Outcome:
    """Try these parked events now instead of when their pause is over; their tries still count."""
    reason = history.given(reason)
    outcome = _judged(ids, _released)
    InboxEvent.objects.filter(pk__in=_keys(outcome)).update(due_at=at)
    return history.record(outcome, what="Next try", by=by, reason=reason)


@transaction.atomic
def _replay(
    rows: QuerySet[InboxEvent],
    *,
    chosen: str,
    seen: int,
    livemode: bool,
    by: User,
    reason: str,
    at: datetime,
) -> Replay:
    reason = history.given(reason)
    locked = inbox.in_order(rows.exclude(state=State.WAITING)).select_for_update()
    ids = list(locked.values_list("id", flat=True)[: MOST_EVENTS + 1])
    if not ids:
        raise CannotReplay("No event is left to replay: they wait to be read already.")
    if len(ids) > MOST_EVENTS:
        raise CannotReplay(
            f"These are more than {MOST_EVENTS:,} events; narrow the filter, or rebuild everything "
            "with manage.py rebuild_projections."
        )
    if len(ids) != seen:
        raise CannotReplay(
            f"By now {len(ids):,} events fit, not {seen:,}; look again, then replay."
        )
    return _read_again(ids=ids, chosen=chosen, livemode=livemode, by=by, reason=reason, at=at)


RECORD = """
INSERT INTO reconciliation_replayedevent (replay_id, source_id, state_before, sentence_before)
SELECT %s, source_id, state, sentence FROM reconciliation_inboxevent WHERE id = ANY(%s)
"""


def _read_again(
    *, ids: Sequence[int], chosen: str, livemode: bool, by: User, reason: str, at: datetime
) -> Replay:
    """Put these events of one mode on record as replayed, and let the worker read them again."""
    replay = Replay.objects.create(
        livemode=livemode,
        by=by,
        at=at,
        reason=reason,
        chosen=chosen,
        events=len(ids),
    )
    direct.rows(RECORD, [replay.pk, list(ids)])
    inbox.replay(ids=ids, at=at)
    return replay


def _judged(ids: Sequence[int], judge: Judge) -> Outcome:
    """Without their bytes; a row that a worker holds is waited for."""
    rows = InboxEvent.objects.select_for_update().defer("body", "sha256")
    return Outcome.of(judge(row) for row in inbox.in_order(rows.filter(pk__in=ids)))


def _keys(outcome: Outcome) -> list[int]:
    return [change.row.pk for change in outcome.changed]


def _replayed(row: InboxEvent) -> Changed | Skipped:
    if row.state == State.WAITING:
        return Skipped(str(row), "waiting for the worker already")
    return Changed(row, row.state_in_words, State.WAITING.label)


def _released(row: InboxEvent) -> Changed | Skipped:
    if row.state != State.PARKED:
        return Skipped(str(row), "no event that will try again, so it has no pause to end")
    return Changed(row, f"{row.due_at:%d %b %Y %H:%M} UTC", DUE_NOW)
