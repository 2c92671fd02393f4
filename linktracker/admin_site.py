"""`/admin/`: who may open it, and what all of its lists and pages have in common.

Most models are windows: people look, and nobody adds, changes or deletes, superusers included.
What Stripe told us, what was issued and what was decided changes through the product alone.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.admin import SimpleListFilter, display
from django.contrib.admin.options import IncorrectLookupParameters, ShowFacets
from django.core.paginator import Paginator
from django.db import DataError, models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, URLResolver
from django.utils.functional import cached_property
from django.utils.html import format_html
from unfold.admin import ModelAdmin
from unfold.sites import UnfoldAdminSite
from unfold.views import ChangeList

from linktracker.access import declared_permission, needs
from linktracker.templatetags.display import money

OPEN = "linktracker.open_administration"
COUNTED = 10_000


def may_open(request: HttpRequest) -> bool:
    return bool(request.user.is_active and request.user.has_perm(OPEN))


class AdministrationSite(UnfoldAdminSite):  # type: ignore[misc]  # unfold ships no types
    """Opened by a permission, not by `is_staff`: roles are groups everywhere else too."""

    def has_permission(self, request: HttpRequest) -> bool:
        return may_open(request)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Each address declares that permission, those that packages bring as well."""
        urls: list[URLPattern | URLResolver] = super().get_urls()
        _declare_permission(urls)
        return urls


def _declare_permission(urls: Iterable[URLPattern | URLResolver]) -> None:
    for entry in urls:
        if isinstance(entry, URLResolver):
            _declare_permission(entry.url_patterns)
        elif declared_permission(entry.callback) is None:
            needs(OPEN)(entry.callback)


class CountedSoFar(Paginator):  # type: ignore[type-arg]  # generic only while types are checked
    """Counts no further than ten thousand rows: to find one beyond, people filter or search."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by()[:COUNTED].count())


class CarefulList(ChangeList):  # type: ignore[misc]  # unfold ships no types
    """A value in the address that the database refuses is a wrong filter, not a failure of ours."""

    def get_results(self, request: HttpRequest) -> None:
        try:
            super().get_results(request)
        except (DataError, ValueError) as problem:
            raise IncorrectLookupParameters from problem


class Desk(ModelAdmin):  # type: ignore[misc]  # unfold ships no types
    """A model that administrators add to and change; nothing is ever deleted here."""

    actions: Sequence[Any] = ()
    list_per_page = 50
    paginator = CountedSoFar
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    list_fullwidth = True
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[CarefulList]:
        return CarefulList

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> models.Model | None:
        try:
            found: models.Model | None = super().get_object(request, object_id, from_field)
        except DataError:
            return None
        return found

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_open(request)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return may_open(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may_open(request)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return may_open(request)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    @display(description="Mode", ordering="livemode")
    def test_or_live(self, row: Any) -> str:
        return "live" if row.livemode else "test"


class Window(Desk):
    """A model that people look at and nobody changes here, superusers included."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


class ModeFilter(SimpleListFilter):
    """Test and live never share a list unless an administrator asks for both."""

    title = "mode"
    parameter_name = "mode"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return (("test", "Test"), ("live", "Live"))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value()
        return queryset if chosen is None else queryset.filter(livemode=chosen == "live")


def pretty(value: Any) -> str:
    """JSON as people read it: indented, escaped, in one block."""
    return preformatted(json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True))


def preformatted(text: str) -> str:
    return format_html('<pre class="whitespace-pre-wrap break-all">{}</pre>', text)


def amount(minor: int | None, currency: str | None) -> str:
    return money(minor, currency) if currency else "–"
