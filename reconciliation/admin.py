"""What Stripe told us, and what it adds up to: windows on facts, projections and records."""

import json
import logging
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import F, Model, OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_safe
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from campaigns.models import Conversion
from linktracker import admin_filters, admin_links, history
from linktracker.admin_actions import asked
from linktracker.admin_links import NONE, Way, in_app, in_stripe
from linktracker.admin_site import OPEN, ModeFilter, Window, amount, pill, pretty
from linktracker.lib.outcome import Outcome
from linktracker.models import User
from reconciliation.actions import folding_again, replaying
from reconciliation.actions.folding import PROJECTIONS
from reconciliation.core.event_types import EVENT_TYPES
from reconciliation.core.masking import masked
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
    Replay,
    ReplayedEvent,
    Worker,
)
from reconciliation.models.inbox_event import BUCKETS
from reconciliation.queries import administration
from reconciliation.queries.payment import written_out

logger = logging.getLogger(__name__)

RAW = "reconciliation.view_raw_facts"
BUYERS = "reconciliation.view_buyer"
REPLAYS = "reconciliation.replay_events"
STATE_COLOURS = {
    "waiting": "info", "done": "success", "kept": "primary", "parked": "warning", "set aside": "danger",
}  # fmt: skip
GRADES = dict(Conversion.Grade.choices)
GRADE_COLOURS = {"A": "success", "B": "success", "C": "info", "M": "primary", "U": "warning"}
KINDS = (*PROJECTIONS, "payment_link")


def _person(request: HttpRequest) -> User:
    """Who is signed in; the site lets nobody else this far."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


class RawFacts(Window):
    """Rows that hold Stripe's bytes: shown without the buyer; the bytes are a page of their own."""

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
        history.opened(row, by=_person(request))
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


