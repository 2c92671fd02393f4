"""Links, payments and return visits, as administrators see them; return pages are made here."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from campaigns.actions import return_pages
from campaigns.core.arrival import SESSION, thank_you_problem
from campaigns.models import (
    Arrival,
    Attribution,
    AttributionDecision,
    Campaign,
    Conversion,
    EvidenceChange,
    Export,
    Movement,
    PaymentLink,
    ReturnPage,
    TrackedLink,
)
from linktracker.admin_site import Desk, ModeFilter, Window, amount, pretty


@admin.register(Campaign)
class CampaignAdmin(Window):
    list_display = ("name", "code", "test_or_live", "created_by", "created_at", "archived_at")
    list_filter = (ModeFilter, ("archived_at", admin.EmptyFieldListFilter))
    search_fields = ("name__startswith", "code__startswith")
    search_help_text = "The beginning of a name or a campaign code."
    list_select_related = ("created_by",)
    ordering = ("-pk",)


@admin.register(PaymentLink)
class PaymentLinkAdmin(Window):
    list_display = (
        "__str__",
        "url",
        "test_or_live",
        "stripe_id",
        "active",
        "currency",
        "first_seen_at",
    )
    list_filter = (ModeFilter, "active", "confirmation")
    search_fields = ("stripe_id__startswith", "url__startswith")
    search_help_text = "The beginning of a plink_… id or of an address."
    ordering = ("-pk",)


@admin.register(TrackedLink)
class TrackedLinkAdmin(Window):
    """All versions, issued for ever; a change of the address issues a version that supersedes it."""

    list_display = (
        "__str__", "version", "test_or_live", "tag", "reference_mode", "client_reference_id",
        "utm_source", "utm_medium", "campaign", "issued_by", "issued_at", "superseded_at",
    )  # fmt: skip
    list_filter = (
        ModeFilter,
        "reference_mode",
        ("superseded_at", admin.EmptyFieldListFilter),
        ("archived_at", admin.EmptyFieldListFilter),
    )
    search_fields = ("tag__exact", "own_reference__exact", "client_reference_id__exact")
    search_help_text = "A whole link tag, own number or reference."
    list_select_related = ("campaign", "issued_by")
    ordering = ("-pk",)


class ReturnPageForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only while types are checked
    class Meta:
        labels = {
            "livemode": "Live mode",
            "thank_you_url": "Thank-you page",
            "passes_session_id": "Pass the session's id on",
        }
        help_texts = {
            "livemode": "Return visits of test payments go to a page of their own.",
            "thank_you_url": "Where buyers go on to: an https address of your own website.",
            "passes_session_id": "Only for a page that looks the payment up at Stripe.",
        }

    def clean_thank_you_url(self) -> str:
        url = str(self.cleaned_data["thank_you_url"])
        if problem := thank_you_problem(url, settings.PUBLIC_HOST):
            raise forms.ValidationError(problem)
        return url


@admin.register(ReturnPage)
class ReturnPageAdmin(Desk):
    form = ReturnPageForm
    list_display = ("name", "test_or_live", "thank_you_url", "passes_session_id", "created_at")
    list_filter = (ModeFilter,)
    search_fields = ("key__startswith",)
    search_help_text = "The beginning of a key."
    ordering = ("-pk",)

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        fields = ("name", "livemode", "thank_you_url", "passes_session_id")
        return (*fields, "address_for_stripe", "created_at") if obj else fields

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return ("livemode", "address_for_stripe", "created_at") if obj else ()

    @admin.display(description="Address for Stripe's redirect after payment")
    def address_for_stripe(self, page: ReturnPage) -> str:
        path = reverse("return-visit", args=[page.key])
        return f"{settings.PUBLIC_URL}{path}?{SESSION}={{CHECKOUT_SESSION_ID}}"

    def save_model(
        self, request: HttpRequest, obj: ReturnPage, form: ReturnPageForm, change: bool
    ) -> None:
        if change:
            return_pages.change(
                id=obj.pk,
                name=obj.name,
                thank_you_url=obj.thank_you_url,
                passes_session_id=obj.passes_session_id,
                own_host=settings.PUBLIC_HOST,
            )
        else:
            made = return_pages.create(
                livemode=obj.livemode,
                name=obj.name,
                thank_you_url=obj.thank_you_url,
                passes_session_id=obj.passes_session_id,
                own_host=settings.PUBLIC_HOST,
                at=timezone.now(),
            )
            obj.pk, obj.key = made.pk, made.key


@admin.register(Arrival)
class ArrivalAdmin(Window):
    list_display = (
        "arrived_at", "page", "test_or_live", "session_id", "problem", "utm_source", "utm_medium",
        "utm_campaign",
    )  # fmt: skip
    list_filter = (ModeFilter, "page", ("session_id", admin.EmptyFieldListFilter))
    search_fields = ("session_id__exact",)
    search_help_text = "A whole session id, cs_…"
    list_select_related = ("page",)
    ordering = ("-pk",)


@admin.register(Conversion)
class ConversionAdmin(Window):
    """One row a payment, recomputed from facts; a decision about it is made in the app."""

    list_display = (
        "payment_id", "test_or_live", "state", "paid", "received_money", "grade", "rule", "link_line",
        "reference", "created_at",
    )  # fmt: skip
    list_filter = (ModeFilter, "grade", "state", "through_link", "renewal")
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


@admin.register(Movement)
class MovementAdmin(Window):
    list_display = ("refund_id", "payment_id", "test_or_live", "refunded", "moved_at")
    list_filter = (ModeFilter,)
    search_fields = ("refund_id__exact", "payment_id__exact")
    search_help_text = "A whole refund or payment id."
    ordering = ("refund_id",)

    @admin.display(description="Refunded")
    def refunded(self, row: Movement) -> str:
        return amount(row.amount, row.currency)


class GradeFilter(admin.SimpleListFilter):
    title = "grade"
    parameter_name = "grade"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(grade.value, grade.label) for grade in Conversion.Grade]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset if self.value() is None else queryset.filter(grade=self.value())


@admin.register(Attribution)
class AttributionAdmin(Window):
    list_display = (
        "payment_id",
        "test_or_live",
        "grade",
        "rule",
        "link_line",
        "ruleset",
        "decided_at",
    )
    list_filter = (ModeFilter, GradeFilter)
    search_fields = ("payment_id__exact",)
    search_help_text = "A whole payment id."
    ordering = ("-decided_at", "-id")
    exclude = ("utm",)
    readonly_fields = ("codes",)

    @admin.display(description="The five codes")
    def codes(self, answer: Attribution) -> str:
        return pretty(answer.utm)


@admin.register(AttributionDecision)
class AttributionDecisionAdmin(Window):
    list_display = ("payment_id", "test_or_live", "what", "link_line", "reason", "by", "at")
    list_filter = (ModeFilter, "what")
    search_fields = ("payment_id__exact",)
    search_help_text = "A whole payment id."
    list_select_related = ("by",)
    ordering = ("-pk",)


@admin.register(EvidenceChange)
class EvidenceChangeAdmin(Window):
    """New evidence that the worker has still to bring to its payments; empty when it has."""

    list_display = ("kind", "key", "changed_at", "done_to")
    list_filter = ("kind",)
    ordering = ("pk",)


@admin.register(Export)
class ExportAdmin(Window):
    """Who took which list away; without a number of rows where a download was broken off."""

    list_display = ("what", "test_or_live", "form", "rows", "by", "at")
    list_filter = (ModeFilter,)
    list_select_related = ("by",)
    ordering = ("-at", "-id")
