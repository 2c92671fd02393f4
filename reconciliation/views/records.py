"""Open items: the list, one with its history, the form, and the upload in its steps."""

from collections.abc import Iterator

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.actions import exports
from linktracker.access import StaffRequest, livemode_of, needs
from linktracker.lib.csv_export import Cell
from linktracker.lib.export import asked_form, export_response
from linktracker.lib.money import to_decimal
from reconciliation.actions import records as actions
from reconciliation.core.findings import LABELS
from reconciliation.core.line_search import search_text
from reconciliation.core.open_items import COLUMNS, ItemsRead, OpenItem
from reconciliation.forms.records import ImportForm, RecordForm, UploadForm
from reconciliation.queries import record_list
from reconciliation.queries.lines import LineRow
from reconciliation.queries.recording import latest_rows, prospect
from reconciliation.queries.records import Record, find_record, has_records

FORM = require_http_methods(["GET", "HEAD", "POST"])
MOST_PROBLEMS = 100  # on the page; a file may hold many more
NOT_THE_FORM = "What was sent is not the file that was looked at; choose it again."
FILTERS = {
    "": "All",
    "no_payment_yet": LABELS["no_payment_yet"],
    "agrees": LABELS["agrees"],
    "short": LABELS["short"],
    "over": LABELS["over"],
    "voided": "Void",
}

EXPORTED = (
    "open_item", "description", "finding", "reference", "due_on", "kind", "currency", "expected",
    "received", "difference", "payments", "why",
)  # fmt: skip


@needs("reconciliation.view_expectedpayment")
@require_safe
def records(request: StaffRequest) -> HttpResponse:
    livemode, finding, text = _asked(request)
    context = {
        "page": record_list.page(
            livemode=livemode, finding=finding, text=text, cursor=request.GET.get("after", "")
        ),
        "filters": FILTERS,
        "finding": finding,
        "text": text,
        "any_records": has_records(livemode=livemode),
        "today": timezone.localdate(),
    }
    return render(request, "reconciliation/records.html", context)


@needs("reconciliation.view_expectedpayment")
@require_safe
def records_export(request: StaffRequest) -> StreamingHttpResponse:
    """Every open item of the filter, in the order of the list."""
    livemode, finding, text = _asked(request)
    form = asked_form(request.GET.get("format"))
    recording = exports.begin(
        what="open items",
        asked=request.GET.urlencode(),
        form=form,
        livemode=livemode,
        by=request.user,
        at=timezone.now(),
    )
    rows = recording.counted(
        _cells(record_list.all_rows(livemode=livemode, finding=finding, text=text))
    )
    return export_response(form, "open-items", EXPORTED, rows, through=recording.sealed)


def _asked(request: StaffRequest) -> tuple[bool, str, str]:
    """The mode, the finding ("" for all) and the words that a list of open items is asked for."""
    finding = request.GET.get("finding", "")
    text = search_text(request.GET.get("q", ""))
    return livemode_of(request), finding if finding in FILTERS else "", text


def _cells(found: Iterator[LineRow]) -> Iterator[tuple[Cell, ...]]:
    for row in found:
        yield (
            row.external_id,
            row.description,
            row.label,
            row.own,
            row.due_on,
            "many" if row.beside else "single",
            row.currency.upper(),
            _units(row.expected, row.currency),
            _units(row.received, row.currency),
            None if row.finding == "voided" else _units(row.difference, row.currency),
            row.payments,
            row.words,
        )


def _units(minor: int | None, currency: str) -> Cell:
    return None if minor is None else to_decimal(minor, currency)


@needs("reconciliation.view_expectedpayment")
@require_safe
def record(request: StaffRequest, record_id: int) -> HttpResponse:
    found = _record(request, record_id)
    if found.latest.pk != record_id:
        return redirect("record", found.latest.pk)
    context = {"record": found, "now": timezone.now(), "today": timezone.localdate()}
    return render(request, "reconciliation/record.html", context)


@needs("reconciliation.add_expectedpayment")
@FORM
def record_new(request: StaffRequest) -> HttpResponse:
    form = RecordForm(request.POST or None)
    good = form.is_valid() and _is_new(request, form)
    if good and _recorded(request, form, actions.DEFAULT_SOURCE):
        return redirect("records")
    return render(request, "reconciliation/record_form.html", {"form": form})


