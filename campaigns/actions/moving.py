"""Links move to another campaign: payments from now on count there, those before stay as they are."""

from collections.abc import Sequence

from django.db import transaction

from campaigns.models import Campaign, TrackedLink
from linktracker import history
from linktracker.lib.outcome import Changed, Outcome, Skipped
from linktracker.models import User

NO_CAMPAIGN = "no campaign"
OLD_VERSION = "A newer version took its place; only the current one is moved."


@transaction.atomic
def move_links(*, ids: Sequence[int], campaign_id: int, by: User, reason: str) -> Outcome:
    """Give the links whose current versions these are another campaign; their addresses stay.

    Raises `NoReason` without one, and `Campaign.DoesNotExist`.
    """
    reason = history.given(reason)
    campaign = Campaign.objects.get(pk=campaign_id)
    links = TrackedLink.objects.select_for_update(of=("self",)).select_related("campaign")
    judged = [_moved(link, campaign) for link in links.filter(pk__in=ids).order_by("pk")]
    outcome = Outcome.of(judged)
    keys = [change.row.pk for change in outcome.changed]
    TrackedLink.objects.filter(pk__in=keys).update(campaign=campaign)
    return history.record(outcome, what="Campaign", by=by, reason=reason)


def _moved(link: TrackedLink, campaign: Campaign) -> Changed | Skipped:
    if why := _why_not(link, campaign):
        return Skipped(str(link), why)
    return Changed(link, str(link.campaign or NO_CAMPAIGN), str(campaign))


def _why_not(link: TrackedLink, campaign: Campaign) -> str:
    if link.superseded_at:
        return OLD_VERSION
    if link.livemode != campaign.livemode:
        return "The campaign is of the other mode; test and live never mix."
    if link.campaign == campaign:
        return "It belongs to that campaign already."
    return ""
