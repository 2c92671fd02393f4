"""A payment link gets a name of our own, which lists and the builder show before Stripe's."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from campaigns.actions.link_changes import CannotChange
from campaigns.models import PaymentLink
from linktracker import history
from linktracker.lib.outcome import Changed, Outcome, Skipped
from linktracker.models import User

NO_NAME = "no name"


@transaction.atomic
def rename(*, ids: Sequence[int], name: str, by: User, reason: str, at: datetime) -> Outcome:
    """Name one payment link; an empty name leaves it Stripe's. Raises `NoReason`, `CannotChange`."""
    reason, name = history.given(reason), " ".join(name.split())
    if len(ids) > 1:
        raise CannotChange("A name tells one payment link from the others; choose one alone.")
    rows = PaymentLink.objects.select_for_update().filter(pk__in=ids)
    outcome = Outcome.of(_judged(row, name) for row in rows.order_by("pk"))
    for change in outcome.changed:
        PaymentLink.objects.filter(pk=change.row.pk).update(name=name)
    return history.record(outcome, what="Name", by=by, reason=reason)


def _judged(row: PaymentLink, name: str) -> Changed | Skipped:
    if row.name == name:
        return Skipped(str(row), "named like that already")
    return Changed(row, row.name or NO_NAME, name or NO_NAME)
