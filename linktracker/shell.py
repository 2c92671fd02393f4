"""What surrounds every page: the menu this person may use, test or live, and the demo's banner."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from reconciliation.queries import health

MayUse = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Page:
    """A menu entry as it is planned: the page's URL name, and the permission it asks for."""

    label: str
    url_name: str
    icon: str
    permission: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A menu entry as it is drawn; `key` follows `g` on the keyboard."""

    label: str
    url: str
    icon: str
    key: str
    current: bool


@dataclass(frozen=True, slots=True)
class Section:
    label: str
    entries: tuple[Entry, ...]


PAYMENTS = Page("Payments", "payments", "credit-card", "campaigns.view_conversion", "p")

SECTIONS: tuple[tuple[str, tuple[Page, ...]], ...] = (
    (
        "Marketing",
        (
            Page("Campaigns", "campaigns", "chart-bar", "campaigns.view_conversion", "c"),
            Page("Links", "links", "link", "campaigns.view_trackedlink", "l"),
            Page(
                "Link inspector",
                "inspector",
                "magnifying-glass-circle",
                "campaigns.view_trackedlink",
                "i",
            ),
        ),
    ),
    (
        "Finance",
        (
            PAYMENTS,
            Page(
                "Reconciliation",
                "reconciliation",
                "scale",
                "reconciliation.view_expectedpayment",
                "r",
            ),
            Page(
                "Open items",
                "records",
                "document-text",
                "reconciliation.view_expectedpayment",
                "o",
            ),
        ),
    ),
    (
        "Workspace",
        (
            Page("People", "people", "users", "linktracker.manage_people"),
            Page(
                "Data health",
                "data-health",
                "heart",
                "reconciliation.view_inboxevent",
                "h",
            ),
            Page(
                "Administration",
                "admin:index",
                "cog-6-tooth",
                "linktracker.open_administration",
            ),
        ),
    ),
)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context for base.html. Error pages may come before the session or the person is known."""
    person = getattr(request, "user", None)
    may_use: MayUse = person.has_perm if person is not None else _nothing
    session = getattr(request, "session", {})
    drawn = menu(request.path, may_use)
    return {
        "menu": drawn,
        "livemode": bool(session.get("livemode", False)),
        "demo": settings.DEMO,
        "switch_mode_url": url_of("switch-mode"),
        "search_url": url_of("search") if drawn else "",
        "alarm": SimpleLazyObject(lambda: health.alarm_at(timezone.now())),
    }


def menu(path: str, may_use: MayUse) -> tuple[Section, ...]:
    """Only pages that exist and this person may open; a section without any is left out."""
    drawn = (
        Section(label, tuple(filter(None, (_entry(page, path, may_use) for page in pages))))
        for label, pages in SECTIONS
    )
    return tuple(section for section in drawn if section.entries)


def _entry(page: Page, path: str, may_use: MayUse) -> Entry | None:
    url = url_of(page.url_name)
    if not url or not may_use(page.permission):
        return None
    return Entry(page.label, url, page.icon, page.key, current=path.startswith(url))


def url_of(name: str) -> str:
    """The address behind a URL name; "" while no such page exists."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _nothing(permission: str) -> bool:
    return False
