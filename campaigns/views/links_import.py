"""Many links from a CSV file: choose it, look at what it would do, issue it, take the answer home."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from campaigns.actions import links_file as actions
from campaigns.core.links_file import ANSWERED, USUAL, LinksFile
from campaigns.forms.links_import import NOT_THE_FORM, CarriedForm, UploadForm, packed
from campaigns.queries.links_file import Prospect, prospects
from linktracker.access import StaffRequest, livemode_of, needs
from linktracker.lib.csv_export import Cell, csv_response
from linktracker.lib.csv_read import BadFile
from linktracker.lib.retry import redo_when_in_the_way

MOST_ROWS = 10_000
MOST_SHOWN = 200  # on the page; the answer holds them all


@dataclass
class Verdict:
    """What a file would do, or did: counts of all rows, and the first rows, those refused before all."""

    new: int = 0
    unchanged: int = 0
    refused: int = 0
    other_mode: int = 0
    not_read: tuple[str, ...] = ()
    _refused: list[Prospect] = field(default_factory=list)
    _others: list[Prospect] = field(default_factory=list)

    @property
    def shown(self) -> list[Prospect]:
        return [*self._refused, *self._others][:MOST_SHOWN]

    @property
    def more(self) -> int:
        return self.refused + self.new + self.unchanged - len(self.shown)

    def count(self, seen: Prospect, livemode: bool) -> None:
        kind = self._refused if seen.problem else self._others
        if len(kind) < MOST_SHOWN:
            kind.append(seen)
        if seen.problem:
            self.refused += 1
            return
        self.unchanged += not seen.is_new
        self.new += seen.is_new
        draft = seen.row.draft
        self.other_mode += draft is not None and draft.livemode != livemode


@needs("campaigns.add_trackedlink")
@require_http_methods(["GET", "HEAD", "POST"])
def links_import(request: StaffRequest) -> HttpResponseBase:
    """A file is looked at first; the same page issues it, and gives its rows back with addresses."""
    if "packed" in request.POST:
        return _carried(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        return _looked_at(request, form, form.content)
    return _chosen(request, form)


def _chosen(request: StaffRequest, form: UploadForm, problem: str = "") -> HttpResponse:
    context = {"form": form, "columns": USUAL, "most_rows": MOST_ROWS, "problem": problem}
    return render(request, "campaigns/links_import.html", context)


def _carried(request: StaffRequest) -> HttpResponseBase:
    carried = CarriedForm(request.POST)
    form = UploadForm()
    if not carried.is_valid():
        messages.error(request, NOT_THE_FORM)
        return _chosen(request, form)
    if request.POST.get("do") == "answer":
        return _answer(carried.content)
    return _issued(request, carried.content)


def _issued(request: StaffRequest, content: bytes) -> HttpResponse:
    """Issue the file; where a row is refused, nothing is, and the page says which and why."""
    at = timezone.now()

    def save() -> None:
        actions.save(rows=_open(content).rows(), by=request.user, at=at, tell=_nothing)

    try:
        redo_when_in_the_way(save)
    except (actions.CannotSaveFile, BadFile):
        return _looked_at(request, UploadForm(), content)
    return _looked_at(request, UploadForm(), content, issued=True)


def _looked_at(
    request: StaffRequest, form: UploadForm, content: bytes, *, issued: bool = False
) -> HttpResponse:
    livemode = livemode_of(request)
    try:
        read = _open(content)
        verdict = Verdict(not_read=read.not_read)
        for row in prospects(read.rows()):
            verdict.count(row, livemode)
    except BadFile as problem:
        return _chosen(request, form, str(problem))
    context = {
        "verdict": verdict,
        "packed": packed(content),
        "issued": issued,
    }
    return render(request, "campaigns/links_import_preview.html", context)


def _answer(content: bytes) -> HttpResponseBase:
    """The rows of the file with the address of each link that is saved, and each problem."""
    try:
        read = _open(content)
        rows = list(prospects(read.rows()))
    except BadFile as problem:
        return HttpResponse(str(problem), content_type="text/plain; charset=utf-8", status=400)
    return csv_response("links.csv", (*read.carried, *ANSWERED), _answer_rows(rows))


def _answer_rows(rows: list[Prospect]) -> Iterator[list[Cell]]:
    for row, saved, problem, _ in rows:
        yield [*row.cells, saved.url if saved else "", problem]


def _open(content: bytes) -> LinksFile:
    return LinksFile.open(io.BytesIO(content), most_rows=MOST_ROWS)


def _nothing(*outcome: object) -> None:
    """The page looks the file up again instead of noting what became of each row."""
