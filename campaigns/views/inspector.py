"""The link inspector: any text explained, and the links that it holds taken over as they are."""

from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods, require_POST

from campaigns.actions import link_batches
from campaigns.actions.link_batches import Fate
from campaigns.core.adoption import Adoption
from campaigns.core.inspection import TextInspection, inspect_text
from campaigns.forms.inspector import InspectorForm, SaveForm
from campaigns.queries import inspector as queries
from campaigns.queries.inspector import Explained
from linktracker.access import StaffRequest, livemode_of, needs

MOST_SHOWN = 200
MOST_IDS = 50
Told = list[tuple[Explained, Fate]]


@needs("campaigns.view_trackedlink")
@require_http_methods(["GET", "HEAD", "POST"])
def inspector(request: StaffRequest) -> HttpResponse:
    """Explain what was pasted, or the address in ?url=; the script asks for the answer alone."""
    asked = request.GET.get("url", "")
    form = InspectorForm(request.POST if request.method == "POST" else {"text": asked})
    is_new = request.method != "POST" and not asked
    return _shown(request, form, TextInspection() if is_new else inspect_text(form.pasted))


@needs("campaigns.add_trackedlink")
@require_POST
def inspector_save(request: StaffRequest) -> HttpResponse:
    """Take over every link of the text that is not saved yet; say of each what became of it."""
    form = InspectorForm(request.POST)
    save = SaveForm(request.POST, livemode=livemode_of(request))
    seen = inspect_text(form.pasted)
    found = queries.explained(seen.findings)
    links = [one for one in found if one.adoption is not None]
    if not links or not save.is_valid():
        return _shown(request, form, seen, save)
    name = save.cleaned_data["name"].replace("\0", "").strip() if len(found) == 1 else ""
    fates = link_batches.adopt(
        adoptions=[_named(one.adoption, name) for one in links if one.adoption is not None],
        by=request.user,
        at=timezone.now(),
        campaign_id=save.cleaned_data["campaign"],
    )
    refused = [(one, Fate(problem=one.problem)) for one in found if one.adoption is None]
    return _saved(request, [*zip(links, fates, strict=True), *refused])


def _named(adoption: Adoption, name: str) -> Adoption:
    return replace(adoption, name=name) if name else adoption


def _shown(
    request: StaffRequest, form: InspectorForm, seen: TextInspection, save: SaveForm | None = None
) -> HttpResponse:
    found = queries.explained(seen.findings)
    context = {
        "form": form,
        "pasted": form.pasted.replace("\0", "\ufffd"),
        "seen": seen,
        "found": found[:MOST_SHOWN],
        "ids": queries.named(seen.ids[:MOST_IDS]),
        "more_ids": max(0, len(seen.ids) - MOST_IDS),
        "more": max(0, len(found) - MOST_SHOWN),
        "counted": queries.counted(found),
        "save": save or SaveForm(livemode=livemode_of(request)),
    }
    fragment = bool(request.headers.get("HX-Request"))
    template = "campaigns/_inspector_answer.html" if fragment else "campaigns/inspector.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _saved(request: StaffRequest, told: Told) -> HttpResponse:
    """The link itself where there was one; else what became of each."""
    new = [fate.link for _, fate in told if fate.link and not fate.already]
    already = [fate.link for _, fate in told if fate.link and fate.already]
    switched = _switched(request, {link.livemode for link in [*new, *already]})
    if len(told) == 1 and (new or already):
        messages.success(request, f"{'Link saved.' if new else 'It was saved before.'}{switched}")
        return redirect("link", (new or already)[0].line)
    context = {
        "new": [one for one in told if one[1].link and not one[1].already],
        "already": [one for one in told if one[1].already],
        "refused": [one for one in told if one[1].problem],
        "switched": switched,
        "shown_mode": livemode_of(request),
    }
    return render(request, "campaigns/inspector_saved.html", context)


def _switched(request: StaffRequest, modes: set[bool]) -> str:
    """Links are kept with the data of their mode; where all are of the other one, it is shown."""
    if modes != {not livemode_of(request)}:
        return ""
    request.session["livemode"] = modes.pop()
    return f" You are looking at {'live' if livemode_of(request) else 'test'} data now."
