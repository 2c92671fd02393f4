"""Links, payments and return visits, as administrators see them; return pages are made here."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from campaigns.actions import administered_links, archiving, return_pages
from campaigns.actions.link_changes import CannotChange
from campaigns.core.arrival import SESSION, thank_you_problem
from campaigns.core.labels import BadLabel
from campaigns.core.payment_url import NotAPaymentLink, take_apart
from campaigns.models import (
    Arrival,
    Attribution,
    AttributionDecision,
    Campaign,
    Conversion,
    EvidenceChange,
    Export,
    Label,
    LinkChange,
    Movement,
    PaymentLink,
    ReturnPage,
    TrackedLink,
)
from campaigns.queries import administration, link_filters
from linktracker import admin_filters, admin_links
from linktracker.admin_actions import ReasonForm, asked
from linktracker.admin_links import NONE, Way, in_app, in_stripe
from linktracker.admin_site import Desk, ModeFilter, Window, amount, pill, pretty
from linktracker.lib.outcome import Outcome
from linktracker.models import User

CAMPAIGNS = "campaigns.change_campaign"
LINKS = "campaigns.change_trackedlink"
GRADES = dict(Conversion.Grade.choices)
GRADE_COLOURS = {"A": "success", "B": "success", "C": "info", "M": "primary", "U": "warning"}
STATE_COLOURS = {"in use": "success", "archived": "info", "superseded": "warning"}


def _in_use() -> Q:
    return Q(archived_at=None)


def _archived() -> Q:
    return Q(archived_at__isnull=False)


@admin.register(Campaign)
class CampaignAdmin(Window):
    list_display = (
        "name", "code", "test_or_live", "created_by", "created_at", "links", "state",
    )  # fmt: skip
    list_filter = (
        ModeFilter,
        admin_filters.choice(
            "state", "state", {"use": ("In use", _in_use), "archived": ("Archived", _archived)}
        ),
        admin_filters.choice(
            "links", "links", {"none": ("No links", administration.without_links)}
        ),
        ("created_by", AutocompleteSelectFilter),
    )
    search_fields = ("name__startswith", "code__startswith")
    search_help_text = "The beginning of a name or a campaign code."
    list_select_related = ("created_by",)
    ordering = ("-pk",)
    actions = ("archive", "restore")

    def look_up(self, rows: Sequence[Any]) -> None:
        counted = administration.links_by_campaign([row.pk for row in rows])
        for row in rows:
            row.beside = counted.get(row.pk, 0)

    @admin.display(description="Links")
    def links(self, campaign: Any) -> str:
        url = admin_links.listed("campaigns_trackedlink", campaign__id__exact=campaign.pk)
        return admin_links.to(url, f"{campaign.beside:,}") if campaign.beside else "0"

    @pill("State", STATE_COLOURS)
    def state(self, campaign: Campaign) -> str:
        return "archived" if campaign.archived_at else "in use"

    def ways(self, campaign: Campaign) -> Iterable[Way]:
        yield in_app("campaigns")
        yield Way(
            "Its links",
            admin_links.listed("campaigns_trackedlink", campaign__id__exact=campaign.pk),
        )

    @asked("Archive", "They leave the lists; what they earned stays.", needs=CAMPAIGNS)
    def archive(self, request: HttpRequest, keys: Sequence[int], given: dict[str, Any]) -> Outcome:
        return archiving.archive_campaigns(
            ids=keys, by=_person(request), reason=given["reason"], at=timezone.now()
        )

    @asked("Restore", "They come back into the lists.", needs=CAMPAIGNS)
    def restore(self, request: HttpRequest, keys: Sequence[int], given: dict[str, Any]) -> Outcome:
        return archiving.restore_campaigns(ids=keys, by=_person(request), reason=given["reason"])


def _person(request: HttpRequest) -> User:
    """Who is signed in; the site lets nobody else this far."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


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


SESSIONS = "reconciliation_checkoutsession"


class CampaignChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic only while types are checked
    def label_from_instance(self, campaign: Model) -> str:
        mode = "live" if getattr(campaign, "livemode", False) else "test"
        return f"{campaign} ({mode})"


class MoveForm(ReasonForm):
    campaign = CampaignChoice(
        queryset=Campaign.objects.filter(archived_at=None).order_by("name", "pk"),
        widget=UnfoldAdminSelectWidget,
    )
    field_order = ("campaign", "reason")


