"""What Stripe told us, and what it adds up to: windows on facts, projections and records."""

import json
import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from linktracker.admin_site import ModeFilter, Window, amount, preformatted, pretty
from reconciliation.actions import inbox
from reconciliation.core.event_types import EVENT_TYPES
from reconciliation.models import (
    Buyer,
    Charge,
    CheckoutSession,
    EventVariant,
    ExpectedPayment,
    InboxEvent,
    Invoice,
    InvoicePayment,
    Match,
    Observation,
    PaidItem,
    PaymentIntent,
    Refund,
    Worker,
)

logger = logging.getLogger(__name__)

RAW = "reconciliation.view_raw_facts"
BUYERS = "reconciliation.view_buyer"


class TypeFilter(admin.SimpleListFilter):
    title = "event type"
    parameter_name = "type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, name) for name in EVENT_TYPES]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset if self.value() is None else queryset.filter(type=self.value())


class DeliveredTwiceFilter(admin.SimpleListFilter):
    title = "deliveries"
    parameter_name = "deliveries"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("repeated", "More than one")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset if self.value() is None else queryset.filter(deliveries__gt=1)


class RawFacts(Window):
    """Rows that hold Stripe's bytes: shown to those who may read them, and each look is logged."""

    readonly_fields = ("fingerprint", "sent")

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        fields = list(super().get_fields(request, obj))
        return fields if request.user.has_perm(RAW) else [name for name in fields if name != "sent"]

    def render_change_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        row = kwargs.get("obj")
        if row is not None and request.user.has_perm(RAW):
            logger.info("facts.opened id=%s by=%s", row.source_id, request.user.pk)
        answer: HttpResponse = super().render_change_form(request, *args, **kwargs)
        return answer

    @admin.display(description="SHA-256")
    def fingerprint(self, row: Any) -> str:
        return bytes(row.sha256).hex()

    @admin.display(description="What Stripe sent")
    def sent(self, row: Any) -> str:
        return preformatted(_readable(bytes(row.body)))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By the whole id: its bucket comes first in the index, and follows from the id."""
        if not search_term:
            return queryset, False
        bucket = inbox.bucket(search_term)
        return queryset.filter(self.found_by(bucket, search_term)), False

    def found_by(self, bucket: int, id: str) -> Q:
        return Q(bucket=bucket, source_id=id)


def _readable(body: bytes) -> str:
    """Indented where it is JSON, as it came where it is not."""
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return body.decode("utf-8", "backslashreplace")


@admin.register(InboxEvent)
class InboxEventAdmin(RawFacts):
    list_display = (
        "source_id", "type", "test_or_live", "state", "sentence", "deliveries", "attempts", "source",
        "api_version", "stripe_at", "received_at",
    )  # fmt: skip
    list_filter = ("state", ModeFilter, TypeFilter, "source", DeliveredTwiceFilter)
    search_fields = ("source_id__exact", "object_id__exact")
    search_help_text = "A whole event id, or the whole id of the object in it."
    ordering = ("-received_at", "-id")
    actions = ("replay",)

    def found_by(self, bucket: int, id: str) -> Q:
        return super().found_by(bucket, id) | Q(object_id=id)

    @admin.action(description="Read again from the stored bytes")
    def replay(self, request: HttpRequest, rows: QuerySet[InboxEvent]) -> None:
        ids = list(rows.order_by("pk").values_list("pk", flat=True))
        count = inbox.replay(ids=ids, at=timezone.now())
        logger.info("inbox.replayed count=%d by=%s", count, request.user.pk)
        named = "1 event waits" if count == 1 else f"{count} events wait"
        self.message_user(request, f"{named} for the worker.", messages.SUCCESS)


@admin.register(EventVariant)
class EventVariantAdmin(RawFacts):
    """Other bodies that came under the id of an event that we already had."""

    list_display = ("source_id", "fingerprint", "received_at")
    search_fields = ("source_id__exact",)
    search_help_text = "A whole event id."
    ordering = ("-pk",)


@admin.register(Observation)
class ObservationAdmin(Window):
    list_display = ("object_id", "kind", "test_or_live", "source_id", "said_at", "rank", "fetched")
    list_filter = (ModeFilter, "fetched")
    search_fields = ("object_id__exact",)
    search_help_text = "The whole id of an object."
    ordering = ("-pk",)
    exclude = ("facts",)
    readonly_fields = ("shown_facts",)

    @admin.display(description="Stripe's time")
    def said_at(self, row: Observation) -> datetime:
        return datetime.fromtimestamp(row.stripe_at, UTC)

    @admin.display(description="Facts")
    def shown_facts(self, row: Observation) -> str:
        return pretty(row.facts)


class Folded(Window):
    """A Stripe object as its observations add up; amounts are Stripe's minor units inside."""

    list_filter = (ModeFilter, "ambiguous")
    ordering: Sequence[str] = ("-created_at", "id")
    exclude = ("facts",)
    readonly_fields = ("shown_facts",)
    amount_column = "amount"

    @admin.display(description="Amount")
    def money(self, row: Any) -> str:
        return amount(getattr(row, self.amount_column), row.currency)

    @admin.display(description="Facts")
    def shown_facts(self, row: Any) -> str:
        return pretty(row.facts)


