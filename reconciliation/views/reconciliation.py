"""The Reconciliation page: what was expected, what arrived, and why they differ."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from campaigns.actions import exports
from campaigns.core.period import CHOICES, Period, read_period
from linktracker.access import StaffRequest, livemode_of, needs
from linktracker.lib import charts
from linktracker.lib.csv_export import Cell
from linktracker.lib.export import asked_form, export_response
from linktracker.lib.money import to_decimal
from reconciliation.core.findings import FINDINGS, LABELS, Bridge, Tally
from reconciliation.core.line_search import search_text
from reconciliation.queries import lines
from reconciliation.queries import reconciliation as comparison
from reconciliation.queries.lines import LineRow, Scope
from reconciliation.queries.reconciliation import ALL, EXPECTED, MANY, RECEIVED, TO_LOOK, VIEWS
from reconciliation.queries.records import has_records

DEFAULT_PERIOD = "90d"
WITH_NUMBER = "number"
MISSING = ("no_payment_yet", "short")  # steps down from what was expected; the others lead up
TABS = (TO_LOOK, *FINDINGS, ALL)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; whatever cannot be read falls back to the page's own view."""

    period: Period
    currency: str
    view: str
    text: str
    numbered: bool


@dataclass(frozen=True, slots=True)
class Tab:
    view: str
    label: str
    count: int | str
    current: bool


@needs("reconciliation.view_expectedpayment")
@require_safe
def reconciliation(request: StaffRequest) -> HttpResponse:
    livemode = livemode_of(request)
    asked, currencies = _asked(request, livemode)
    scope = _scope(livemode, asked)
    context = {
        "asked": asked,
        "currencies": currencies.codes,
        "bars": charts.bridge(_steps(currencies.of(asked.currency), asked)),
        "tabs": _tabs(currencies, asked),
        "page": comparison.page(scope, cursor=request.GET.get("after", "")),
        "sums": _sums(currencies, asked, scope),
        "accounts": currencies.beside.get(asked.currency),
        "any_records": has_records(livemode=livemode),
        "view_label": VIEWS[asked.view],
        "periods": CHOICES,
        "now": timezone.now(),
        "today": timezone.localdate(),
    }
    return render(request, "reconciliation/reconciliation.html", context)


@needs("reconciliation.view_expectedpayment")
@require_safe
def reconciliation_export(request: StaffRequest) -> StreamingHttpResponse:
    """Exactly the lines of the filter, on every page of it."""
    livemode = livemode_of(request)
    asked, _ = _asked(request, livemode)
    found = lines.all_rows(_scope(livemode, asked))
    form = asked_form(request.GET.get("format"))
    recording = exports.begin(
        what="reconciliation",
        asked=request.GET.urlencode(),
        form=form,
        livemode=livemode,
        by=request.user,
        at=timezone.now(),
    )
    rows = recording.counted(_cells(found))
    return export_response(form, "reconciliation", COLUMNS, rows, through=recording.sealed)


def _asked(request: StaffRequest, livemode: bool) -> tuple[Asked, comparison.Currencies]:
    period = read_period(request.GET.get("period", ""), timezone.localdate(), DEFAULT_PERIOD)
    numbered = request.GET.get("with") == WITH_NUMBER
    currencies = comparison.currencies(livemode=livemode, period=period, numbered=numbered)
    view = request.GET.get("finding", "")
    asked = Asked(
        period=period,
        currency=currencies.choose(request.GET.get("currency", "").lower()),
        view=view if view in VIEWS else TO_LOOK,
        text=search_text(request.GET.get("q", "")),
        numbered=numbered,
    )
    return asked, currencies


def _scope(livemode: bool, asked: Asked) -> Scope:
    return comparison.scope(
        livemode=livemode,
        period=asked.period,
        currency=asked.currency,
        view=asked.view,
        text=asked.text,
        numbered=asked.numbered,
    )


def _sums(currencies: comparison.Currencies, asked: Asked, scope: Scope) -> Bridge:
    """What the list adds up to; asked of the database only where the bridge does not say it."""
    known = None if asked.text else currencies.sums(asked.currency, asked.view)
    return known or comparison.sums(scope)


def _steps(bridge: Bridge, asked: Asked) -> list[charts.BridgeStep]:
    """From expected to received; every figure opens its lines."""
    return [
        charts.BridgeStep(
            "Expected", bridge.expected, bridge.items, _address(asked, EXPECTED), total=True
        ),
        *(_step(tally, asked) for tally in bridge.steps),
        charts.BridgeStep(
            "Received", bridge.received, bridge.payments, _address(asked, RECEIVED), total=True
        ),
    ]


def _step(tally: Tally, asked: Asked) -> charts.BridgeStep:
    sign = "−" if tally.finding in MISSING else "+"
    label = f"{sign} {LABELS[tally.finding]}"
    return charts.BridgeStep(label, tally.difference, tally.lines, _address(asked, tally.finding))


def _address(asked: Asked, view: str) -> str:
    kept = {"period": asked.period.key, "currency": asked.currency, "finding": view}
    return f"?{urlencode(kept | ({'with': WITH_NUMBER} if asked.numbered else {}))}#lines"


def _tabs(currencies: comparison.Currencies, asked: Asked) -> list[Tab]:
    """Every view with its count; the two totals only while one of them is open."""
    views = [*TABS, *([MANY] if asked.currency in currencies.beside else [])]
    if asked.view not in views:
        views.append(asked.view)
    return [
        Tab(
            view=view,
            label=VIEWS[view],
            count=sums.lines if (sums := currencies.sums(asked.currency, view)) else "",
            current=view == asked.view,
        )
        for view in views
    ]


COLUMNS = (
    "finding", "open_item", "reference", "payment", "payments", "currency", "expected", "received",
    "difference", "day", "due_on", "why",
)  # fmt: skip


def _cells(found: Iterator[LineRow]) -> Iterator[tuple[Cell, ...]]:
    for row in found:
        yield (
            row.label,
            row.external_id,
            row.shown_reference,
            row.payment_id,
            row.payments,
            row.currency.upper(),
            _units(row.expected, row.currency),
            _units(row.received, row.currency),
            _units(row.difference, row.currency),
            row.day,
            row.due_on,
            row.words,
        )


def _units(minor: int | None, currency: str) -> Cell:
    return None if minor is None else to_decimal(minor, currency)
