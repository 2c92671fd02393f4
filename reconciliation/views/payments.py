"""Payments: every payment of this mode, filtered by the address, on screen and as a download."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from campaigns.actions import exports
from campaigns.core.period import CHOICES
from linktracker.access import StaffRequest, livemode_of, needs
from linktracker.lib.export import asked_form, export_response
from reconciliation.core.payment_filter import WITHOUT_CODE, PaymentFilter, read_filter
from reconciliation.core.payment_words import GRADES, SCOPES, STATES
from reconciliation.queries import payments as queries
from reconciliation.queries.payments import Scope


@dataclass(frozen=True)
class CodeChip:
    """A code that is asked for, and the address of the list without it."""

    name: str
    value: str
    cleared: str


@require_safe
@needs("campaigns.view_conversion")
def payments(request: StaffRequest) -> HttpResponse:
    asked, scope = _asked(request), _scope(request)
    return render(
        request,
        "reconciliation/payments.html",
        {
            "asked": asked,
            "codes": [_code_chip(request, *code) for code in asked.codes.items()],
            "kept": _kept(request),
            "page": queries.page(asked, scope, cursor=request.GET.get("cursor", "")),
            "is_first_page": "cursor" not in request.GET,
            "totals": queries.totals(asked, scope),
            "asked_link": queries.link_name(asked.link, scope),
            "periods": CHOICES,
            "states": STATES,
            "grades": GRADES,
            "scopes": SCOPES,
            "zone": scope.zone,
        },
    )


@require_safe
@needs("campaigns.view_conversion", recent=True)
def payments_export(request: StaffRequest) -> HttpResponseBase:
    """The rows of the filter, all of them, in the order of the screen; buyers may be in them."""
    asked, scope = _asked(request), _scope(request)
    form = asked_form(request.GET.get("format"))
    recording = exports.begin(
        what="payments",
        asked=request.GET.urlencode(),
        form=form,
        livemode=scope.livemode,
        by=request.user,
        at=timezone.now(),
    )
    name = f"payments-{asked.period.first}-to-{asked.period.last}"
    rows = recording.counted(queries.table_rows(asked, scope))
    return export_response(form, name, queries.table_header(scope), rows, through=recording.sealed)


def _asked(request: StaffRequest) -> PaymentFilter:
    today = timezone.localdate(timezone=ZoneInfo(settings.TIME_ZONE))
    return queries.with_few_buyers(read_filter(request.GET.dict(), today), _scope(request))


def _scope(request: StaffRequest) -> Scope:
    return Scope(
        livemode=livemode_of(request),
        zone=ZoneInfo(settings.TIME_ZONE),
        with_buyer=request.user.has_perm("reconciliation.view_buyer"),
    )


def _kept(request: StaffRequest) -> dict[str, str]:
    """What a new search keeps of the address: the filters, not the search or the place in the list."""
    asked = request.GET.dict()
    return {name: str(asked[name]) for name in asked if name not in ("q", "cursor")}


def _code_chip(request: StaffRequest, name: str, value: str) -> CodeChip:
    address = request.GET.copy()
    for key in (name, "cursor"):
        address.pop(key, None)
    return CodeChip(name, value or WITHOUT_CODE, f"?{address.urlencode()}")
