"""Stripe's payment links, with what they sell and how many of our links lead to them."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import admin
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from campaigns.actions import administered_payment_links, owners
from campaigns.actions.link_changes import CannotChange
from campaigns.admin.asked_forms import NameForm, OwnerForm
from campaigns.models import PaymentLink
from campaigns.queries import administration
from linktracker import admin_filters, admin_links
from linktracker.admin_actions import by_asking
from linktracker.admin_links import SESSIONS, Way, in_stripe
from linktracker.admin_site import ModeFilter, Window

PAYMENT_LINKS = "campaigns.change_trackedlink"  # who changes links may name what they lead to


class PaymentLinkAdmin(Window):
    """Registered by reconciliation, which adds what only Stripe can answer."""

    list_display = (
        "__str__", "url", "test_or_live", "stripe_id", "active", "confirmation", "currency", "owner",
        "links", "first_seen_at",
    )  # fmt: skip
    list_filter = (
        ModeFilter,
        "active",
        admin_filters.value(
            "confirmation",
            "confirmation",
            {"redirect": "Redirects", "hosted_confirmation": "Stripe's own page"},
        ),
        admin_filters.choice("used", "use", {"no": ("No saved link", administration.unused)}),
        admin_filters.typed("currency", "currency", small=True),
        "promotion_codes",
        ("owner", AutocompleteSelectFilter),
    )
    search_fields = ("stripe_id__startswith", "url__startswith")
    search_help_text = "The beginning of a plink_… id or of an address."
    ordering = ("-pk",)
    date_hierarchy = "first_seen_at"
    list_select_related = ("owner",)
    actions: Sequence[str] = ("rename", "hand_over")

    rename = by_asking(
        "Name",
        "The name stands wherever the payment link is chosen. Buyers never see it.",
        administered_payment_links.rename,
        needs=PAYMENT_LINKS,
        form=NameForm,
        refusals=(CannotChange,),
    )
    hand_over = by_asking(
        "Change owner",
        "The new owner answers for these payment links from now on.",
        owners.hand_over_payment_links,
        needs=PAYMENT_LINKS,
        form=OwnerForm,
        refusals=(CannotChange,),
    )

    def look_up(self, rows: Sequence[Any]) -> None:
        counted = administration.links_by_payment_link([row.pk for row in rows])
        for row in rows:
            row.beside = counted.get(row.pk, 0)

    @admin.display(description="Saved links")
    def links(self, row: Any) -> str:
        url = admin_links.listed("campaigns_trackedlink", payment_link__id__exact=row.pk)
        return admin_links.to(url, f"{row.beside:,}") if row.beside else "0"

    def ways(self, row: PaymentLink) -> Iterable[Way]:
        links = admin_links.listed("campaigns_trackedlink", payment_link__id__exact=row.pk)
        yield in_stripe(row.stripe_id, livemode=row.livemode)
        yield Way("Its saved links", links)
        if row.stripe_id:
            yield Way("Sessions", admin_links.listed(SESSIONS, payment_link=row.stripe_id))