@needs("reconciliation.add_expectedpayment")
@FORM
def record_change(request: StaffRequest, record_id: int) -> HttpResponse:
    found = _record(request, record_id)
    values = found.latest.values
    form = RecordForm(request.POST or None, initial=_written(values))
    form.fields["external_id"].disabled = True
    if form.is_valid() and _recorded(request, form, found.source):
        return redirect("records")
    context = {"form": form, "record": found}
    return render(request, "reconciliation/record_form.html", context)


@needs("reconciliation.add_expectedpayment")
@require_POST
def record_void(request: StaffRequest, record_id: int) -> HttpResponse:
    found = _record(request, record_id)
    try:
        item = actions.void(
            record_id=found.latest.pk,
            livemode=livemode_of(request),
            by=request.user,
            at=timezone.now(),
        )
    except actions.CannotVoid as problem:
        messages.error(request, str(problem))
        return redirect("record", found.latest.pk)
    messages.success(request, f"Open item {item.external_id} is void.")
    return redirect("record", item.pk)


@needs("reconciliation.view_expectedpayment", to_change="reconciliation.add_expectedpayment")
@FORM
def records_import(request: StaffRequest) -> HttpResponse:
    """Choose a file, look at what it would do, record it; the text travels with the form."""
    if "content" in request.POST:
        return _import(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        return _preview(request, form.read, form.text)
    return render(request, "reconciliation/import.html", {"form": form, "columns": COLUMNS})


def _import(request: StaffRequest) -> HttpResponse:
    form = ImportForm(request.POST)
    if not form.is_valid() or form.read.problems:
        text = form.data.get("content", "")
        read = form.read if form.is_valid() else ItemsRead((), (NOT_THE_FORM,))
        return _preview(request, read, text)
    if form.cleaned_data["mode"] != _mode(request):
        messages.warning(request, f"You look at {_mode(request)} data now; look once more.")
        return _preview(request, form.read, form.cleaned_data["content"])
    try:
        done = actions.record(
            items=form.read.items,
            livemode=livemode_of(request),
            source=actions.DEFAULT_SOURCE,
            by=request.user,
            at=timezone.now(),
        )
    except actions.CannotRecord:  # the preview says which rows, and why
        return _preview(request, form.read, form.cleaned_data["content"])
    messages.success(
        request,
        f"Open items: {done.new:,} new, {done.revised:,} changed, {done.unchanged:,} as before.",
    )
    return redirect("records")


def _preview(request: StaffRequest, read: ItemsRead, text: str) -> HttpResponse:
    found = prospect(read.items, livemode=livemode_of(request), source=actions.DEFAULT_SOURCE)
    read = read.refusing(found.refused)
    context = {
        "form": ImportForm(initial={"content": text, "mode": _mode(request)}),
        "read": read,
        "totals": list(read.totals.items()),
        "changes": found.changes,
        "problems": read.problems[:MOST_PROBLEMS],
        "more_problems": max(0, len(read.problems) - MOST_PROBLEMS),
    }
    return render(request, "reconciliation/import_preview.html", context)


def _mode(request: StaffRequest) -> str:
    return "live" if livemode_of(request) else "test"


def _record(request: StaffRequest, record_id: int) -> Record:
    found = find_record(record_id=record_id, livemode=livemode_of(request))
    if found is None:
        raise Http404
    return found


def _is_new(request: StaffRequest, form: RecordForm) -> bool:
    known = latest_rows(
        livemode=livemode_of(request),
        source=actions.DEFAULT_SOURCE,
        external_ids=[form.item.external_id],
    )
    if known:
        form.add_error("external_id", "This open item is known already; open it to change it.")
    return not known


def _recorded(request: StaffRequest, form: RecordForm, source: str) -> bool:
    """Record the form's item and say so; where it is refused, the form says why."""
    try:
        done = actions.record(
            items=[form.item],
            livemode=livemode_of(request),
            source=source,
            by=request.user,
            at=timezone.now(),
        )
    except actions.CannotRecord as problem:
        form.add_error("reference", str(problem))
        return False
    named = f"Open item {form.item.external_id}"
    messages.success(request, f"{named} is as it was." if done.unchanged else f"{named} recorded.")
    return True


def _written(values: OpenItem) -> dict[str, str]:
    """The values as the form takes them back."""
    amount = "" if values.amount is None else str(to_decimal(values.amount, values.currency))
    return {
        "external_id": values.external_id,
        "reference": values.reference,
        "kind": values.kind,
        "currency": values.currency.upper(),
        "amount": amount,
        "due_on": "" if values.due_on is None else values.due_on.isoformat(),
        "description": values.description,
    }
