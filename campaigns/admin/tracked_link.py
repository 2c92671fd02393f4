"""Tracked links in all their versions; what an administrator changes is never their address."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from campaigns.actions import administered_links
from campaigns.actions.link_changes import CannotChange
from campaigns.admin.asked_forms import LabelForm, MoveForm, OwnerForm
from campaigns.admin.states import STATE_COLOURS, archived
from campaigns.core.labels import BadLabel
from campaigns.core.payment_url import NotAPaymentLink, take_apart
from campaigns.models import TrackedLink
from campaigns.queries import administration, link_filters
from linktracker import admin_filters, admin_links
from linktracker.admin_actions import by_asking
from linktracker.admin_links import NONE, Way, in_app
from linktracker.admin_site import ModeFilter, Window, pill

LINKS = "campaigns.change_trackedlink"


@admin.register(TrackedLink)
class TrackedLinkAdmin(Window):
    """All versions, issued for ever; a change of the address issues a version that supersedes it."""

    list_display = (
        "__str__", "codes", "test_or_live", "reference_mode", "campaign_link", "owner", "shown_labels",
        "version", "state", "payments", "first_paid", "issued_at",
    )  # fmt: skip
    list_filter = (
        ModeFilter,
        ("issued_at", admin.DateFieldListFilter),
        admin_filters.choice(
            "state",
            "state",
            {
                "use": ("In use", lambda: Q(superseded_at=None, archived_at=None)),
                "archived": ("Archived", archived),
                "superseded": ("Superseded", lambda: Q(superseded_at__isnull=False)),
            },
        ),
        ("campaign", AutocompleteSelectFilter),
        ("payment_link", AutocompleteSelectFilter),
        ("owner", AutocompleteSelectFilter),
        admin_filters.choice(
            "unowned", "ownership", {"yes": ("No owner", lambda: link_filters.WITHOUT_OWNER)}
        ),
        admin_filters.typed("labels__contains", "label", name="label", many=True),
        admin_filters.typed("utm_source", "source"),
        admin_filters.typed("utm_medium", "medium"),
        "reference_mode",
        admin_filters.choice(
            "warning", "warning", {"yes": ("With a warning", administration.with_warning)}
        ),
        admin_filters.choice("paid", "payments", {"no": ("Never paid", link_filters.never_paid)}),
    )
    search_fields = (
        "name__istartswith", "tag__exact", "own_reference__exact", "client_reference_id__exact",
    )  # fmt: skip
    search_help_text = (
        "The beginning of a name, or a whole link tag, own number, reference or address."
    )
    list_select_related = ("campaign", "owner")
    ordering = ("-pk",)
    actions = ("move", "hand_over", "add_label", "archive", "restore")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """An address is found through its payment link, which has few links of its own."""
        typed = search_term.strip()
        if not typed:
            return queryset, False
        try:
            base = take_apart(typed).base
        except NotAPaymentLink:
            return queryset.filter(link_filters.beginning_or_exactly(typed)), False
        links = queryset.filter(payment_link__url=base)
        return (links.filter(url=typed) if "?" in typed else links), False

    def look_up(self, rows: Sequence[Any]) -> None:
        earned = administration.earned_by_line([row.line for row in rows])
        for row in rows:
            row.beside = earned.get(row.line, administration.Earned())

    @admin.display(description="Codes")
    def codes(self, link: TrackedLink) -> str:
        return (
            " · ".join(filter(None, (link.utm_source, link.utm_medium, link.utm_campaign))) or NONE
        )

    @admin.display(description="Campaign", ordering="campaign")
    def campaign_link(self, link: TrackedLink) -> str:
        return admin_links.to_page("campaigns_campaign", link.campaign_id, link.campaign)

    @admin.display(description="Labels")
    def shown_labels(self, link: TrackedLink) -> str:
        return ", ".join(link.labels) or NONE

    @pill("State", STATE_COLOURS)
    def state(self, link: TrackedLink) -> str:
        if link.superseded_at:
            return "superseded"
        return "archived" if link.archived_at else "in use"

    @admin.display(description="Payments")
    def payments(self, link: Any) -> str:
        url = admin_links.listed("campaigns_conversion", link_line__exact=link.line)
        payments = link.beside.payments
        return admin_links.to(url, f"{payments:,}") if payments else "0"

    @admin.display(description="First paid")
    def first_paid(self, link: Any) -> Any:
        return link.beside.first_paid_at

    def ways(self, link: TrackedLink) -> Iterable[Way]:
        yield in_app("link", link.line)
        yield Way(
            "Its payments", admin_links.listed("campaigns_conversion", link_line__exact=link.line)
        )
        yield Way(
            "All versions", admin_links.listed("campaigns_trackedlink", line__exact=link.line)
        )
        yield Way("Payment link", admin_links.page("campaigns_paymentlink", link.payment_link_id))
        if link.campaign_id:
            yield Way("Campaign", admin_links.page("campaigns_campaign", link.campaign_id))

    move = by_asking(
        "Move to a campaign",
        "Payments count for the campaign that their link is in when they are made; those of the past "
        "stay. A link that was in none brings its payments along.",
        administered_links.move,
        needs=LINKS,
        form=MoveForm,
        refusals=(CannotChange,),
    )
    hand_over = by_asking(
        "Change owner",
        "The new owner answers for these links from now on.",
        administered_links.hand_over,
        needs=LINKS,
        form=OwnerForm,
        refusals=(CannotChange,),
    )
    add_label = by_asking(
        "Add a label",
        "The label is put beside those that the links have.",
        administered_links.add_label,
        needs=LINKS,
        form=LabelForm,
        refusals=(BadLabel,),
    )
    archive = by_asking(
        "Archive",
        "They leave the lists. Their addresses go on working, and payments still count.",
        administered_links.archive,
        needs=LINKS,
    )
    restore = by_asking(
        "Restore", "They come back into the lists.", administered_links.restore, needs=LINKS
    )
