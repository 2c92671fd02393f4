"""Campaigns: who may find them in a list, and how many links they have."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import admin
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from campaigns.actions import administered_campaigns, owners
from campaigns.actions.link_changes import CannotChange
from campaigns.admin.asked_forms import DaysForm, OwnerForm
from campaigns.admin.states import STATE_COLOURS, archived, in_use
from campaigns.core.campaign_days import BadDays, CampaignDays
from campaigns.models import Campaign
from campaigns.queries import administration, link_filters
from linktracker import admin_filters, admin_links
from linktracker.admin_actions import by_asking
from linktracker.admin_links import NONE, Way, in_app
from linktracker.admin_site import ModeFilter, Window, pill

CAMPAIGNS = "campaigns.change_campaign"


@admin.register(Campaign)
class CampaignAdmin(Window):
    list_display = (
        "name", "code", "test_or_live", "owner", "days", "links", "state",
    )  # fmt: skip
    list_filter = (
        ModeFilter,
        admin_filters.choice(
            "state", "state", {"use": ("In use", in_use), "archived": ("Archived", archived)}
        ),
        admin_filters.choice(
            "links", "links", {"none": ("No links", administration.without_links)}
        ),
        ("owner", AutocompleteSelectFilter),
        admin_filters.choice(
            "unowned", "ownership", {"yes": ("No owner", lambda: link_filters.WITHOUT_OWNER)}
        ),
    )
    search_fields = ("name__startswith", "code__startswith")
    search_help_text = "The beginning of a name or a campaign code."
    list_select_related = ("owner",)
    ordering = ("-pk",)
    date_hierarchy = "starts_on"
    actions = ("hand_over", "plan", "archive", "restore")

    def look_up(self, rows: Sequence[Any]) -> None:
        counted = administration.links_by_campaign([row.pk for row in rows])
        for row in rows:
            row.beside = counted.get(row.pk, 0)

    @admin.display(description="Links")
    def links(self, campaign: Any) -> str:
        url = admin_links.listed("campaigns_trackedlink", campaign__id__exact=campaign.pk)
        return admin_links.to(url, f"{campaign.beside:,}") if campaign.beside else "0"

    @admin.display(description="From – to", ordering="starts_on")
    def days(self, campaign: Campaign) -> str:
        return CampaignDays(campaign.starts_on, campaign.ends_on).words or NONE

    @pill("State", STATE_COLOURS)
    def state(self, campaign: Campaign) -> str:
        return "archived" if campaign.archived_at else "in use"

    def ways(self, campaign: Campaign) -> Iterable[Way]:
        yield in_app("campaigns")
        yield Way(
            "Its links",
            admin_links.listed("campaigns_trackedlink", campaign__id__exact=campaign.pk),
        )

    hand_over = by_asking(
        "Change owner",
        "The new owner answers for these campaigns from now on; their links keep their own owners.",
        owners.hand_over_campaigns,
        needs=CAMPAIGNS,
        form=OwnerForm,
        refusals=(CannotChange,),
    )
    plan = by_asking(
        "Plan days",
        "The days are for people who plan: every payment counts, whatever its day.",
        administered_campaigns.plan,
        needs=CAMPAIGNS,
        form=DaysForm,
        refusals=(BadDays,),
    )
    archive = by_asking(
        "Archive",
        "They leave the lists; what they earned stays.",
        administered_campaigns.archive,
        needs=CAMPAIGNS,
    )
    restore = by_asking(
        "Restore",
        "They come back into the lists.",
        administered_campaigns.restore,
        needs=CAMPAIGNS,
    )
