"""Every address of the product with its methods, its name and what it asks for."""

import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.admindocs.views import simplify_regex
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern

from linktracker.access import declared_permission

View = Callable[..., Any]
USUAL: Sequence[str] = ("GET", "HEAD", "POST")  # of a package's view that says nothing
PUBLIC, SIGNED_IN, NOBODY = "public", "signed in", "nobody"


@dataclass(frozen=True)
class Route:
    """One method of one address; `permission` is its name, or one of the three words above."""

    method: str
    route: str
    name: str
    permission: str


def routes() -> tuple[Route, ...]:
    """In the order in which addresses are tried."""
    return tuple(
        Route(method, route, name, permission_word(view, method))
        for route, name, view in patterns(get_resolver().url_patterns)
        for method in methods(view) or USUAL
    )


def patterns(
    entries: Iterable[URLPattern | URLResolver], before: str = "/", space: str = ""
) -> Iterator[tuple[str, str, View]]:
    """Each address as it is written, with the name that `reverse` knows and its view."""
    for entry in entries:
        route = before + _written(entry)
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from patterns(entry.url_patterns, route, inner)
        else:
            yield route, f"{space}{entry.name}" if entry.name else "", entry.callback


def _written(entry: URLPattern | URLResolver) -> str:
    """As `path()` would write it: a regular expression is shown by the names in it."""
    written = str(entry.pattern)
    return (
        simplify_regex(written).lstrip("/") if isinstance(entry.pattern, RegexPattern) else written
    )


def permission_word(view: View, method: str) -> str:
    declared = declared_permission(view)
    if declared is None:
        return NOBODY
    if declared.public:
        return PUBLIC
    return declared.name_for(method) or SIGNED_IN


def methods(view: View) -> tuple[str, ...]:
    """The methods that a view says it answers, OPTIONS apart; none where it does not say."""
    view_class = getattr(view, "view_class", None)
    if view_class is not None:
        return _of_class(view_class)
    inner: Any = view
    while inner is not None:
        if named := getattr(inner, "methods", None) or _asked_by_django(inner):
            return tuple(sorted(named))
        inner = getattr(inner, "__wrapped__", None)
    return ()


def _of_class(view_class: type[Any]) -> tuple[str, ...]:
    answered = {name for name in view_class.http_method_names if hasattr(view_class, name)}
    also = {"head"} if "get" in answered else set()
    return tuple(sorted(name.upper() for name in (answered | also) - {"options"}))


def _asked_by_django(view: View) -> Sequence[str]:
    """`require_http_methods` keeps its list in the function that it makes, and nowhere else."""
    if not inspect.isfunction(view):
        return ()
    named: Sequence[str] = inspect.getclosurevars(view).nonlocals.get("request_method_list", ())
    return named
