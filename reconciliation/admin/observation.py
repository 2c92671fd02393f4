"""Observations: what one event says about one object, before it is folded."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from linktracker import admin_filters, admin_links
from linktracker.admin_links import Way, in_app, in_stripe
from linktracker.admin_site import ModeFilter, pretty
from reconciliation.actions.folding import PROJECTIONS
from reconciliation.admin.folded import FoldedAgain
from reconciliation.core.masking import masked
from reconciliation.models import Observation
from reconciliation.queries import administration

KINDS = (*PROJECTIONS, "payment_link")


@admin.register(Observation)
class ObservationAdmin(FoldedAgain):
    list_display = (
        "object", "kind", "test_or_live", "event", "said_at", "rank", "fetched",
    )  # fmt: skip
    list_filter = (
        ModeFilter,
        admin_filters.value("kind", "object type", KINDS),
        admin_filters.choice(
            "source",
            "source",
            {
                "event": ("An event", lambda: Q(fetched=False)),
                "fetch": ("Fetched", lambda: Q(fetched=True)),
            },
        ),
    )
    search_fields = ("object_id__exact", "source_id__exact")
    search_help_text = "The whole id of an object or of an event."
    ordering = ("-pk",)
    exclude = ("facts", "stripe_at")
    readonly_fields = ("said_at", "shown_facts")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = search_term.strip()
        if not term:
            return queryset, False
        named = administration.named_in(term) if term.startswith("evt_") else Q(object_id=term)
        return queryset.filter(named), False

    def keys_of(self, keys: Sequence[Any]) -> Sequence[tuple[str, str]]:
        return administration.keys_of_observations(keys)

    def ways(self, row: Observation) -> Iterable[Way]:
        yield in_app("payment", row.object_id)
        yield in_stripe(row.object_id, livemode=row.livemode)
        yield Way("Event", admin_links.listed("reconciliation_inboxevent", q=row.source_id))
        yield Way(
            "All about the object", admin_links.listed(admin_links.OBSERVATIONS, q=row.object_id)
        )
        if row.kind in PROJECTIONS:
            model = f"reconciliation_{PROJECTIONS[row.kind].model._meta.model_name}"
            yield Way("The object as it stands", admin_links.page(model, row.object_id))

    @admin.display(description="Object")
    def object(self, row: Observation) -> str:
        return admin_links.to_page(admin_links.OBSERVATIONS, row.pk, row.object_id)

    @admin.display(description="Event")
    def event(self, row: Observation) -> str:
        return admin_links.to_object(row.source_id)

    @admin.display(description="Stripe's time")
    def said_at(self, row: Observation) -> datetime:
        return datetime.fromtimestamp(row.stripe_at, UTC)

    @admin.display(description="Facts")
    def shown_facts(self, row: Observation) -> str:
        return pretty(masked(row.facts))
