"""One search for everything: links, campaigns, payments, open items, and pages and actions by name.

A page of its own, and the fragment that the command palette shows. Each kind is looked for only
where its permission is given; what the other mode has is hinted at when this one has nothing.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from campaigns.queries import search as marketing
from linktracker.access import StaffRequest, livemode_of, signed_in
from linktracker.lib.words import words_of
from linktracker.shell import menu, url_of
from reconciliation.core.line_search import search_text
from reconciliation.core.search import read_search
from reconciliation.queries import search as finance
from reconciliation.queries.payments import Scope
from reconciliation.queries.search import MOST

SHOWN: Final = 6  # of each kind
SHORTEST: Final = 2  # characters; one letter begins nearly everything

# What can be begun from anywhere: its name, its page's URL name and query, and its permission.
ACTIONS: Final = (
    ("New tracked link", "link-new", "", "campaigns.add_trackedlink"),
    ("Unknown payments", "payments", "?grade=U", "campaigns.view_conversion"),
    ("New open item", "record-new", "", "reconciliation.add_expectedpayment"),
    ("Import open items", "records-import", "", "reconciliation.add_expectedpayment"),
    ("Change password", "account_change_password", "", ""),
)


@dataclass(frozen=True, slots=True)
class Shelf:
    """A kind of thing that is looked for: how it is drawn, who may see it, and where it lies."""

    label: str
    icon: str
    drawn: str
    permission: str
    address: Callable[[Any], str]
    list_name: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """One line of what was found; `kind` names the way in which it is drawn."""

    kind: str
    url: str
    row: Any


@dataclass(frozen=True, slots=True)
class Kind:
    """The hits of one kind; `all_url` lists all of them, where there are more than are shown."""

    label: str
    icon: str
    hits: Sequence[Hit]
    all_url: str = ""
    all_words: str = ""


LINKS: Final = Shelf(
    "Links", "link", "link", "campaigns.view_trackedlink",
    lambda row: reverse("link", args=[row.line]), "links",
)  # fmt: skip
CAMPAIGNS: Final = Shelf(
    "Campaigns", "chart-bar", "campaign", "campaigns.view_campaign",
    lambda row: f"{reverse('links')}?{urlencode({'utm_campaign': row.code})}",
)  # fmt: skip
PAYMENTS: Final = Shelf(
    "Payments", "credit-card", "payment", "campaigns.view_conversion",
    lambda row: reverse("payment", args=[row.pk]), "payments",
)  # fmt: skip
OPEN_ITEMS: Final = Shelf(
    "Open items", "document-text", "open item", "reconciliation.view_expectedpayment",
    lambda row: reverse("record", args=[row.pk]), "records",
)  # fmt: skip


@require_safe
@signed_in
def search(request: StaffRequest) -> HttpResponse:
    """The page; asked for by the palette, only what was found."""
    typed = search_text(request.GET.get("q", ""))
    found = records(request, typed, livemode=livemode_of(request))
    context = {
        "typed": typed,
        "kinds": [kind for kind in (*found, pages(request, typed)) if kind.hits],
        "too_short": 0 < len(typed) < SHORTEST,
        "elsewhere": not found and _is_elsewhere(request, typed),
        "amount": _amount_url(request, typed),
    }
    fragment = request.headers.get("HX-Request")
    return render(
        request, "linktracker/_found.html" if fragment else "linktracker/search.html", context
    )


def _is_elsewhere(request: StaffRequest, typed: str) -> bool:
    return bool(records(request, typed, livemode=not livemode_of(request)))


def records(request: StaffRequest, typed: str, *, livemode: bool) -> list[Kind]:
    """What the database has of these words, the kinds with nothing left out."""
    if len(typed) < SHORTEST:
        return []
    may = request.user.has_perm
    scope = Scope(livemode, ZoneInfo(settings.TIME_ZONE), may("reconciliation.view_buyer"))
    looks: dict[Shelf, Callable[[], Sequence[Any]]] = {
        LINKS: lambda: marketing.links(typed, livemode=livemode),
        CAMPAIGNS: lambda: marketing.campaigns(typed, livemode=livemode),
        PAYMENTS: lambda: finance.payments(read_search(typed), scope),
        OPEN_ITEMS: lambda: finance.open_items(typed, livemode=livemode),
    }
    kinds = (_found(shelf, look(), typed) for shelf, look in looks.items() if may(shelf.permission))
    return [kind for kind in kinds if kind.hits]


def _found(shelf: Shelf, rows: Sequence[Any], typed: str) -> Kind:
    """The first of the rows, and the way to all of them."""
    hits = [Hit(shelf.drawn, shelf.address(row), row) for row in rows[:SHOWN]]
    if len(rows) <= SHOWN or not shelf.list_name:
        return Kind(shelf.label, shelf.icon, hits)
    number = f"more than {MOST - 1}" if len(rows) >= MOST else str(len(rows))
    address = f"{reverse(shelf.list_name)}?{urlencode({'q': typed})}"
    return Kind(shelf.label, shelf.icon, hits, address, f"All {number} in {shelf.label}")


def pages(request: StaffRequest, typed: str) -> Kind:
    """Pages and actions whose names have words that begin as those typed; all of them for none."""
    wanted = [word.lower() for word in words_of(typed)]
    found = [
        Hit("page", url, name)
        for name, url in _named_pages(request)
        if all(any(word.startswith(want) for word in name.lower().split()) for want in wanted)
    ]
    return Kind("Pages and actions", "arrow-right", found if wanted or not typed else [])


def _named_pages(request: StaffRequest) -> Iterable[tuple[str, str]]:
    may = request.user.has_perm
    for section in menu(request.path, may):
        for entry in section.entries:
            yield entry.label, entry.url
    for name, url_name, query, permission in ACTIONS:
        if (url := url_of(url_name)) and (not permission or may(permission)):
            yield name, url + query


def _amount_url(request: StaffRequest, typed: str) -> str:
    """The list of payments of an amount, where what was typed is one; "" otherwise."""
    if not read_search(typed).amounts or not request.user.has_perm("campaigns.view_conversion"):
        return ""
    return f"{reverse('payments')}?{urlencode({'q': typed})}"
