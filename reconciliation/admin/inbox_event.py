"""The inbox: every event as it came, its second bodies, and what a person may do about them."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, Q, Subquery
from django.http import HttpRequest

from linktracker import admin_filters, admin_links
from linktracker.admin_actions import by_asking
from linktracker.admin_links import Way, in_app, in_stripe
from linktracker.admin_site import ModeFilter, pill
from reconciliation.actions import replaying, seeing
from reconciliation.admin.raw_facts import RawFacts
from reconciliation.core.event_types import EVENT_TYPES
from reconciliation.models import EventVariant, InboxEvent
from reconciliation.queries import health

SEEN = health.SEEN
REPLAYS = "reconciliation.replay_events"
STATE_COLOURS = {
    "waiting": "info", "done": "success", "kept": "primary", "parked": "warning", "set aside": "danger",
    SEEN: "info",
}  # fmt: skip
STATES = (*InboxEvent.State.choices, (SEEN, "seen, left aside"))


def in_state(state: str) -> admin_filters.Condition:
    return lambda: health.in_state(state)


@admin.register(InboxEvent)
class InboxEventAdmin(RawFacts):
    list_display = (
        "id_of_event", "stripe_at", "type", "test_or_live", "shown_state", "deliveries", "source",
        "api_version", "attempts", "object", "sentence", "received_at",
    )  # fmt: skip
    list_filter = (
        ModeFilter,
        ("received_at", admin.DateFieldListFilter),
        admin_filters.choice(
            "state__exact", "state", {state: (word, in_state(state)) for state, word in STATES}
        ),
        admin_filters.value("type", "event type", list(EVENT_TYPES)),
        "source",
        admin_filters.typed("api_version", "API version"),
        admin_filters.typed("account", "connected account"),
        admin_filters.choice(
            "deliveries", "deliveries", {"repeated": ("More than one", lambda: Q(deliveries__gt=1))}
        ),
    )
    search_fields = ("source_id__exact", "object_id__exact")
    search_help_text = "A whole event id, or the whole id of the object in it."
    ordering = ("-received_at", "-id")
    actions = ("replay", "release", "mark_seen")

    def found_by(self, id: str) -> Q:
        return super().found_by(id) | Q(object_id=id)

    @admin.display(description="Event")
    def id_of_event(self, row: InboxEvent) -> str:
        return row.source_id

    @pill("State", STATE_COLOURS, ordering="state")
    def shown_state(self, row: InboxEvent) -> tuple[str, str]:
        return SEEN if row.seen_at else row.state, row.state_in_words

    @admin.display(description="Object")
    def object(self, row: InboxEvent) -> str:
        return admin_links.to_object(row.object_id)

    def ways(self, row: InboxEvent) -> Iterable[Way]:
        yield from super().ways(row)
        if row.source_id.startswith("evt_"):
            yield in_app("payment", row.source_id)
            yield in_stripe(row.source_id, livemode=row.livemode)
            yield Way("Observations", admin_links.listed(admin_links.OBSERVATIONS, q=row.source_id))
        if row.object_id:
            about = admin_links.listed("reconciliation_inboxevent", q=row.object_id)
            yield Way("All events about the object", about)

    replay = by_asking(
        "Replay",
        "The worker reads them again from the stored bytes. One that needs you for the same reason "
        "as before will say so again.",
        replaying.replay,
        needs=REPLAYS,
    )
    release = by_asking(
        "Try now",
        "Events that will try again are tried at once.",
        replaying.release,
        needs=REPLAYS,
    )
    mark_seen = by_asking(
        "Mark as seen",
        "Events that need you stay aside, in no figure, and need you no more. A replay takes the "
        "mark away again.",
        seeing.mark_seen,
        needs=REPLAYS,
    )


@admin.register(EventVariant)
class EventVariantAdmin(RawFacts):
    """Other bodies that came under the id of an event that we already had."""

    list_display = ("source_id", "test_or_live", "received_at", "event")
    list_filter = (ModeFilter, ("received_at", admin.DateFieldListFilter))
    search_fields = ("source_id__exact",)
    search_help_text = "A whole event id."
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Its mode is that of the event under whose id it came."""
        first = InboxEvent.objects.filter(
            bucket=OuterRef("bucket"), source_id=OuterRef("source_id")
        )
        return super().get_queryset(request).annotate(livemode=Subquery(first.values("livemode")))

    @admin.display(description="First body")
    def event(self, row: EventVariant) -> str:
        return admin_links.to_object(row.source_id)

    def ways(self, row: EventVariant) -> Iterable[Way]:
        yield from super().ways(row)
        first = admin_links.listed("reconciliation_inboxevent", q=row.source_id)
        yield Way("The event as it came first", first)
