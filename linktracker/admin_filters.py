"""Filters that read no values from a table: each knows its choices, or is typed."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import TextFilter

Condition = Callable[[], Q]


def choice(name: str, title: str, conditions: Mapping[str, tuple[str, Condition]]) -> type:
    """A filter whose choices are `value: (what people read, which rows those are)`."""

    class Choice(SimpleListFilter):
        parameter_name = name

        def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, str]]:
            return [(value, read) for value, (read, _) in conditions.items()]

        def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
            asked = conditions.get(self.value() or "")
            return queryset.filter(asked[1]()) if asked else queryset

    Choice.title = title
    return Choice


def value(column: str, title: str, values: Mapping[str, str] | Sequence[str]) -> type:
    """A filter on a column that holds one of these values; a mapping says what people read."""
    read = values if isinstance(values, Mapping) else {one: one for one in values}
    return choice(column, title, {one: (label, _equal(column, one)) for one, label in read.items()})


def _equal(column: str, wanted: str) -> Condition:
    return lambda: Q(**{column: wanted})


def typed(
    column: str, title: str, *, name: str = "", small: bool = False, many: bool = False
) -> type:
    """A filter on exactly what is typed; `small` where the column holds small letters alone.

    `many` where it holds a list, and what is typed is one of it.
    """

    class Typed(TextFilter):  # type: ignore[misc]  # unfold ships no types
        parameter_name = name or column

        def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
            asked = (self.value() or "").strip()
            wanted = asked.lower() if small else asked
            looked_for = [wanted] if many else wanted
            return queryset.filter(**{column: looked_for}) if wanted else queryset

    Typed.title = title
    return Typed
