"""The background worker's turn: drain what is due, in batches, so that one bad row stops nobody."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from django.db import DataError, OperationalError, transaction

from campaigns.actions import reattribution
from reconciliation.actions import inbox
from reconciliation.actions.digest import digest
from reconciliation.models import Worker

logger = logging.getLogger(__name__)

Answer = TypeVar("Answer")

BATCH = 500
MOST_TRIES = 5
IN_THE_WAY = {"40001", "40P01"}  # serialization failure, deadlock: the same work will do


def work_once(*, at: datetime) -> int:
    """Do one batch of everything that is due; returns how many pieces of work were done."""
    return _fresh_batch(at) + _one_failed(at) + reattribution.work_once(at=at)


def note_alive(*, name: str, started_at: datetime, at: datetime) -> None:
    """Let the screens know that a worker is there."""
    Worker.objects.update_or_create(name=name, defaults={"started_at": started_at, "seen_at": at})


def _fresh_batch(at: datetime) -> int:
    """All new rows together; where that fails, each of them is tried alone."""
    try:
        return _redo_when_in_the_way(lambda: _digest_batch(at))
    except Exception:
        logger.exception("worker.batch_failed")
    ids = inbox.fresh_ids(at=at, limit=BATCH)
    for id in ids:
        _try_alone(id, at)
    return len(ids)


@transaction.atomic
def _digest_batch(at: datetime) -> int:
    claimed = inbox.claim_fresh(at=at, limit=BATCH)
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
        _redo_when_in_the_way(lambda: digest(claimed=[row], at=at))
    except Exception as problem:
        logger.exception("worker.event_failed id=%s", row.source_id)
        inbox.park(id=row.id, sentence=_sentence(problem))


def _redo_when_in_the_way(work: Callable[[], Answer]) -> Answer:
    """Two workers may have waited for each other in a circle; the one that was ended starts again."""
    for _ in range(MOST_TRIES - 1):
        try:
            return work()
        except OperationalError as problem:
            if getattr(problem.__cause__, "sqlstate", "") not in IN_THE_WAY:
                raise
            logger.info("worker.redone")
    return work()


def _sentence(problem: Exception) -> str:
    if isinstance(problem, DataError):
        return f"The database refused a value: {str(problem).splitlines()[0]}"
    return f"Reading it failed ({type(problem).__name__}); the log has the details."
