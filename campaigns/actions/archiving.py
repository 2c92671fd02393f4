"""Campaigns leave the lists, or come back; what they earned stays where it is."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from campaigns.models import Campaign
from linktracker import history
from linktracker.lib.outcome import Changed, Outcome, Skipped
from linktracker.models import User

IN_USE = "in use"
ARCHIVED = "archived"


@transaction.atomic
def archive_campaigns(*, ids: Sequence[int], by: User, reason: str, at: datetime) -> Outcome:
    """Take these campaigns out of the lists. Raises `NoReason` without one."""
    reason = history.given(reason)
    outcome = Outcome.of(_archived(campaign) for campaign in _locked(ids))
    _write(outcome, at)
    return history.record(outcome, what="State", by=by, reason=reason)


@transaction.atomic
def restore_campaigns(*, ids: Sequence[int], by: User, reason: str, at: datetime) -> Outcome:
    """Bring these campaigns back. Raises `NoReason` without one."""
    reason = history.given(reason)
    outcome = Outcome.of(_restored(campaign) for campaign in _locked(ids))
    _write(outcome, None)
    return history.record(outcome, what="State", by=by, reason=reason)


def _locked(ids: Sequence[int]) -> list[Campaign]:
    return list(Campaign.objects.select_for_update().filter(pk__in=ids).order_by("pk"))


def _archived(campaign: Campaign) -> Changed | Skipped:
    if campaign.archived_at:
        return Skipped(str(campaign), "archived already")
    return Changed(campaign, IN_USE, ARCHIVED)


def _restored(campaign: Campaign) -> Changed | Skipped:
    if not campaign.archived_at:
        return Skipped(str(campaign), "not archived")
    return Changed(campaign, ARCHIVED, IN_USE)


def _write(outcome: Outcome, archived_at: datetime | None) -> None:
    keys = [change.row.pk for change in outcome.changed]
    Campaign.objects.filter(pk__in=keys).update(archived_at=archived_at)