@admin.register(CheckoutSession)
class CheckoutSessionAdmin(Folded):
    list_display = (
        "id", "test_or_live", "status", "payment_status", "money", "client_reference_id",
        "payment_link", "payment_intent", "invoice", "ambiguous", "created_at",
    )  # fmt: skip
    search_fields = (
        "id__exact", "client_reference_id__exact", "payment_intent__exact", "invoice__exact",
        "subscription__exact",
    )  # fmt: skip
    search_help_text = "A whole Stripe id or reference."
    amount_column = "amount_total"


@admin.register(PaymentIntent)
class PaymentIntentAdmin(Folded):
    list_display = ("id", "test_or_live", "status", "money", "invoice", "ambiguous", "created_at")
    search_fields = ("id__exact", "invoice__exact")
    search_help_text = "A whole payment intent or invoice id."


@admin.register(Charge)
class ChargeAdmin(Folded):
    list_display = (
        "id", "test_or_live", "status", "money", "payment_intent", "invoice", "ambiguous", "created_at",
    )  # fmt: skip
    search_fields = ("id__exact", "payment_intent__exact", "invoice__exact")
    search_help_text = "A whole charge, payment intent or invoice id."


@admin.register(Refund)
class RefundAdmin(Folded):
    list_display = (
        "id", "test_or_live", "status", "money", "charge", "payment_intent", "ambiguous", "created_at",
    )  # fmt: skip
    search_fields = ("id__exact", "charge__exact", "payment_intent__exact")
    search_help_text = "A whole refund, charge or payment intent id."


@admin.register(Invoice)
class InvoiceAdmin(Folded):
    list_display = (
        "id", "test_or_live", "status", "money", "subscription", "payment_intent", "ambiguous",
        "created_at",
    )  # fmt: skip
    search_fields = ("id__exact", "subscription__exact", "payment_intent__exact", "charge__exact")
    search_help_text = "A whole invoice, subscription, payment intent or charge id."
    amount_column = "amount_paid"


@admin.register(InvoicePayment)
class InvoicePaymentAdmin(Folded):
    list_display = (
        "id",
        "test_or_live",
        "status",
        "invoice",
        "payment_intent",
        "charge",
        "ambiguous",
    )
    search_fields = ("id__exact", "invoice__exact", "payment_intent__exact", "charge__exact")
    search_help_text = "A whole invoice payment, invoice, payment intent or charge id."
    ordering = ("id",)


@admin.register(ExpectedPayment)
class ExpectedPaymentAdmin(Window):
    """Open items, one row a revision; a change is a new revision."""

    list_display = (
        "external_id", "test_or_live", "source", "revision", "latest", "kind", "reference", "expected",
        "due_on", "recorded_by", "recorded_at",
    )  # fmt: skip
    list_filter = (ModeFilter, "latest", "kind", ("voided_at", admin.EmptyFieldListFilter))
    search_fields = ("reference__exact",)
    search_help_text = "A whole reference."
    list_select_related = ("recorded_by",)
    ordering = ("-pk",)

    @admin.display(description="Expected")
    def expected(self, row: ExpectedPayment) -> str:
        return amount(row.amount, row.currency)


@admin.register(Match)
class MatchAdmin(Window):
    list_display = ("payment_id", "test_or_live", "record", "rule", "ruleset")
    list_filter = (ModeFilter,)
    search_fields = ("payment_id__exact",)
    search_help_text = "A whole payment id."
    list_select_related = ("record",)
    ordering = ("payment_id",)


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


@admin.register(Buyer)
class BuyerAdmin(Window):
    """Name and address are for those who may see buyers; others see that there is one."""

    list_display = ("session_id", "test_or_live", "country", "who")
    list_filter = (ModeFilter,)
    search_fields = ("session_id__exact",)
    search_help_text = "A whole session id."
    ordering = ("session_id",)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Model | None:
        """Left out of the row itself: its name would stand in the page's title too."""
        buyer = super().get_object(request, object_id, from_field)
        if isinstance(buyer, Buyer) and not request.user.has_perm(BUYERS):
            buyer.name = buyer.email = ""
        return buyer

    def get_list_display(self, request: HttpRequest) -> Any:
        shown = super().get_list_display(request)
        return shown if request.user.has_perm(BUYERS) else tuple(n for n in shown if n != "who")

    @admin.display(description="Buyer")
    def who(self, row: Buyer) -> str:
        return str(row)


@admin.register(Worker)
class WorkerAdmin(Window):
    list_display = ("name", "started_at", "seen_at")
    ordering = ("-seen_at", "name")
