"""The link builder: a dialog over the list of links, and the same form as a page without script."""

import json
import re
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods, require_POST

from campaigns.actions import links as actions
from campaigns.core.browser_rules import browser_rules
from campaigns.core.reference import is_link_tag
from campaigns.core.url_parameters import PARAMETERS
from campaigns.forms import builder as forms
from campaigns.forms.builder import BuilderForm
from campaigns.queries import builder, links
from linktracker.access import StaffRequest, livemode_of, needs
from linktracker.lib import qr_codes

KEPT_FOR_ANOTHER = "utm_content"  # what differs between the links that people make in a row
NUMBER = re.compile("[0-9]{1,18}")
SAVED = "Link saved."
SAVED_ALREADY = "This very link was saved before; here it is."


@needs("campaigns.add_trackedlink")
@require_http_methods(["GET", "HEAD", "POST"])
def link_new(request: StaffRequest) -> HttpResponse:
    """The empty form, or one filled from the address: ?payment_link=…&reference=INV-1."""
    if request.method == "POST":
        return _answer(request, _posted(request))
    return _shown(request, forms.prefilled(request.GET, tag=actions.draw_tag()))


@needs("campaigns.change_trackedlink")
@require_http_methods(["GET", "HEAD", "POST"])
def link_edit(request: StaffRequest, line: int) -> HttpResponse:
    """The form of a saved link; what it saves is a version that supersedes the current one."""
    link = links.current(line, livemode=livemode_of(request))
    if link is None:
        raise Http404("There is no such link.")
    if request.method == "POST":
        return _answer(request, _posted(request), line)
    form = forms.of_link(
        url=link.url,
        own=link.own_reference,
        mode=link.reference_mode,
        name=link.name,
        tag=actions.draw_tag(),
    )
    return _shown(request, form, line)


@needs("campaigns.add_trackedlink")
@require_POST
def link_preview(request: StaffRequest) -> HttpResponse:
    """What the script cannot know by itself about what is being typed: the side of the form."""
    form = _posted(request)
    form.is_valid()
    context = _side(request, form, _number(request.POST.get("line", "")))
    return render(request, "campaigns/_builder_side.html", context)


def _posted(request: StaffRequest) -> BuilderForm:
    """The form as it was sent; where it brings no link tag to show, one is drawn."""
    data = request.POST.copy()
    if not is_link_tag(data.get("tag", "")):
        data["tag"] = actions.draw_tag()
    return BuilderForm(data)


def _answer(request: StaffRequest, form: BuilderForm, line: int | None = None) -> HttpResponse:
    """Save, or show the form again: with another row, one less, checked, or with what is wrong."""
    do = request.POST.get("do", "save")
    if do not in {"save", "another"}:
        form.is_valid()
        return _shown(request, form, line, rows=_changed_rows(form, do), checked=do == "check")
    if not form.is_valid() or form.draft is None:
        return _refused(request, form, line)
    try:
        issued = actions.issue(
            draft=form.draft,
            by=request.user,
            at=timezone.now(),
            line=line,
            tag=form.cleaned_data["tag"],
        )
    except actions.CannotIssue as problem:
        form.add_error(None, str(problem))
        return _refused(request, form, line)
    return _saved(request, form, issued)


def _saved(request: StaffRequest, form: BuilderForm, issued: actions.Issued) -> HttpResponse:
    sentence = SAVED_ALREADY if issued.already else SAVED
    if issued.link.livemode != livemode_of(request):
        request.session["livemode"] = issued.link.livemode
        sentence += f" You are looking at {'live' if issued.link.livemode else 'test'} data now."
    if _wants_json(request):
        return _told(issued, sentence)
    messages.success(request, sentence)
    if request.POST.get("do") == "another":
        another = forms.another(form, tag=actions.draw_tag(), without=KEPT_FOR_ANOTHER)
        return _shown(request, another)
    return redirect("link", issued.link.line)


def _told(issued: actions.Issued, sentence: str) -> HttpResponse:
    """The answer for the script: the address as it was saved, and a tag for the next link."""
    return JsonResponse(
        {
            "url": issued.link.url,
            "name": issued.link.name,
            "page": reverse("link", args=[issued.link.line]),
            "sentence": sentence,
            "tag": actions.draw_tag(),
        }
    )


def _refused(request: StaffRequest, form: BuilderForm, line: int | None) -> HttpResponse:
    if _wants_json(request):
        sentences = [str(error) for errors in form.errors.values() for error in errors]
        return JsonResponse({"problems": sentences})
    return _shown(request, form, line, checked=True)


def _shown(
    request: StaffRequest,
    form: BuilderForm,
    line: int | None = None,
    *,
    rows: list[forms.Row] | None = None,
    checked: bool = False,
) -> HttpResponse:
    """The form as a page, or as the fragment for the dialog; `checked` shows what is wrong."""
    livemode = livemode_of(request)
    form.is_valid()
    context = {
        "form": form,
        "rows": form.rows() if rows is None else rows,
        "empty_row": forms.Row(KEPT_FOR_ANOTHER),
        "checked": checked,
        "parameters": PARAMETERS.values(),
        "payment_links": builder.payment_links(livemode=livemode),
        "used": builder.used_values(livemode=livemode).items(),
        "rules": json.dumps(browser_rules()),
        "line": line,
        **_side(request, form, line),
    }
    fragment = bool(request.headers.get("HX-Request"))
    template = "campaigns/_builder.html" if fragment else "campaigns/builder.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request", "Accept"])
    return response


def _side(request: HttpRequest, form: BuilderForm, line: int | None) -> dict[str, Any]:
    """Context of the side: the draft drawn, or nothing while there is no payment link."""
    if form.draft is None:
        problems = form.errors.get("payment_link", ()) if form.address() else ()
        return {"preview": None, "unread": problems}
    tag = form.cleaned_data["tag"]
    seen = builder.preview(form.draft, tag=tag, line=line, livemode=livemode_of(request))
    return {
        "preview": seen,
        "found": json.dumps(seen.found),
        "print_width": qr_codes.smallest_print(seen.url),
    }


def _changed_rows(form: BuilderForm, do: str) -> list[forms.Row]:
    rows = form.rows(extra=1 if do == "add" else 0)
    place = _number(do.removeprefix("remove-")) if do.startswith("remove-") else None
    if place is not None and place < len(rows):
        del rows[place]
    return rows


def _number(text: str) -> int | None:
    """A whole number that a key column can hold; None for anything else."""
    return int(text) if NUMBER.fullmatch(text) else None


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept") == "application/json"