class OwnerForm(ReasonForm):
    owner = forms.ModelChoiceField(
        queryset=User.objects.filter(is_active=True).order_by("name", "email"),
        widget=UnfoldAdminSelectWidget,
    )
    field_order = ("owner", "reason")


class LabelForm(ReasonForm):
    label = forms.CharField(max_length=40, widget=UnfoldAdminTextInputWidget)
    field_order = ("label", "reason")


@admin.register(TrackedLink)
class TrackedLinkAdmin(Window):
    """All versions, issued for ever; a change of the address issues a version that supersedes it."""

    list_display = (
        "__str__", "codes", "test_or_live", "tag", "reference_mode", "client_reference_id", "campaign_link",
        "owner", "shown_labels", "version", "state", "payments", "first_paid", "issued_at",
    )  # fmt: skip
    list_filter = (
        ModeFilter,
        ("issued_at", admin.DateFieldListFilter),
        admin_filters.choice(
            "state",
            "state",
            {
                "use": ("In use", lambda: Q(superseded_at=None, archived_at=None)),
                "archived": ("Archived", _archived),
                "superseded": ("Superseded", lambda: Q(superseded_at__isnull=False)),
            },
        ),
        ("campaign", AutocompleteSelectFilter),
        ("payment_link", AutocompleteSelectFilter),
        ("owner", AutocompleteSelectFilter),
        admin_filters.choice(
            "unowned", "ownership", {"yes": ("No owner", lambda: link_filters.WITHOUT_OWNER)}
        ),
        admin_filters.typed("labels__contains", "label", name="label", many=True),
        admin_filters.typed("utm_source", "source"),
        admin_filters.typed("utm_medium", "medium"),
        "reference_mode",
        admin_filters.choice(
            "warning", "warning", {"yes": ("With a warning", administration.with_warning)}
        ),
        admin_filters.choice("paid", "payments", {"no": ("Never paid", link_filters.never_paid)}),
    )
    search_fields = ("tag__exact", "own_reference__exact", "client_reference_id__exact")
    search_help_text = "A whole link tag, own number, reference or address."
    list_select_related = ("campaign", "owner")
    ordering = ("-pk",)
    actions = ("move", "hand_over", "add_label", "archive", "restore")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """An address is found through its payment link, which has few links of its own."""
        try:
            base = take_apart(search_term).base
        except NotAPaymentLink:
            found: tuple[QuerySet[Any], bool] = super().get_search_results(
                request, queryset, search_term
            )
            return found
        links = queryset.filter(payment_link__url=base)
        return (links.filter(url=search_term.strip()) if "?" in search_term else links), False

    def look_up(self, rows: Sequence[Any]) -> None:
        earned = administration.earned_by_line([row.line for row in rows])
        for row in rows:
            row.beside = earned.get(row.line, administration.Earned())

    @admin.display(description="Codes")
    def codes(self, link: TrackedLink) -> str:
        return (
            " · ".join(filter(None, (link.utm_source, link.utm_medium, link.utm_campaign))) or NONE
        )

    @admin.display(description="Campaign", ordering="campaign")
    def campaign_link(self, link: TrackedLink) -> str:
        return admin_links.to_page("campaigns_campaign", link.campaign_id, link.campaign)

    @admin.display(description="Labels")
    def shown_labels(self, link: TrackedLink) -> str:
        return ", ".join(link.labels) or NONE

    @pill("State", STATE_COLOURS)
    def state(self, link: TrackedLink) -> str:
        if link.superseded_at:
            return "superseded"
        return "archived" if link.archived_at else "in use"

    @admin.display(description="Payments")
    def payments(self, link: Any) -> str:
        url = admin_links.listed("campaigns_conversion", link_line__exact=link.line)
        payments = link.beside.payments
        return admin_links.to(url, f"{payments:,}") if payments else "0"

    @admin.display(description="First paid")
    def first_paid(self, link: Any) -> Any:
        return link.beside.first_paid_at

    def ways(self, link: TrackedLink) -> Iterable[Way]:
        yield in_app("link", link.line)
        yield Way(
            "Its payments", admin_links.listed("campaigns_conversion", link_line__exact=link.line)
        )
        yield Way(
            "All versions", admin_links.listed("campaigns_trackedlink", line__exact=link.line)
        )
        yield Way("Payment link", admin_links.page("campaigns_paymentlink", link.payment_link_id))
        if link.campaign_id:
            yield Way("Campaign", admin_links.page("campaigns_campaign", link.campaign_id))

    @asked(
        "Move to a campaign",
        "Payments count for the campaign that their link is in when they are made; those of the past "
        "stay. A link that was in none brings its payments along.",
        needs=LINKS,
        form=MoveForm,
        refusals=(CannotChange,),
    )
    def move(self, request: HttpRequest, keys: Sequence[int], given: dict[str, Any]) -> Outcome:
        return administered_links.move(
            ids=keys,
            campaign=given["campaign"],
            by=_person(request),
            reason=given["reason"],
            at=timezone.now(),
        )

    @asked(
        "Change owner",
        "The new owner answers for these links from now on.",
        needs=LINKS,
        form=OwnerForm,
        refusals=(CannotChange,),
    )
    def hand_over(
        self, request: HttpRequest, keys: Sequence[int], given: dict[str, Any]
    ) -> Outcome:
        return administered_links.hand_over(
            ids=keys,
            owner=given["owner"],
            by=_person(request),
            reason=given["reason"],
            at=timezone.now(),
        )

    @asked(
        "Add a label",
        "The label is put beside those that the links have.",
        needs=LINKS,
        form=LabelForm,
        refusals=(BadLabel,),
    )
    def add_label(
        self, request: HttpRequest, keys: Sequence[int], given: dict[str, Any]
    ) -> Outcome:
        return administered_links.add_label(
            ids=keys,
            label=given["label"],
            by=_person(request),
            reason=given["reason"],
            at=timezone.now(),
        )

    @asked(
        "Archive",
        "They leave the lists. Their addresses go on working, and payments still count.",
        needs=LINKS,
    )
    def archive(self, request: HttpRequest, keys: Sequence[int], given: dict[str, Any]) -> Outcome:
        return administered_links.archive(
            ids=keys, by=_person(request), reason=given["reason"], at=timezone.now()
        )

    @asked("Restore", "They come back into the lists.", needs=LINKS)
    def restore(self, request: HttpRequest, keys: Sequence[int], given: dict[str, Any]) -> Outcome:
        return administered_links.restore(
            ids=keys, by=_person(request), reason=given["reason"], at=timezone.now()
        )


