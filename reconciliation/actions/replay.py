"""Events are read once more: by a person, for a reason, on record."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from linktracker.lib import direct
from linktracker.models import User
from reconciliation.actions import inbox
from reconciliation.core.event_filter import EventFilter
from reconciliation.models import InboxEvent, Replay
from reconciliation.queries import health

MOST_EVENTS = 100_000


class CannotReplay(Exception):
    """The events stay as they are; the sentence says why and what would be right."""


RECORD = """
INSERT INTO reconciliation_replayedevent (replay_id, source_id, state_before, sentence_before)
SELECT %s, source_id, state, sentence FROM reconciliation_inboxevent WHERE id = ANY(%s)
"""


def replay_one(*, source_id: str, livemode: bool, by: User, reason: str, at: datetime) -> Replay:
    """Let the worker read this event again. Raises `CannotReplay` for an unknown one or no reason."""
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
    reason = reason.strip()
    if not reason:
        raise CannotReplay("Say why: the reason stands beside what was done.")
    locked = inbox.in_order(rows.exclude(state=InboxEvent.State.WAITING)).select_for_update()
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
    return read_again(ids=ids, chosen=chosen, livemode=livemode, by=by, reason=reason, at=at)


def read_again(
    *, ids: Sequence[int], chosen: str, livemode: bool, by: User, reason: str, at: datetime
) -> Replay:
    """Put these events of one mode on record as replayed, and let the worker read them again."""
    replay = Replay.objects.create(
        livemode=livemode,
        by=by,
        at=at,
        reason=reason[:500],
        chosen=chosen[:1000],
        events=len(ids),
    )
    direct.rows(RECORD, [replay.pk, list(ids)])
    inbox.replay(ids=ids, at=at)
    return replay
