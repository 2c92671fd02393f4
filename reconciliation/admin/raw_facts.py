"""Rows that hold Stripe's bytes: shown without the buyer; the bytes are a page of their own."""

import json
import logging
from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from linktracker import admin_links, history
from linktracker.admin_actions import person
from linktracker.admin_links import Way
from linktracker.admin_site import Window, pretty
from reconciliation.core.masking import masked
from reconciliation.models.inbox_event import BUCKETS
from reconciliation.queries.payment import written_out

logger = logging.getLogger(__name__)

RAW = "reconciliation.view_raw_facts"


class RawFacts(Window):
    exclude = ("bucket",)
    readonly_fields = ("fingerprint", "without_the_buyer")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Lists do not carry the bytes about."""
        return super().get_queryset(request).defer("body", "sha256")

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_raw"
        raw = self.admin_site.admin_view(require_safe(self.raw_view))
        return [path("<path:object_id>/raw/", raw, name=name), *super().get_urls()]

    def raw_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What Stripe sent, written out; who looked is kept in the row's history."""
        if not request.user.has_perm(RAW):
            raise PermissionDenied
        row: Any = self.get_object(request, object_id)
        if row is None:
            raise Http404
        history.opened(row, by=person(request))
        logger.info("facts.opened id=%s by=%s", row, request.user.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": str(row),
            "opts": self.opts,
            "sent": written_out(bytes(row.body)),
            "back": admin_links.page(f"{self.opts.app_label}_{self.opts.model_name}", row.pk),
        }
        return TemplateResponse(request, "admin/raw.html", context)

    def ways(self, row: Any) -> Iterable[Way]:
        model = f"{self.opts.app_label}_{self.opts.model_name}"
        yield Way("Open what Stripe sent", admin_links.raw(model, row.pk))

    @admin.display(description="SHA-256")
    def fingerprint(self, row: Any) -> str:
        return bytes(row.sha256).hex()

    @admin.display(description="What it says, without the buyer")
    def without_the_buyer(self, row: Any) -> str:
        try:
            return pretty(masked(json.loads(bytes(row.body))))
        except (ValueError, RecursionError):
            return "It is no JSON."

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By the whole id, in any bucket: the bucket comes first in the index."""
        if not search_term:
            return queryset, False
        return queryset.filter(self.found_by(search_term)), False

    def found_by(self, id: str) -> Q:
        return Q(bucket__in=range(BUCKETS), source_id=id)