class OfLink(Window):
    """A row about one link."""

    def look_up(self, rows: Sequence[Any]) -> None:
        names = administration.names_and_pages(row.line for row in rows)
        for row in rows:
            row.beside = names.get(row.line)

    @admin.display(description="Tracked link")
    def link(self, row: Any) -> str:
        if row.beside is None:
            return str(row.line)
        return admin_links.to_page("campaigns_trackedlink", row.beside.pk, row.beside.name)

    def ways(self, row: Any) -> Iterable[Way]:
        yield in_app("link", row.line)
        yield Way("Tracked link", admin_links.listed("campaigns_trackedlink", line__exact=row.line))


@admin.register(LinkChange)
class LinkChangeAdmin(OfLink):
    """What somebody changed about a link, in the app or here; the address never changes."""

    list_display = ("at", "link", "test_or_live", "what", "before", "after", "by")
    list_filter = (
        ModeFilter,
        ("at", admin.DateFieldListFilter),
        "what",
        ("by", AutocompleteSelectFilter),
    )
    search_fields = ("line__exact",)
    search_help_text = "A link's whole number."
    list_select_related = ("by",)
    ordering = ("-at", "-id")


@admin.register(Label)
class LabelAdmin(Window):
    """The first spelling of each label, which all links use."""

    list_display = ("name", "test_or_live", "links")
    list_filter = (ModeFilter,)
    search_fields = ("name__startswith",)
    search_help_text = "The beginning of a label."
    ordering = ("name", "pk")

    @admin.display(description="Links")
    def links(self, label: Label) -> str:
        return admin_links.to(
            admin_links.listed("campaigns_trackedlink", label=label.name), "its links"
        )


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


@admin.register(EvidenceChange)
class EvidenceChangeAdmin(Window):
    """New evidence that the worker has still to bring to its payments; empty when it has."""

    list_display = ("kind", "key", "changed_at", "done_to")
    list_filter = ("kind",)
    search_fields = ("key__exact",)
    search_help_text = "A whole key: a link's number, a session, a payment link or a payment."
    ordering = ("pk",)


@admin.register(Export)
class ExportAdmin(Window):
    """Who took which list away; without a number of rows where a download was broken off."""

    list_display = ("what", "test_or_live", "form", "rows", "by", "at")
    list_filter = (ModeFilter,)
    list_select_related = ("by",)
    search_fields = ("by__email__exact",)
    search_help_text = "The whole e-mail address of who took it."
    ordering = ("-at", "-id")
