"""What people changed through the administration: a line a row, from what to what, and why.

An action writes its lines in its own transaction. They are Django's log entries, so that a row's
history shows them beside what was changed by a form; a trigger keeps them as they are.
"""

from collections import defaultdict
from collections.abc import Sequence

from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import Model

from linktracker.lib.outcome import Outcome
from linktracker.models import User

LONGEST_REASON = 500
OPENED = "Opened what Stripe sent."


class NoReason(Exception):
    """A change that nobody gave a reason for."""


def given(reason: str) -> str:
    """The reason as it is kept. Raises `NoReason` where there is none, or a book of it."""
    reason = " ".join(reason.split())
    if not reason:
        raise NoReason("Give a reason; whoever reads the history later will want it.")
    if len(reason) > LONGEST_REASON:
        raise NoReason(f"The reason is longer than {LONGEST_REASON} characters.")
    return reason


def record(outcome: Outcome, *, what: str, by: User, reason: str) -> Outcome:
    """A line for each row that was changed; returns the outcome for the caller to hand on."""
    alike: dict[str, list[Model]] = defaultdict(list)
    for change in outcome.changed:
        alike[f"{what}: {change.before} → {change.after}. Reason: {reason}"].append(change.row)
    for message, rows in alike.items():
        _write(rows, message, by)
    return outcome


def opened(row: Model, *, by: User) -> None:
    """Somebody looked at bytes that hold buyer data."""
    _write([row], OPENED, by)


def _write(rows: Sequence[Model], message: str, by: User) -> None:
    LogEntry.objects.log_actions(by.pk, rows, CHANGE, message)
