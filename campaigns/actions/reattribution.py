"""New evidence runs the rules again: what changed is noted, and the worker finds the payments.

A change is worked off in steps, each with its own transaction: a payment link with many payments
holds up nobody, and a worker that is killed leaves the rest to the next.
"""

import logging
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from campaigns.actions import conversions
from campaigns.models import EvidenceChange
from campaigns.queries import affected
from linktracker.lib import bulk
from linktracker.lib.retry import is_in_the_way, redo_when_in_the_way

logger = logging.getLogger(__name__)

STEP = 500


def note(*, kind: str, key: str, at: datetime) -> None:
    """Remember that evidence changed, in the transaction that changes it."""
    EvidenceChange.objects.create(kind=kind, key=key, changed_at=at, done_to="")


def note_all(*, kind: str, keys: Sequence[str], at: datetime) -> None:
    """The same for any number of changes of one kind, in one statement."""
    rows = [{"kind": kind, "key": key, "changed_at": at, "done_to": ""} for key in keys]
    bulk.insert(EvidenceChange, rows)


def work_once(*, at: datetime) -> int:
    """Work off changes, oldest first, until a step's worth of payments was attributed again.

    Returns how many pieces of work were done. A change with few payments goes at once; one with
    many takes a step a turn, so that new payments are not kept waiting.
    """
    done = 0
    while done < STEP and (step := redo_when_in_the_way(lambda: _next_step(at))):
        done += step
    return done


@transaction.atomic
def _next_step(at: datetime) -> int:
    """Attribute the next payments of the oldest change again; returns how many, at least 1."""
    change = EvidenceChange.objects.select_for_update(skip_locked=True).order_by("pk").first()
    if change is None:
        return 0
    if not change.done_to:
        conversions.wait_for_attributions_under_way()
    ids = affected.payment_ids(change.kind, change.key, after=change.done_to, limit=STEP)
    _attribute_again(ids, at)
    if len(ids) < STEP:
        change.delete()
    else:
        change.done_to = ids[-1]
        change.save(update_fields=["done_to"])
    return len(ids) or 1


def _attribute_again(payment_ids: Sequence[str], at: datetime) -> None:
    """All together; where that fails each by itself, so that one bad payment holds up no other."""
    try:
        conversions.reattribute(payment_ids=payment_ids, at=at)
    except Exception as problem:
        if is_in_the_way(problem):
            raise
        for payment_id in payment_ids:
            _attribute_one_again(payment_id, at)


def _attribute_one_again(payment_id: str, at: datetime) -> None:
    """A payment that cannot be attributed keeps its answer; what is in the way is done again."""
    try:
        conversions.reattribute(payment_ids=[payment_id], at=at)
    except Exception as problem:
        if is_in_the_way(problem):
            raise
        logger.exception("reattribution.failed payment=%s", payment_id)
