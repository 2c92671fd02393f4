"""Open items, the payments matched to them, and what they have received."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from linktracker import admin_filters, admin_links
from linktracker.admin_links import Way, in_app, in_stripe
from linktracker.admin_site import ModeFilter, Window, amount, pretty
from reconciliation.models import ExpectedPayment, Match, PaidItem


@admin.register(ExpectedPayment)
class ExpectedPaymentAdmin(Window):
    """Open items, one row a revision; a change is a new revision."""

    list_display = (
        "external_id", "test_or_live", "source", "revision", "latest", "kind", "reference", "expected",
        "due_on", "recorded_by", "recorded_at",
    )  # fmt: skip
    list_filter = (
        ModeFilter,
        "latest",
        "kind",
        ("voided_at", admin.EmptyFieldListFilter),
        admin_filters.typed("currency", "currency", small=True),
        ("recorded_by", AutocompleteSelectFilter),
    )
    search_fields = ("reference__exact",)
    search_help_text = "The whole reference of an open item as it stands now."
    list_select_related = ("recorded_by",)
    ordering = ("-pk",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Among the latest revisions, which the index holds."""
        term = search_term.strip()
        return (queryset.filter(reference=term, latest=True) if term else queryset), False

    def ways(self, row: ExpectedPayment) -> Iterable[Way]:
        yield in_app("record", row.pk)
        matches = admin_links.listed("reconciliation_match", record__id__exact=row.pk)
        yield Way("Matched payments", matches)

    @admin.display(description="Expected")
    def expected(self, row: ExpectedPayment) -> str:
        return amount(row.amount, row.currency)


@admin.register(Match)
class MatchAdmin(Window):
    list_display = ("payment", "test_or_live", "open_item", "rule", "ruleset")
    list_filter = (ModeFilter, admin_filters.typed("rule", "rule"))
    search_fields = ("payment_id__exact",)
    search_help_text = "A whole payment id."
    list_select_related = ("record",)
    ordering = ("payment_id",)
    exclude = ("reasons",)
    readonly_fields = ("why",)

    @admin.display(description="Payment")
    def payment(self, row: Match) -> str:
        return row.payment_id

    @admin.display(description="Open item")
    def open_item(self, row: Match) -> str:
        return admin_links.to_page("reconciliation_expectedpayment", row.record_id, row.record)

    @admin.display(description="Reasons")
    def why(self, row: Match) -> str:
        return pretty(row.reasons)

    def ways(self, row: Match) -> Iterable[Way]:
        yield in_app("payment", row.payment_id)
        yield in_stripe(row.payment_id, livemode=row.livemode)
        yield Way("Payment", admin_links.page("campaigns_conversion", row.payment_id))
        yield Way("Open item", admin_links.page("reconciliation_expectedpayment", row.record_id))


@admin.register(PaidItem)
class PaidItemAdmin(Window):
    """What open items have received, kept beside their matches."""

    list_display = ("record", "test_or_live", "payments", "came_to", "still_held", "paid_at")
    list_filter = (ModeFilter,)
    search_fields = ("record__exact",)
    search_help_text = "The number of an open item's row."
    list_select_related = ("record",)
    ordering = ("-paid_at", "pk")

    @admin.display(description="Paid")
    def came_to(self, row: PaidItem) -> str:
        return amount(row.paid, row.currency)

    @admin.display(description="Received")
    def still_held(self, row: PaidItem) -> str:
        return amount(row.received, row.currency)
