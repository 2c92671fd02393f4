"""`/admin/`: who may open it, and what all of its lists and pages have in common.

Most models are windows: people look, and nobody adds, changes or deletes, superusers included.
What Stripe told us, what was issued and what was decided changes through the product alone.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, wraps
from typing import Any

from django.contrib.admin import SimpleListFilter, display
from django.contrib.admin.options import IncorrectLookupParameters, ShowFacets
from django.core.paginator import Paginator
from django.db import DataError, models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver
from django.utils.functional import cached_property
from django.utils.html import format_html
from unfold.admin import ModelAdmin
from unfold.sites import UnfoldAdminSite
from unfold.views import ChangeList

from linktracker.access import declared_permission, livemode_of, needs
from linktracker.admin_links import Way, list_of, listed
from linktracker.templatetags.display import money

OPEN = "linktracker.open_administration"
COUNTED = 10_000
BOTH = "both"


COLOURS = {
    "info": "bg-blue-100 text-blue-700 dark:bg-blue-500/20 dark:text-blue-400",
    "danger": "bg-red-100 text-red-700 dark:bg-red-500/20 dark:text-red-400",
    "warning": "bg-orange-100 text-orange-700 dark:bg-orange-500/20 dark:text-orange-400",
    "success": "bg-green-100 text-green-700 dark:bg-green-500/20 dark:text-green-400",
    "primary": "bg-primary-100 text-primary-700 dark:bg-primary-500/20 dark:text-primary-400",
}
GRADE_COLOURS = {"A": "success", "B": "success", "C": "info", "M": "primary", "U": "warning"}
Column = Callable[[Any, Any], str | tuple[str, str]]


def pill(
    description: str, colours: Mapping[str, str], ordering: str = ""
) -> Callable[[Column], Callable[[Any, Any], str]]:
    """A column drawn as a pill: its value, or a pair of value and words, coloured by the value."""

    def made(column: Column) -> Callable[[Any, Any], str]:
        @display(description=description, ordering=ordering or None)
        @wraps(column)
        def drawn(desk: Any, row: Any) -> str:
            told = column(desk, row)
            value, words = told if isinstance(told, tuple) else (told, told)
            return _pill(words, colours[value]) if value in colours else words

        return drawn

    return made


@lru_cache(maxsize=100)
def _pill(words: str, colour: str) -> str:
    """As Unfold draws it; a template rendered for each of a page's pills took half of its time."""
    shape = "inline-block font-semibold rounded-default text-[11px] uppercase whitespace-nowrap h-6 leading-6 px-2"
    return format_html('<span class="{} {}">{}</span>', shape, COLOURS[colour], words)


def may_open(request: HttpRequest) -> bool:
    return bool(request.user.is_active and request.user.has_perm(OPEN))


class AdministrationSite(UnfoldAdminSite):  # type: ignore[misc]  # unfold ships no types
    """Opened by a permission, not by `is_staff`: roles are groups everywhere else too."""

    index_title = "Administration"

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

    result_list: Any

    def get_results(self, request: HttpRequest) -> None:
        try:
            super().get_results(request)
            self.result_list = list(self.result_list)
            self.model_admin.look_up(self.result_list)
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
    list_filter_submit = True
    change_form_outer_before_template = "admin/ways.html"
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

    def look_up(self, rows: Sequence[Any]) -> None:
        """What the columns show beside the rows of one page: a query for all, none for each."""

    def ways(self, row: Any) -> Iterable[Way]:
        """Where to go from this row: the app, Stripe's Dashboard, what belongs to it."""
        return ()

    def get_actions(self, request: HttpRequest) -> Any:
        """Those that this person may take."""
        return {
            name: chosen
            for name, chosen in super().get_actions(request).items()
            if request.user.has_perm(getattr(chosen[0], "needs", OPEN))
        }

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row = kwargs.get("obj")
        if row is not None:
            context["ways"] = [way for way in self.ways(row) if way.url]
            context["other_mode"] = getattr(row, "livemode", None) not in {
                None,
                livemode_of(request),
            }
            context["list_in_both_modes"] = self._list_in_both_modes()
            context["choices_of_action"] = [
                (name, description)
                for name, (_, _, description) in self.get_actions(request).items()
            ]
        answer: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return answer

    def _list_in_both_modes(self) -> str:
        """Where an action on one row is sent: the app's switch must not hide the row there."""
        model = f"{self.opts.app_label}_{self.opts.model_name}"
        return listed(model) if ModeFilter in self.list_filter else list_of(model)

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

    @pill("Mode", {"live": "success", "test": "warning"})
    def test_or_live(self, row: Any) -> str:
        return "live" if row.livemode else "test"


class Window(Desk):
    """A model that people look at and nobody changes here, superusers included."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: models.Model | None = None) -> list[str]:
        """The mode in a word, where a tick or a cross would have to be thought about."""
        fields = super().get_fields(request, obj)
        return ["test_or_live" if name == "livemode" else name for name in fields]


class ModeFilter(SimpleListFilter):
    """Test and live never share a list unless an administrator asks for both."""

    title = "mode"
    parameter_name = "mode"
    horizontal = True

    def __init__(self, request: HttpRequest, *args: Any) -> None:
        self.switched_to = "live" if livemode_of(request) else "test"
        super().__init__(request, *args)

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, str]]:
        return (("test", "Test"), ("live", "Live"), (BOTH, "Both"))

    def value(self) -> str:
        """As the app's switch stands, until something else is asked for."""
        asked = super().value()
        known = {value for value, _ in self.lookup_choices}
        return asked if asked in known else self.switched_to

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value()
        return queryset if chosen == BOTH else queryset.filter(livemode=chosen == "live")

    def choices(self, changelist: Any) -> Iterator[Any]:
        for value, title in self.lookup_choices:
            yield {
                "selected": self.value() == value,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": title,
            }


def pretty(value: Any) -> str:
    """JSON as people read it: indented, escaped, in one block; half a character is told by its code."""
    text = json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True)
    return preformatted(text.encode(errors="backslashreplace").decode())


def preformatted(text: str) -> str:
    return format_html('<pre class="whitespace-pre-wrap break-all">{}</pre>', text)


def amount(minor: int | None, currency: str | None) -> str:
    return money(minor, currency) if currency else "–"
