"""The background worker's turn: drain what is due, in batches, so that one bad row stops nobody."""

import logging
from datetime import datetime

from django.db import DataError, transaction

from campaigns.actions import reattribution
from linktracker.lib.retry import redo_when_in_the_way
from reconciliation.actions import inbox
from reconciliation.actions.digest import digest
from reconciliation.models import Worker

logger = logging.getLogger(__name__)

BATCH = 500


def work_once(*, at: datetime) -> int:
    """Do one batch of everything that is due; returns how many pieces of work were done."""
    attributed = reattribution.work_once(at=at)
    return attributed + _fresh_batch(at) + _one_failed(at)


def note_alive(*, name: str, started_at: datetime, at: datetime) -> None:
    """Let the screens know that a worker is there."""
    Worker.objects.update_or_create(name=name, defaults={"started_at": started_at, "seen_at": at})


def _fresh_batch(at: datetime) -> int:
    """Many new rows together; where that fails, each of them is tried alone."""
    ids: list[int] = []
    try:
        return redo_when_in_the_way(lambda: _digest_batch(ids, at))
    except Exception:
        logger.exception("worker.batch_failed")
    ids = ids or inbox.fresh_ids(at=at, limit=BATCH)
    for id in ids:
        _try_alone(id, at)
    return len(ids)


@transaction.atomic
def _digest_batch(ids: list[int], at: datetime) -> int:
    """Digest what is claimed, and leave in `ids` what that was, for when it fails."""
    claimed = inbox.claim_fresh(at=at, limit=BATCH)
    ids[:] = [row.id for row in claimed]
    if claimed:
        digest(claimed=claimed, at=at)
    return len(claimed)


def _one_failed(at: datetime) -> int:
    id = inbox.next_failed_id(at=at)
    if id is None:
        return 0
    _try_alone(id, at)
    return 1


def _try_alone(id: int, at: datetime) -> None:
    """The try is counted and committed before it is made: what kills the worker is counted too."""
    row = inbox.claim_for_a_try(id=id, at=at)
    if row is None:
        return
    try:
        redo_when_in_the_way(lambda: digest(claimed=[row], at=at))
    except Exception as problem:
        logger.exception("worker.event_failed id=%s", row.source_id)
        inbox.park(id=row.id, sentence=_sentence(problem))


def _sentence(problem: Exception) -> str:
    if isinstance(problem, DataError):
        return f"The database refused a value: {str(problem).splitlines()[0]}"
    return f"Reading it failed ({type(problem).__name__}); the log has the details."
