"""Return pages, which are made here, and the visits of buyers who came back through them."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from campaigns.actions import return_pages
from campaigns.core.arrival import SESSION, thank_you_problem
from campaigns.models import Arrival, ReturnPage
from linktracker import admin_links
from linktracker.admin_links import SESSIONS, Way, in_app
from linktracker.admin_site import Desk, ModeFilter, Window


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
        "arrived_at", "page_link", "test_or_live", "session", "problem", "utm_source", "utm_medium",
        "utm_campaign",
    )  # fmt: skip
    list_filter = (ModeFilter, "page", ("session_id", admin.EmptyFieldListFilter))
    search_fields = ("session_id__exact",)
    search_help_text = "A whole session id, cs_…"
    list_select_related = ("page",)
    ordering = ("-pk",)

    @admin.display(description="Return page", ordering="page")
    def page_link(self, visit: Arrival) -> str:
        return admin_links.to_page("campaigns_returnpage", visit.page_id, visit.page)

    @admin.display(description="Session")
    def session(self, visit: Arrival) -> str:
        return admin_links.to_object(visit.session_id)

    def ways(self, visit: Arrival) -> Iterable[Way]:
        if visit.session_id:
            yield Way("Session", admin_links.page(SESSIONS, visit.session_id))
            yield in_app("payment", visit.session_id)
