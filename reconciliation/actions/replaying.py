"""A person lets the worker read events again, or try the ones that rest before their time."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction

from linktracker import history
from linktracker.lib.outcome import Changed, Outcome, Skipped
from linktracker.models import User
from reconciliation.actions import inbox
from reconciliation.actions.replay import read_again
from reconciliation.models import InboxEvent

Judge = Callable[[InboxEvent], Changed | Skipped]
State = InboxEvent.State
DUE_NOW = "tried at once"
TICKED = "ticked in the administration"


@transaction.atomic
def replay(*, ids: Sequence[int], by: User, reason: str, at: datetime) -> Outcome:
    """Let the worker read these events again from their bytes. Raises `NoReason` without one."""
    reason = history.given(reason)
    outcome = _judged(ids, _replayed)
    for livemode in (False, True):
        rows = InboxEvent.objects.filter(pk__in=_keys(outcome), livemode=livemode)
        if ids := list(rows.order_by("pk").values_list("pk", flat=True)):
            read_again(ids=ids, chosen=TICKED, livemode=livemode, by=by, reason=reason, at=at)
    return history.record(outcome, what="State", by=by, reason=reason)


@transaction.atomic
def release(*, ids: Sequence[int], by: User, reason: str, at: datetime) -> Outcome:
    """Try these parked events now instead of when their pause is over; their tries still count."""
    reason = history.given(reason)
    outcome = _judged(ids, _released)
    InboxEvent.objects.filter(pk__in=_keys(outcome)).update(due_at=at)
    return history.record(outcome, what="Next try", by=by, reason=reason)


def _judged(ids: Sequence[int], judge: Judge) -> Outcome:
    """Without their bytes; a row that a worker holds is waited for."""
    rows = InboxEvent.objects.select_for_update().defer("body", "sha256")
    return Outcome.of(judge(row) for row in inbox.in_order(rows.filter(pk__in=ids)))


def _keys(outcome: Outcome) -> list[int]:
    return [change.row.pk for change in outcome.changed]


def _replayed(row: InboxEvent) -> Changed | Skipped:
    if row.state == State.WAITING:
        return Skipped(str(row), "waiting for the worker already")
    return Changed(row, State(row.state).label, State.WAITING.label)


def _released(row: InboxEvent) -> Changed | Skipped:
    if row.state != State.PARKED:
        return Skipped(str(row), "no event that will try again, so it has no pause to end")
    return Changed(row, f"{row.due_at:%d %b %Y %H:%M} UTC", DUE_NOW)
