"""Campaigns and links leave the lists, or come back; what they earned stays where it is."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from campaigns.models import Campaign, TrackedLink
from linktracker import history
from linktracker.lib.outcome import Changed, Outcome, Skipped
from linktracker.models import User

IN_USE = "in use"
ARCHIVED = "archived"
OLD_VERSION = "A newer version took its place; only the current one is archived or restored."


@transaction.atomic
def archive_campaigns(*, ids: Sequence[int], by: User, reason: str, at: datetime) -> Outcome:
    """Take these campaigns out of the lists. Raises `NoReason` without one."""
    reason = history.given(reason)
    judged = [_archived(campaign, at) for campaign in _campaigns(ids)]
    return history.record(
        _saved(Campaign, Outcome.of(judged), at), what="State", by=by, reason=reason
    )


@transaction.atomic
def restore_campaigns(*, ids: Sequence[int], by: User, reason: str) -> Outcome:
    """Bring these campaigns back. Raises `NoReason` without one."""
    reason = history.given(reason)
    judged = [_restored(campaign) for campaign in _campaigns(ids)]
    return history.record(
        _saved(Campaign, Outcome.of(judged), None), what="State", by=by, reason=reason
    )


@transaction.atomic
def archive_links(*, ids: Sequence[int], by: User, reason: str, at: datetime) -> Outcome:
    """Take the links whose current versions these are out of the lists; they stay in use outside."""
    reason = history.given(reason)
    judged = [_of_current(link) or _archived(link, at) for link in _links(ids)]
    return history.record(
        _saved(TrackedLink, Outcome.of(judged), at), what="State", by=by, reason=reason
    )


@transaction.atomic
def restore_links(*, ids: Sequence[int], by: User, reason: str) -> Outcome:
    """Bring the links whose current versions these are back."""
    reason = history.given(reason)
    judged = [_of_current(link) or _restored(link) for link in _links(ids)]
    return history.record(
        _saved(TrackedLink, Outcome.of(judged), None), what="State", by=by, reason=reason
    )


def _campaigns(ids: Sequence[int]) -> list[Campaign]:
    return list(Campaign.objects.select_for_update().filter(pk__in=ids).order_by("pk"))


def _links(ids: Sequence[int]) -> list[TrackedLink]:
    return list(TrackedLink.objects.select_for_update().filter(pk__in=ids).order_by("pk"))


def _of_current(link: TrackedLink) -> Skipped | None:
    return Skipped(str(link), OLD_VERSION) if link.superseded_at else None


def _archived(row: Campaign | TrackedLink, at: datetime) -> Changed | Skipped:
    if row.archived_at:
        return Skipped(str(row), "It is archived already.")
    row.archived_at = at
    return Changed(row, IN_USE, ARCHIVED)


def _restored(row: Campaign | TrackedLink) -> Changed | Skipped:
    if not row.archived_at:
        return Skipped(str(row), "It is not archived.")
    row.archived_at = None
    return Changed(row, ARCHIVED, IN_USE)


def _saved(
    model: type[Campaign] | type[TrackedLink], outcome: Outcome, archived_at: datetime | None
) -> Outcome:
    keys = [change.row.pk for change in outcome.changed]
    model._default_manager.filter(pk__in=keys).update(archived_at=archived_at)
    return outcome