@admin.register(InboxEvent)
class InboxEventAdmin(RawFacts):
    list_display = (
        "id_of_event", "stripe_at", "type", "test_or_live", "shown_state", "deliveries", "source",
        "api_version", "attempts", "object", "sentence", "received_at",
    )  # fmt: skip
    list_filter = (
        ModeFilter,
        ("received_at", admin.DateFieldListFilter),
        "state",
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
    actions = ("replay", "release")

    def found_by(self, id: str) -> Q:
        return super().found_by(id) | Q(object_id=id)

    @admin.display(description="Event")
    def id_of_event(self, row: InboxEvent) -> str:
        return row.source_id

    @pill("State", STATE_COLOURS, ordering="state")
    def shown_state(self, row: InboxEvent) -> tuple[str, str]:
        return row.state, InboxEvent.State(row.state).label

    @admin.display(description="Object")
    def object(self, row: InboxEvent) -> str:
        return admin_links.to_object(row.object_id)

    def ways(self, row: InboxEvent) -> Iterable[Way]:
        yield from super().ways(row)
        if row.source_id.startswith("evt_"):
            yield in_app("payment", row.source_id)
            yield in_stripe(row.source_id, livemode=row.livemode)
            yield Way("Observations", admin_links.listed(OBSERVATIONS, q=row.source_id))
        if row.object_id:
            about = admin_links.listed("reconciliation_inboxevent", q=row.object_id)
            yield Way("All events about the object", about)

    @asked(
        "Replay",
        "The worker reads them again from the stored bytes. One that needs you for the same reason "
        "as before will say so again.",
        needs=REPLAYS,
    )
    def replay(self, request: HttpRequest, keys: Sequence[int], given: dict[str, Any]) -> Outcome:
        by, at = _person(request), timezone.now()
        outcome = replaying.replay(ids=keys, by=by, reason=given["reason"], at=at)
        logger.info("inbox.replayed count=%d by=%s", len(outcome.changed), by.pk)
        return outcome

    @asked("Try now", "Events that will try again are tried at once.", needs=REPLAYS)
    def release(self, request: HttpRequest, keys: Sequence[int], given: dict[str, Any]) -> Outcome:
        by, at = _person(request), timezone.now()
        return replaying.release(ids=keys, by=by, reason=given["reason"], at=at)


OBSERVATIONS = "reconciliation_observation"


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


class FoldedAgain(Window):
    """Rows about objects that a person may let us fold again."""

    actions = ("fold_again",)

    def keys_of(self, keys: Sequence[Any]) -> Sequence[tuple[str, str]]:
        raise NotImplementedError

    @asked(
        "Fold again",
        "What is held of them is derived again from everything Stripe said, and their payments are "
        "judged again. It changes nothing where all is well.",
        needs=OPEN,
    )
    def fold_again(
        self, request: HttpRequest, keys: Sequence[Any], given: dict[str, Any]
    ) -> Outcome:
        return folding_again.fold_again(
            keys=self.keys_of(keys),
            by=_person(request),
            reason=given["reason"],
            at=timezone.now(),
        )


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
    exclude = ("facts",)
    readonly_fields = ("shown_facts",)

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
        yield Way("All about the object", admin_links.listed(OBSERVATIONS, q=row.object_id))
        if row.kind in PROJECTIONS:
            model = f"reconciliation_{PROJECTIONS[row.kind].model._meta.model_name}"
            yield Way("The object as it stands", admin_links.page(model, row.object_id))

    @admin.display(description="Object")
    def object(self, row: Observation) -> str:
        return admin_links.to_page(OBSERVATIONS, row.pk, row.object_id)

    @admin.display(description="Event")
    def event(self, row: Observation) -> str:
        return admin_links.to_object(row.source_id)

    @admin.display(description="Stripe's time")
    def said_at(self, row: Observation) -> datetime:
        return datetime.fromtimestamp(row.stripe_at, UTC)

    @admin.display(description="Facts")
    def shown_facts(self, row: Observation) -> str:
        return pretty(masked(row.facts))


def _statuses(*names: str) -> type:
    return admin_filters.value("status", "state", names)


def _grades(columns: Sequence[str]) -> type:
    """By the grade of the payment whose id stands in one of these columns."""

    def of(grade: str) -> admin_filters.Condition:
        return lambda: administration.objects_of_grade(grade, columns)

    return admin_filters.choice(
        "grade", "grade", {grade: (label, of(grade)) for grade, label in GRADES.items()}
    )


CURRENCY = admin_filters.typed("currency", "currency", small=True)
AMBIGUOUS = admin_filters.choice(
    "ambiguous", "ambiguity", {"yes": ("Ambiguous", lambda: Q(ambiguous=True))}
)


class Folded(FoldedAgain):
    """A Stripe object as its observations add up; amounts are Stripe's minor units inside.

    `payment_columns` hold, where they hold anything, the id of the payment it belongs to.
    """

    ordering: Sequence[str] = ("-created_at", "id")
    exclude = ("facts",)
    readonly_fields = ("shown_facts",)
    amount_column = "amount"
    payment_columns: tuple[str, ...] = ()

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("facts")

    def keys_of(self, keys: Sequence[Any]) -> Sequence[tuple[str, str]]:
        kind = next(name for name, one in PROJECTIONS.items() if one.model is self.model)
        return [(kind, str(key)) for key in keys]

    def look_up(self, rows: Sequence[Any]) -> None:
        named = [getattr(row, column) for row in rows for column in self.payment_columns]
        payments = administration.payments_by_id(named)
        for row in rows:
            ids = (getattr(row, column) for column in self.payment_columns)
            row.beside = next((payments[id] for id in ids if id in payments), None)

    def ways(self, row: Any) -> Iterable[Way]:
        yield in_app("payment", row.pk)
        yield in_stripe(row.pk, livemode=row.livemode)
        yield Way("What Stripe said of it", admin_links.listed(OBSERVATIONS, q=row.pk))
        yield Way("Its events", admin_links.listed("reconciliation_inboxevent", q=row.pk))

    @admin.display(description="Amount")
    def money(self, row: Any) -> str:
        return amount(getattr(row, self.amount_column), row.currency)

    @admin.display(description="Payment")
    def payment(self, row: Any) -> str:
        return admin_links.to_payment(row.beside.payment_id) if row.beside else NONE

    @pill("Grade", GRADE_COLOURS)
    def grade(self, row: Any) -> tuple[str, str] | str:
        return (row.beside.grade, row.beside.grade_in_words) if row.beside else NONE

    @admin.display(description="Reference")
    def reference(self, row: Any) -> str:
        return (row.beside.reference if row.beside else None) or NONE

    @admin.display(description="Payment intent")
    def intent(self, row: Any) -> str:
        return admin_links.to_object(row.payment_intent)

    @admin.display(description="Invoice")
    def of_invoice(self, row: Any) -> str:
        return admin_links.to_object(row.invoice)

    @admin.display(description="Charge")
    def of_charge(self, row: Any) -> str:
        return admin_links.to_object(row.charge)

    @admin.display(description="Facts")
    def shown_facts(self, row: Any) -> str:
        return pretty(masked(row.facts))


@admin.register(CheckoutSession)
class CheckoutSessionAdmin(Folded):
    list_display = (
        "id", "test_or_live", "status", "payment_status", "money", "link", "client_reference_id",
        "grade", "payment", "ambiguous", "created_at",
    )  # fmt: skip
    list_filter = (
        ModeFilter,
        ("created_at", admin.DateFieldListFilter),
        _statuses("open", "complete", "expired"),
        admin_filters.value("payment_status", "payment", ("paid", "unpaid", "no_payment_required")),
        CURRENCY,
        admin_filters.choice(
            "grade",
            "grade",
            {
                "A": (GRADES["A"], lambda: administration.sessions_of_grade("A")),
                "B": (GRADES["B"], lambda: administration.sessions_of_grade("B")),
                "C": (GRADES["C"], lambda: administration.sessions_of_grade("C")),
                "M": (GRADES["M"], lambda: administration.sessions_of_grade("M")),
                "U": (GRADES["U"], lambda: administration.sessions_of_grade("U")),
            },
        ),
        admin_filters.typed("payment_link", "payment link's id"),
        admin_filters.choice(
            "reference",
            "reference",
            {"none": ("No reference", lambda: Q(client_reference_id=None))},
        ),
        AMBIGUOUS,
    )
    search_fields = (
        "id__exact", "client_reference_id__exact", "payment_intent__exact", "invoice__exact",
        "subscription__exact",
    )  # fmt: skip
    search_help_text = "A whole Stripe id or reference."
    amount_column = "amount_total"

    def look_up(self, rows: Sequence[Any]) -> None:
        payments = administration.payments_by_session([row.pk for row in rows])
        for row in rows:
            row.beside = payments.get(row.pk)

    @admin.display(description="Payment link")
    def link(self, row: CheckoutSession) -> str:
        return admin_links.to_object(row.payment_link)


@admin.register(PaymentIntent)
class PaymentIntentAdmin(Folded):
    list_display = (
        "id", "test_or_live", "status", "money", "of_invoice", "reference", "grade", "payment",
        "ambiguous", "created_at",
    )  # fmt: skip
    payment_columns = ("id", "invoice")
    list_filter = (
        ModeFilter,
        ("created_at", admin.DateFieldListFilter),
        _statuses(
            "requires_payment_method", "requires_confirmation", "requires_action", "processing",
            "requires_capture", "canceled", "succeeded",
        ),
        CURRENCY,
        _grades(payment_columns),
        AMBIGUOUS,
    )  # fmt: skip
    search_fields = ("id__exact", "invoice__exact")
    search_help_text = "A whole payment intent or invoice id."


@admin.register(Charge)
class ChargeAdmin(Folded):
    list_display = (
        "id", "test_or_live", "status", "money", "intent", "of_invoice", "reference", "grade",
        "ambiguous", "created_at",
    )  # fmt: skip
    payment_columns = ("payment_intent", "invoice")
    list_filter = (
        ModeFilter,
        ("created_at", admin.DateFieldListFilter),
        _statuses("succeeded", "pending", "failed"),
        CURRENCY,
        _grades(payment_columns),
        AMBIGUOUS,
    )
    search_fields = ("id__exact", "payment_intent__exact", "invoice__exact")
    search_help_text = "A whole charge, payment intent or invoice id."


@admin.register(Refund)
class RefundAdmin(Folded):
    list_display = (
        "id", "test_or_live", "status", "money", "of_charge", "intent", "reference", "grade",
        "ambiguous", "created_at",
    )  # fmt: skip
    payment_columns = ("payment_intent",)
    list_filter = (
        ModeFilter,
        ("created_at", admin.DateFieldListFilter),
        _statuses("pending", "requires_action", "succeeded", "failed", "canceled"),
        CURRENCY,
        _grades(payment_columns),
        AMBIGUOUS,
    )
    search_fields = ("id__exact", "charge__exact", "payment_intent__exact")
    search_help_text = "A whole refund, charge or payment intent id."


@admin.register(Invoice)
class InvoiceAdmin(Folded):
    list_display = (
        "id", "test_or_live", "status", "money", "subscription", "intent", "reference", "grade",
        "ambiguous", "created_at",
    )  # fmt: skip
    payment_columns = ("id", "payment_intent")
    list_filter = (
        ModeFilter,
        ("created_at", admin.DateFieldListFilter),
        _statuses("draft", "open", "paid", "uncollectible", "void"),
        CURRENCY,
        _grades(payment_columns),
        AMBIGUOUS,
    )
    search_fields = ("id__exact", "subscription__exact", "payment_intent__exact", "charge__exact")
    search_help_text = "A whole invoice, subscription, payment intent or charge id."
    amount_column = "amount_paid"


@admin.register(InvoicePayment)
class InvoicePaymentAdmin(Folded):
    list_display = (
        "id", "test_or_live", "status", "of_invoice", "intent", "of_charge", "ambiguous",
    )  # fmt: skip
    list_filter = (ModeFilter, _statuses("open", "paid", "canceled"), AMBIGUOUS)
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


@admin.register(Buyer)
class BuyerAdmin(Window):
    """Name and address are for those who may see buyers; others see that there is one."""

    list_display = ("session_id", "test_or_live", "country", "who")
    list_filter = (ModeFilter, admin_filters.typed("country", "country"))
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

    def ways(self, row: Buyer) -> Iterable[Way]:
        yield in_app("payment", row.session_id)
        yield Way("Session", admin_links.page("reconciliation_checkoutsession", row.session_id))


@admin.register(Replay)
class ReplayAdmin(Window):
    list_display = ("at", "test_or_live", "by", "events", "chosen", "reason")
    list_filter = (ModeFilter, ("at", admin.DateFieldListFilter))
    list_select_related = ("by",)
    search_fields = ("by__email__exact",)
    search_help_text = "The whole e-mail address of who asked for it."
    ordering = ("-at", "-id")


@admin.register(ReplayedEvent)
class ReplayedEventAdmin(Window):
    list_display = ("source_id", "test_or_live", "state_before", "sentence_before", "replay")
    list_filter = (ModeFilter, ("replay__at", admin.DateFieldListFilter))
    list_select_related = ("replay",)
    search_fields = ("source_id__exact",)
    search_help_text = "An event's whole id."
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(livemode=F("replay__livemode"))


@admin.register(Worker)
class WorkerAdmin(Window):
    list_display = ("name", "started_at", "seen_at")
    list_filter = (("seen_at", admin.DateFieldListFilter),)
    search_fields = ("name__exact",)
    search_help_text = "A worker's whole name."
    ordering = ("-seen_at", "name")
