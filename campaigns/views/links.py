"""The list of tracked links, its download, the page of one link, and its QR code to take away."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from campaigns.actions import exports
from campaigns.actions import links as actions
from campaigns.core.link_search import LinkSearch
from campaigns.core.url_parameters import PARAMETERS, UTM_NAMES
from campaigns.forms.link_changes import Find, NotClear, the_one
from campaigns.queries import builder, link_choices
from campaigns.queries import links as queries
from linktracker.access import StaffRequest, livemode_of, needs
from linktracker.lib import qr_codes
from linktracker.lib.csv_export import Cell
from linktracker.lib.export import asked_form, export_response
from linktracker.lib.money import to_decimal

# Beside the campaign that people named, its code needs a name of its own.
CODE_LABELS = {
    **{name: PARAMETERS[name].label for name in UTM_NAMES},
    "utm_campaign": "Campaign code",
}
CSV_HEADER = (
    "name", "url", "payment_link", "client_reference_id", "utm_source", "utm_medium",
    "utm_campaign", "utm_term", "utm_content", "link_tag", "issued_at", "issued_by", "campaign",
    "owner", "labels", "archived_at", "warnings", "currency", "payments", "received",
)  # fmt: skip


@dataclass(frozen=True)
class Chip:
    """A filter that is set; `href` clears it."""

    name: str
    label: str
    value: str
    href: str


@needs("campaigns.view_trackedlink")
@require_safe
def links(request: StaffRequest) -> HttpResponse:
    if answer := _by_name(request):
        return answer
    search = LinkSearch.parse(request.GET.dict())
    livemode = livemode_of(request)
    page = queries.page(search, livemode=livemode, cursor=request.GET.get("after", ""))
    context = {
        "search": search,
        "kept": {name: value for name, value in search.asked.items() if name != "q"},
        "chips": _chips(request, search),
        "rows": queries.with_received(page.rows),
        "first_page": "after" not in request.GET,
        "counted": queries.counted(search, livemode=livemode),
        "payment_link": queries.payment_link(search.payment_link, livemode=livemode),
        "next": page.next,
        "now": timezone.now(),
        **_offered(search, livemode),
    }
    return render(request, "campaigns/links.html", context)


def _by_name(request: StaffRequest) -> HttpResponse | None:
    """To the list of the campaign or owner whose name was typed, since not all can be offered."""
    finds: dict[str, Find] = {
        "campaign": partial(link_choices.campaigns_called, livemode=livemode_of(request)),
        "owner": link_choices.people_called,
    }
    for name, find in finds.items():
        if typed := request.GET.get(f"{name}_named", "").replace("\0", "").strip()[:200]:
            asked = request.GET.copy()
            for left in (f"{name}_named", name, "after"):
                asked.pop(left, None)
            try:
                asked[name] = str(the_one(find(typed), typed))
            except NotClear as problem:
                messages.warning(request, str(problem))
            return redirect(f"{reverse('links')}?{asked.urlencode()}")
    return None


def _offered(search: LinkSearch, livemode: bool) -> dict[str, Any]:
    """What the filters offer, and the words for what is chosen of it."""
    campaigns = link_choices.campaigns(livemode=livemode)
    owners = link_choices.owners(livemode=livemode)
    return {
        "campaigns": campaigns,
        "owners": owners,
        "most_offered": link_choices.MOST_OFFERED,
        "labels": link_choices.labels(livemode=livemode),
        "campaign_word": _word(
            search.campaign, campaigns, partial(link_choices.campaign, livemode=livemode), "none"
        ),
        "owner_word": _word(search.owner, owners, link_choices.person, "nobody"),
    }


def _word(
    asked: int | str | None, offered: Sequence[Any], find: Callable[[int], Any], none: str
) -> str:
    """How a filter names what it is set to; "" while it is not set."""
    if asked is None:
        return ""
    if isinstance(asked, str):
        return none
    known = next((row for row in offered if row.pk == asked), None) or find(asked)
    return str(known or "unknown")


def _chips(request: StaffRequest, search: LinkSearch) -> list[Chip]:
    """The codes that the list is limited to, each with the address of the list without it."""
    chips = []
    for name, value in search.codes.items():
        others = request.GET.copy()
        others.pop(name)
        others.pop("after", None)
        chips.append(Chip(name, PARAMETERS[name].label, value, f"?{others.urlencode()}"))
    return chips


@needs("campaigns.view_trackedlink")
@require_safe
def links_csv(request: StaffRequest) -> HttpResponseBase:
    """All rows of the search, not of the page: one line a link and currency."""
    search, livemode = LinkSearch.parse(request.GET.dict()), livemode_of(request)
    form = asked_form(request.GET.get("format"))
    recording = exports.begin(
        what="links",
        asked=request.GET.urlencode(),
        form=form,
        livemode=livemode,
        by=request.user,
        at=timezone.now(),
    )
    rows = recording.counted(_csv_rows(search, livemode))
    return export_response(form, "links", CSV_HEADER, rows, through=recording.sealed)


def _csv_rows(search: LinkSearch, livemode: bool) -> Iterator[list[Cell]]:
    for row in queries.all_with_received(search, livemode=livemode):
        link = row.link
        start: list[Cell] = [
            link.name, link.url, link.payment_link.url, link.client_reference_id, link.utm_source,
            link.utm_medium, link.utm_campaign, link.utm_term, link.utm_content, link.tag,
            link.issued_at, link.issuer, str(link.campaign or ""),
            str(link.owner or ""), ", ".join(link.labels),
            link.archived_at, ", ".join(warning.word for warning in row.warnings),
        ]  # fmt: skip
        if not row.received:
            yield [*start, "", 0, ""]
        for one in row.received:
            amount = to_decimal(one.received, one.currency)
            yield [*start, one.currency.upper(), one.payments, amount]


@needs("campaigns.view_trackedlink")
@require_safe
def link(request: StaffRequest, line: int) -> HttpResponse:
    livemode = livemode_of(request)
    versions = queries.versions(line, livemode=livemode)
    if not versions:
        raise Http404("There is no such link.")
    current = versions[0]
    context = {
        "link": current,
        "versions": versions,
        "received": queries.received_by_line([line]).get(line, ()),
        "payments": queries.latest_payments(line, livemode=livemode),
        "changes": link_choices.changes(line, livemode=livemode),
        "codes": [(CODE_LABELS[name], getattr(current, name)) for name in UTM_NAMES],
        "advice": builder.advice_on(current),
        "print_width": qr_codes.smallest_print(current.url),
        "now": timezone.now(),
    }
    return render(request, "campaigns/link.html", context)


@needs("campaigns.change_trackedlink")
@require_POST
def link_name(request: StaffRequest, line: int) -> HttpResponse:
    """Call a link something else in lists; its address stays as it was issued."""
    _current(request, line)
    try:
        actions.rename(
            line=line,
            name=request.POST.get("name", "").replace("\0", "")[:200],
            by=request.user,
            at=timezone.now(),
        )
    except actions.CannotIssue as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, "Name changed.")
    return redirect("link", line)


@needs("campaigns.view_trackedlink")
@require_safe
def link_qr_svg(request: StaffRequest, line: int) -> HttpResponse:
    return _download(qr_codes.svg, "image/svg+xml", f"link-{line}.svg", _current(request, line))


@needs("campaigns.view_trackedlink")
@require_safe
def link_qr_png(request: StaffRequest, line: int) -> HttpResponse:
    return _download(qr_codes.png, "image/png", f"link-{line}.png", _current(request, line))


def _current(request: StaffRequest, line: int) -> str:
    """The address of the link's current version, or the page that says that there is none."""
    link = queries.current(line, livemode=livemode_of(request))
    if link is None:
        raise Http404("There is no such link.")
    return link.url


def _download(
    draw: Callable[[str], bytes], content_type: str, filename: str, url: str
) -> HttpResponse:
    try:
        code = draw(url)
    except qr_codes.TooLong as problem:
        raise Http404(str(problem)) from problem
    disposition = f'attachment; filename="{filename}"'
    return HttpResponse(code, content_type, headers={"Content-Disposition": disposition})
