"""A person has looked at an event that was set aside, and lets it stay there."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from linktracker import history
from linktracker.lib.outcome import Changed, Outcome, Skipped
from linktracker.models import User
from reconciliation.actions import inbox
from reconciliation.models import InboxEvent

SEEN = "seen"


@transaction.atomic
def mark_seen(*, ids: Sequence[int], by: User, reason: str, at: datetime) -> Outcome:
    """These events need nobody any more, until they are replayed. Raises `NoReason` without one."""
    reason = history.given(reason)
    rows = InboxEvent.objects.select_for_update().defer("body", "sha256")
    outcome = Outcome.of(_judged(row) for row in inbox.in_order(rows.filter(pk__in=ids)))
    keys = [change.row.pk for change in outcome.changed]
    InboxEvent.objects.filter(pk__in=keys).update(seen_by=by, seen_at=at, seen_reason=reason)
    return history.record(outcome, what="State", by=by, reason=reason)


def _judged(row: InboxEvent) -> Changed | Skipped:
    if row.state != InboxEvent.State.SET_ASIDE:
        return Skipped(str(row), "not set aside, so it needs nobody")
    if row.seen_at:
        return Skipped(str(row), "seen already; its page says by whom")
    return Changed(row, row.state_in_words, SEEN)
