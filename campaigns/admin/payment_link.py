"""Stripe's payment links, with what they sell and how many of our links lead to them."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import admin

from campaigns.models import PaymentLink
from campaigns.queries import administration
from linktracker import admin_filters, admin_links
from linktracker.admin_links import SESSIONS, Way, in_stripe
from linktracker.admin_site import ModeFilter, Window


@admin.register(PaymentLink)
class PaymentLinkAdmin(Window):
    list_display = (
        "__str__", "url", "test_or_live", "stripe_id", "active", "confirmation", "currency", "links",
        "first_seen_at",
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
    )
    search_fields = ("stripe_id__startswith", "url__startswith")
    search_help_text = "The beginning of a plink_… id or of an address."
    ordering = ("-pk",)
    date_hierarchy = "first_seen_at"

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
