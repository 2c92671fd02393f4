"""Campaigns leave the lists, come back, and are planned for other days; what they earned stays."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from campaigns.core.campaign_days import CampaignDays
from campaigns.models import Campaign
from linktracker import history
from linktracker.lib.outcome import Changed, Outcome, Skipped
from linktracker.models import User

IN_USE = "in use"
ARCHIVED = "archived"
NO_DAYS = "no days"


@transaction.atomic
def archive(*, ids: Sequence[int], by: User, reason: str, at: datetime) -> Outcome:
    """Take these campaigns out of the lists. Raises `NoReason` without one."""
    reason = history.given(reason)
    outcome = Outcome.of(_archived(campaign) for campaign in _locked(ids))
    _rows(outcome).update(archived_at=at)
    return history.record(outcome, what="State", by=by, reason=reason)


@transaction.atomic
def restore(*, ids: Sequence[int], by: User, reason: str, at: datetime) -> Outcome:
    """Bring these campaigns back. Raises `NoReason` without one."""
    reason = history.given(reason)
    outcome = Outcome.of(_restored(campaign) for campaign in _locked(ids))
    _rows(outcome).update(archived_at=None)
    return history.record(outcome, what="State", by=by, reason=reason)


@transaction.atomic
def plan(
    *,
    ids: Sequence[int],
    starts_on: date | None,
    ends_on: date | None,
    by: User,
    reason: str,
    at: datetime,
) -> Outcome:
    """Plan these campaigns for these days. Raises `NoReason` without one, and `BadDays`."""
    reason = history.given(reason)
    days = CampaignDays(starts_on, ends_on)
    outcome = Outcome.of(_planned(campaign, days) for campaign in _locked(ids))
    _rows(outcome).update(starts_on=starts_on, ends_on=ends_on)
    return history.record(outcome, what="Days", by=by, reason=reason)


def _locked(ids: Sequence[int]) -> list[Campaign]:
    return list(Campaign.objects.select_for_update().filter(pk__in=ids).order_by("pk"))


def _rows(outcome: Outcome) -> QuerySet[Campaign]:
    return Campaign.objects.filter(pk__in=[change.row.pk for change in outcome.changed])


def _archived(campaign: Campaign) -> Changed | Skipped:
    if campaign.archived_at:
        return Skipped(str(campaign), "archived already")
    return Changed(campaign, IN_USE, ARCHIVED)


def _restored(campaign: Campaign) -> Changed | Skipped:
    if not campaign.archived_at:
        return Skipped(str(campaign), "not archived")
    return Changed(campaign, ARCHIVED, IN_USE)


def _planned(campaign: Campaign, days: CampaignDays) -> Changed | Skipped:
    before = CampaignDays(campaign.starts_on, campaign.ends_on)
    if before == days:
        return Skipped(str(campaign), "planned like that already")
    return Changed(campaign, before.words or NO_DAYS, days.words or NO_DAYS)
