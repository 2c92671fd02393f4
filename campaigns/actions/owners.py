"""Campaigns and payment links get another owner, each row kept from whom to whom."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from campaigns.actions.link_changes import CannotChange
from campaigns.models import Campaign, PaymentLink
from linktracker import history
from linktracker.lib.outcome import Changed, Outcome, Skipped
from linktracker.models import User

NOBODY = "nobody"


def hand_over_campaigns(
    *, ids: Sequence[int], owner: User, by: User, reason: str, at: datetime
) -> Outcome:
    """Give these campaigns another owner. Raises `NoReason` and `CannotChange`."""
    return _hand_over(Campaign, ids, owner, by, reason)


def hand_over_payment_links(
    *, ids: Sequence[int], owner: User, by: User, reason: str, at: datetime
) -> Outcome:
    """Give these payment links another owner. Raises `NoReason` and `CannotChange`."""
    return _hand_over(PaymentLink, ids, owner, by, reason)


@transaction.atomic
def _hand_over(
    model: type[Campaign | PaymentLink], ids: Sequence[int], owner: User, by: User, reason: str
) -> Outcome:
    reason = history.given(reason)
    if not owner.is_active:
        raise CannotChange("That person may not sign in; choose another owner.")
    rows = model._default_manager.select_for_update(of=("self",)).select_related("owner")
    outcome = Outcome.of(_judged(row, owner) for row in rows.filter(pk__in=ids).order_by("pk"))
    keys = [change.row.pk for change in outcome.changed]
    model._default_manager.filter(pk__in=keys).update(owner=owner)
    return history.record(outcome, what="Owner", by=by, reason=reason)


def _judged(row: Any, owner: User) -> Changed | Skipped:
    if row.owner_id == owner.pk:
        return Skipped(str(row), f"{owner} owns it already")
    return Changed(row, str(row.owner or NOBODY), str(owner))
