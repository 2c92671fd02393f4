"""Every address says who may use it; one that says nothing would answer 403 to everybody."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Permission as Stored
from django.urls import URLPattern, URLResolver, get_resolver

from linktracker.access import SIGNED_IN, declared_permission, needs, public, signed_in

Named = tuple[str, Any]


def views(resolver: URLResolver, prefix: str = "") -> Iterator[Named]:
    for entry in resolver.url_patterns:
        route = f"{prefix}{entry.pattern}"
        if isinstance(entry, URLResolver):
            yield from views(entry, route)
        elif isinstance(entry, URLPattern):
            yield route, entry.callback


ALL = list(views(get_resolver()))


def test_there_are_addresses_to_look_at():
    assert len(ALL) > 100


def test_every_view_declares_what_it_asks_for():
    assert [route for route, view in ALL if declared_permission(view) is None] == []


def test_every_permission_that_a_view_asks_for_exists(db):
    asked = {
        name
        for _, view in ALL
        if (declared := declared_permission(view))
        for name in (declared.name, declared.to_change)
        if name
    }
    known = {
        f"{label}.{codename}"
        for label, codename in Stored.objects.values_list("content_type__app_label", "codename")
    }
    assert asked - known == set()


def test_the_whole_internet_reaches_only_the_two_doors_and_the_sign_in():
    """And a probe that says nothing, where there is one."""
    open_to_all = {
        route for route, view in ALL if (declared := declared_permission(view)) and declared.public
    }
    expected = ("webhooks/stripe", "return/<slug:key>", "accounts/", "healthz")
    assert {route for route in open_to_all if not route.startswith(expected)} == set()


def test_every_address_of_the_administration_asks_for_its_permission():
    asked = {declared_permission(view) for route, view in ALL if route.startswith("admin/")}
    assert {declared.name for declared in asked if declared} == {"linktracker.open_administration"}


def test_a_view_that_declares_nothing_is_found():
    def forgotten(request):
        return None

    assert declared_permission(forgotten) is None
    assert declared_permission(signed_in(forgotten)) == SIGNED_IN


@pytest.mark.parametrize(
    ("declare", "name", "is_public"),
    [(needs("campaigns.view_campaign"), "campaigns.view_campaign", False), (public, "", True)],
)
def test_a_declaration_is_read_back(declare, name, is_public):
    def view(request):
        return None

    declared = declared_permission(declare(view))
    assert declared is not None
    assert (declared.name, declared.public) == (name, is_public)


@pytest.mark.parametrize(
    "module", ["unfoldings.views", "allauth.accounts", "django.contrib.administer"]
)
def test_a_package_whose_name_only_begins_alike_is_not_trusted(module):
    def foreign(request):
        return None

    foreign.__module__ = module
    assert declared_permission(foreign) is None
