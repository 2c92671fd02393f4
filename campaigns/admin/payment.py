"""Payments with their answers, decisions and refunds: what is about one payment each."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Q
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from campaigns.models import Attribution, AttributionDecision, Conversion, Movement
from campaigns.queries import administration
from linktracker import admin_filters, admin_links
from linktracker.admin_links import NONE, SESSIONS, Way, in_app, in_stripe
from linktracker.admin_site import GRADE_COLOURS, ModeFilter, Window, amount, pill, pretty

GRADES = dict(Conversion.Grade.choices)


class OfPayment(Window):
    """A row that is about one payment, and mostly about one link."""

    @admin.display(description="Payment")
    def payment(self, row: Any) -> str:
        return admin_links.to_payment(row.payment_id)

    def look_up(self, rows: Sequence[Any]) -> None:
        lines = [getattr(row, "link_line", None) for row in rows]
        names = administration.names_and_pages(lines)
        for row, line in zip(rows, lines, strict=True):
            row.beside = names.get(line)

    @admin.display(description="Tracked link")
    def link(self, row: Any) -> str:
        """By its name; one that is not there any more by its number."""
        if row.beside is None:
            return NONE if row.link_line is None else str(row.link_line)
        return admin_links.to_page("campaigns_trackedlink", row.beside.pk, row.beside.name)

    def ways(self, row: Any) -> Iterable[Way]:
        yield in_app("payment", row.payment_id)
        yield in_stripe(row.payment_id, livemode=row.livemode)
        yield Way("Payment", admin_links.page("campaigns_conversion", row.payment_id))
        line = getattr(row, "link_line", None)
        if line is not None:
            yield Way("Tracked link", admin_links.listed("campaigns_trackedlink", line__exact=line))


@admin.register(Conversion)
class ConversionAdmin(OfPayment):
    """One row a payment, recomputed from facts; a decision about it is made in the app."""

    list_display = (
        "payment_id", "test_or_live", "state", "paid", "received_money", "shown_grade", "rule", "link",
        "reference", "created_at",
    )  # fmt: skip
    list_filter = (
        ModeFilter,
        ("created_at", admin.DateFieldListFilter),
        "grade",
        "state",
        "through_link",
        "renewal",
        admin_filters.choice(
            "reference", "reference", {"none": ("No reference", lambda: Q(reference=None))}
        ),
        admin_filters.typed("currency", "currency", small=True),
        admin_filters.typed("plink_id", "payment link's id"),
    )
    search_fields = (
        "payment_id__exact", "session_id__exact", "reference__exact", "reference_own__exact",
        "reference_tag__exact", "plink_id__exact",
    )  # fmt: skip
    search_help_text = "A whole Stripe id, reference, own number or link tag."
    ordering = ("-created_at", "payment_id")

    @admin.display(description="Amount")
    def paid(self, row: Conversion) -> str:
        return amount(row.amount, row.currency)

    @admin.display(description="Received")
    def received_money(self, row: Conversion) -> str:
        return amount(row.received, row.currency)

    @pill("Grade", GRADE_COLOURS, ordering="grade")
    def shown_grade(self, row: Conversion) -> tuple[str, str]:
        return row.grade, GRADES[row.grade]

    def ways(self, row: Conversion) -> Iterable[Way]:
        for way in super().ways(row):
            if way.label != "Payment":
                yield way
        if row.session_id:
            yield Way("Session", admin_links.page(SESSIONS, row.session_id))
        yield Way("All answers", admin_links.listed("campaigns_attribution", q=row.payment_id))
        yield Way("Refunds", admin_links.listed("campaigns_movement", q=row.payment_id))
        yield Way(
            "What Stripe said",
            admin_links.listed("reconciliation_observation", q=row.session_id or row.payment_id),
        )


@admin.register(Movement)
class MovementAdmin(OfPayment):
    list_display = ("refund", "payment", "test_or_live", "refunded", "moved_at")
    list_filter = (ModeFilter, admin_filters.typed("currency", "currency", small=True))
    search_fields = ("refund_id__exact", "payment_id__exact")
    search_help_text = "A whole refund or payment id."
    ordering = ("refund_id",)

    @admin.display(description="Refund")
    def refund(self, row: Movement) -> str:
        return row.refund_id

    @admin.display(description="Refunded")
    def refunded(self, row: Movement) -> str:
        return amount(row.amount, row.currency)


@admin.register(Attribution)
class AttributionAdmin(OfPayment):
    list_display = (
        "decided_at", "test_or_live", "payment", "shown_grade", "rule", "link", "conflict", "ruleset",
    )  # fmt: skip
    list_filter = (
        ModeFilter,
        ("decided_at", admin.DateFieldListFilter),
        admin_filters.value("grade", "grade", GRADES),
        admin_filters.choice(
            "conflict", "conflict", {"yes": ("Evidence disagrees", lambda: ~Q(conflicts=[]))}
        ),
        admin_filters.choice("by", "who decided", {"person": ("A person", lambda: Q(grade="M"))}),
        admin_filters.typed("rule", "rule"),
    )
    search_fields = ("payment_id__exact",)
    search_help_text = "A whole payment id."
    ordering = ("-decided_at", "-id")
    exclude = ("utm", "reasons", "conflicts")
    readonly_fields = ("codes", "why", "disagreements")

    @pill("Grade", GRADE_COLOURS)
    def shown_grade(self, answer: Attribution) -> tuple[str, str]:
        return answer.grade, GRADES.get(answer.grade, answer.grade)

    @admin.display(description="Conflict", boolean=True)
    def conflict(self, answer: Attribution) -> bool:
        return bool(answer.conflicts)

    @admin.display(description="The five codes")
    def codes(self, answer: Attribution) -> str:
        return pretty(answer.utm)

    @admin.display(description="Reasons")
    def why(self, answer: Attribution) -> str:
        return pretty(answer.reasons)

    @admin.display(description="Conflicts")
    def disagreements(self, answer: Attribution) -> str:
        return pretty(answer.conflicts)


@admin.register(AttributionDecision)
class AttributionDecisionAdmin(OfPayment):
    list_display = ("at", "payment", "test_or_live", "what", "link", "reason", "by")
    list_filter = (ModeFilter, "what", ("by", AutocompleteSelectFilter))
    search_fields = ("payment_id__exact",)
    search_help_text = "A whole payment id."
    list_select_related = ("by",)
    ordering = ("-pk",)
