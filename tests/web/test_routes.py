"""Every role against every address and method: the table below is written by hand from the design.

Somebody who has not signed in is sent to the sign-in page; who lacks the function gets 403; who
has it gets what the table says, and 405 for a method that the table does not name. An address
that the table does not name fails: add its line here with the page.
"""

import json
from collections import defaultdict
from copy import deepcopy
from io import StringIO

import pytest
from django.contrib import admin
from django.core.management import call_command
from django.db import transaction
from django.http import HttpResponse
from django.urls import get_resolver

from linktracker import urls
from linktracker.accounts import RECENT as RECENT_SECONDS
from linktracker.accounts import SIGNED_IN_AT
from linktracker.routes import methods, patterns, permission_word, routes
from tests.factories import make_person
from tests.one_of_each import address, make_world

ANYBODY = "nobody signed in"
SIGN_IN = "sign in"
ROLES = {
    "M": "Marketing",
    "F": "Finance",
    "P": "Finance approver",
    "A": "Auditor",
    "D": "Administrator",
    "-": None,  # signed in, in no group
}
SUPERUSER = "S"  # in no group either, and has every function
ADMINISTERS = "D"

# Address, method, who has the function, what they get.
TABLE = """
/                                             GET  MFPAD  302
/                                             GET  -      200
/search/                                      GET  MFPAD- 200
/mode/                                        POST MFPAD- 302
/campaigns/                                   GET  MFPAD  200
/campaigns/export/                            GET  MFPAD  200
/links/                                       GET  MFPAD  200
/links/export/                                GET  MFPAD  200
/links/change/                                GET  MFPD   200
/links/change/                                POST MFPD   302
/links/undo/                                  POST MFPD   302
/links/import/                                GET  MFPD   200
/links/import/                                POST MFPD   200
/links/new/                                   GET  MFPD   200
/links/new/                                   POST MFPD   200
/links/preview/                               POST MFPD   200
/links/<int:line>/                            GET  MFPAD  200
/links/<int:line>/edit/                       GET  MFPD   200
/links/<int:line>/edit/                       POST MFPD   200
/links/<int:line>/name/                       POST MFPD   302
/links/<int:line>/qr.svg                      GET  MFPAD  200
/links/<int:line>/qr.png                      GET  MFPAD  200
/inspect/                                     GET  MFPAD  200
/inspect/                                     POST MFPAD  200
/inspect/save/                                POST MFPD   200
/payments/                                    GET  MFPAD  200
/payments/export/                             GET  MFPAD  200
/payments/<str:payment_id>/                   GET  MFPAD  200
/payments/<str:payment_id>/assign/            POST MFP    200
/payments/<str:payment_id>/undo/              POST MFP    200
/payments/<str:payment_id>/events/<str:event_id>/ GET FPAD 200
/reconciliation/                              GET  FPAD   200
/reconciliation/export/                       GET  FPAD   200
/records/                                     GET  FPAD   200
/records/export/                              GET  FPAD   200
/records/new/                                 GET  FP     200
/records/new/                                 POST FP     200
/records/import/                              GET  FPAD   200
/records/import/                              POST FP     200
/records/<int:record_id>/                     GET  FPAD   200
/records/<int:record_id>/change/              GET  FP     200
/records/<int:record_id>/change/              POST FP     200
/records/<int:record_id>/void/                POST FP     302
/health/data/                                 GET  FPAD   200
/health/data/replay/                          GET  D      200
/health/data/replay/                          POST D      200
/health/data/events/<str:event_id>/           GET  FPAD   200
/health/data/events/<str:event_id>/raw/       GET  FPAD   200
/health/data/events/<str:event_id>/replay/    GET  D      200
/health/data/events/<str:event_id>/replay/    POST D      200
/people/                                      GET  D      200
/people/invite/                               GET  D      200
/people/invite/                               POST D      200
/people/invitations/<int:invitation_id>/revoke/ POST D    302
/people/<int:person_id>/                      GET  D      200
/people/<int:person_id>/roles/                POST D      302
/people/<int:person_id>/reset-link/           POST D      200
/people/<int:person_id>/<slug:change>/        POST D      302
/accounts/                                    GET  MFPAD- 200
/accounts/second-factor/                      GET  MFPAD- 200
/accounts/second-factor/                      POST MFPAD- 200
/accounts/recovery-codes/                     POST MFPAD- 302
/accounts/sessions/end/                       POST MFPAD- 302
/admin/                                       GET  D      200
/admin/                                       POST D      200
/admin/search/                                GET  D      200
/admin/search/                                POST D      200
/admin/login/                                 GET  D      302
/admin/login/                                 POST D      200
/admin/logout/                                POST D      200
/admin/password_change/                       GET  D      200
/admin/password_change/                       POST D      200
/admin/password_change/done/                  GET  D      200
/admin/autocomplete/                          GET  D      403
/admin/autocomplete/                          POST D      405
/admin/jsi18n/                                GET  D      200
/admin/jsi18n/                                POST D      405
/admin/r/<path:content_type_id>/<path:object_id>/ GET D   404
/admin/r/<path:content_type_id>/<path:object_id>/ POST D  404
/admin/reconciliation/inboxevent/<path:object_id>/raw/ GET D 200
/admin/reconciliation/eventvariant/<path:object_id>/raw/ GET D 200
/admin/<app_label>/                           GET  D      200
/admin/<app_label>/                           POST D      200
/admin/<url>                                  GET  D      404
/admin/<url>                                  POST D      404
"""

# The doors of the whole internet: address, method, what a stranger gets, what people get; "in" is
# the way to the sign-in page.
OPEN_TABLE = """
/webhooks/stripe/                             POST 400 400
/webhooks/stripe                              POST 400 400
/return/<slug:key>/                           GET  303 303
/return/<slug:key>                            GET  303 303
/accounts/first-administrator/                GET  302 302
/accounts/first-administrator/                POST 302 302
/accounts/invitation/<str:secret>/            GET  200 200
/accounts/invitation/<str:secret>/            POST 200 200
/accounts/login/                              GET  200 302
/accounts/login/                              POST 200 302
/accounts/login/code/                         GET  in  302
/accounts/login/code/                         POST in  302
/accounts/logout/                             GET  405 405
/accounts/logout/                             POST in  in
/accounts/reauthenticate/                     GET  in  200
/accounts/reauthenticate/                     POST in  200
/accounts/reauthenticate/code/                GET  in  302
/accounts/reauthenticate/code/                POST in  302
/accounts/inactive/                           GET  200 200
/accounts/password/change/                    GET  in  200
/accounts/password/change/                    POST in  200
/accounts/password/reset/                     GET  200 200
/accounts/password/reset/                     POST 200 200
/accounts/password/reset/done/                GET  200 200
/accounts/password/reset/key/<uidb36>-<key>/  GET  200 200
/accounts/password/reset/key/<uidb36>-<key>/  POST 200 200
/accounts/password/reset/key/done/            GET  200 200
"""

# Models that administrators change; everybody else's rows are looked at only. People are invited
# rather than added, on a page of the product's own. What an empty form gets: to add, and to change.
WRITABLE = {"linktracker/user": (302, 200), "campaigns/returnpage": (200, 200)}

# What asks for a sign-in of the last fifteen minutes; the list of people is only looked at.
RECENT = """
/payments/export/                               GET  F
/people/invite/                                 GET  D
/people/invite/                                 POST D
/people/invitations/<int:invitation_id>/revoke/ POST D
/people/<int:person_id>/                        GET  D
/people/<int:person_id>/roles/                  POST D
/people/<int:person_id>/reset-link/             POST D
/people/<int:person_id>/<slug:change>/          POST D
/accounts/second-factor/                        GET  -
/accounts/second-factor/                        POST -
/accounts/recovery-codes/                       POST -
/admin/linktracker/user/                        POST D
/admin/linktracker/user/<path:object_id>/change/ POST D
/admin/linktracker/invitation/                  POST D
"""

# What an address is asked with, where it says nothing by itself.
QUERIES = {"/links/change/": "?do=archive&all=yes"}


def written(table):
    return [line.split() for line in table.strip().splitlines()]


def status(word):
    return SIGN_IN if word == "in" else int(word)


def rows_of_the_administration():
    """The same lines for every model."""
    for model in admin.site._registry:
        name = f"{model._meta.app_label}/{model._meta.model_name}"
        add, change = WRITABLE.get(name, (403, 403))
        start = f"/admin/{name}/"
        yield start, {"GET": 200, "POST": 200}
        yield f"{start}add/", {"GET": add, "POST": add}
        yield f"{start}<path:object_id>/change/", {"GET": 200, "POST": change}
        yield f"{start}<path:object_id>/history/", {"GET": 200, "POST": 200}
        yield f"{start}<path:object_id>/delete/", {"GET": 403, "POST": 403}
        yield f"{start}<path:object_id>/", dict.fromkeys(("GET", "POST"), 302)


def expected_of_people():
    """(route, method) to the status of each role that has the function."""
    table = defaultdict(dict)
    for route, method, who, got in written(TABLE):
        table[route, method] |= dict.fromkeys(who, int(got))
    for route, answers in rows_of_the_administration():
        for method, got in answers.items():
            table[route, method] = {ADMINISTERS: got}
    for answers in table.values():
        answers[SUPERUSER] = next(iter(answers.values()))  # a line for the groups comes first
    return dict(table)


def expected_of_all():
    return {
        (route, method): (status(stranger), status(person))
        for route, method, stranger, person in written(OPEN_TABLE)
    }


PEOPLE, OPEN = expected_of_people(), expected_of_all()
METHODS = ("GET", "HEAD", "POST", "DELETE")
OURS = ("linktracker.", "campaigns.", "reconciliation.")
# A package's view takes an unknown method for GET, or refuses it; it may do nothing else.
PACKAGES = {
    route
    for route, _, view in patterns(get_resolver().url_patterns)
    if route.startswith("/admin/") or not view.__module__.startswith(OURS)
}


@pytest.fixture
def world(db):
    return make_world()


def asked(client, method, path):
    """The status, or the way to the sign-in page; nothing that the request did remains."""
    kept = deepcopy(client.cookies)
    with transaction.atomic():
        answer = client.generic(method, path)
        transaction.set_rollback(True)
    client.cookies = kept
    to_sign_in = answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")
    return SIGN_IN if to_sign_in else answer.status_code


def expected(role, route, method):
    """What the tables say that this role gets, as a set of answers."""
    asked_for = "GET" if method == "HEAD" else method
    loosely = {200, 302, 403, 404, 405, SIGN_IN} if route in PACKAGES else {405}
    if any(named == route for named, _ in OPEN):
        answers = OPEN.get((route, asked_for))
        return {answers[role is not ANYBODY]} if answers else loosely
    named = [method for named, method in PEOPLE if named == route]
    if not named:
        return {"what its line in the table says"}
    if role is ANYBODY:
        return {SIGN_IN}
    if asked_for not in named:
        reads = asked_for == "GET" or "POST" not in named
        function = PEOPLE[route, "GET" if reads and "GET" in named else "POST"]
        return loosely if role in function else {403}
    got = PEOPLE[route, asked_for].get(role, 403)
    return loosely if got != 403 and method == "HEAD" and route in PACKAGES else {got}


def methods_to_try(route):
    return ("GET", "POST") if route in PACKAGES else METHODS


def deviations(client, role, names):
    found = []
    for route in sorted({route.route for route in routes()}):
        path = address(route, names)
        for method in methods_to_try(route) if path else ():
            asking = f"{path}{QUERIES.get(route, '')}"
            wanted, got = expected(role, route, method), asked(client, method, asking)
            if got not in wanted:
                found.append(f"{method} {route}: {got}, not {wanted}")
    return found


@pytest.fixture(autouse=True)
def no_limit_of_tries(settings):
    """Some hundred requests of one address come in a second; the limits have tests of their own."""
    settings.ACCOUNT_RATE_LIMITS = False


@pytest.fixture(autouse=True)
def bare_refusals(monkeypatch):
    """Thousands of answers here are the same page, which has tests of its own."""
    refusal = lambda request, exception: HttpResponse(status=403)  # noqa: E731
    monkeypatch.setattr(urls, "handler403", refusal, raising=False)


def test_nobody_gets_further_than_the_doors_without_signing_in(client, world):
    """AU-01."""
    assert deviations(client, ANYBODY, world) == []


@pytest.mark.parametrize("role", sorted(ROLES))
def test_each_role_gets_what_the_design_gives_it(client, world, role):
    client.force_login(make_person(ROLES[role]))
    assert deviations(client, role, world) == []


def test_a_superuser_gets_all_of_it_and_no_more_of_the_facts(client, world):
    client.force_login(make_person(None, is_superuser=True))
    assert deviations(client, SUPERUSER, world) == []


@pytest.mark.parametrize(("route", "method", "role"), written(RECENT))
def test_who_signed_in_a_while_ago_confirms_it_before_people_are_changed(
    client, world, route, method, role
):
    client.force_login(make_person(ROLES[role]))
    session = client.session
    session[SIGNED_IN_AT] -= RECENT_SECONDS
    session.save()
    answer = client.generic(method, address(route, world))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/reauthenticate/")


def test_every_model_of_the_administration_has_a_row_to_ask_for(world):
    """The addresses of a row are passed over without one."""
    assert [str(model._meta) for model in admin.site._registry if not model.objects.exists()] == []


def test_the_table_names_no_address_that_is_gone():
    there = {route.route for route in routes()}
    assert {route for route, _ in PEOPLE.keys() | OPEN.keys()} - there == set()


def test_somebody_who_may_no_longer_sign_in_gets_no_further_than_a_stranger(client, world):
    person = make_person("Administrator")
    client.force_login(person)
    person.is_active = False
    person.save()
    assert deviations(client, ANYBODY, world) == []


def test_the_other_mode_is_not_found_rather_than_forbidden(client, world):
    """Who has the function and not the object gets 404."""
    client.force_login(make_person("Finance"))
    client.post("/mode/", {"livemode": "true"})
    for route in (
        "/links/<int:line>/", "/links/<int:line>/edit/", "/links/<int:line>/qr.svg",
        "/payments/<str:payment_id>/", "/payments/<str:payment_id>/events/<str:event_id>/",
        "/records/<int:record_id>/", "/records/<int:record_id>/change/",
        "/health/data/events/<str:event_id>/", "/health/data/events/<str:event_id>/raw/",
    ):  # fmt: skip
        assert asked(client, "GET", address(route, world)) == 404, route
    for route in (
        "/links/<int:line>/name/", "/payments/<str:payment_id>/assign/",
        "/payments/<str:payment_id>/undo/", "/records/<int:record_id>/void/",
    ):  # fmt: skip
        assert asked(client, "POST", address(route, world)) == 404, route


def test_show_routes_prints_every_method_of_every_address_as_one_document():
    out = StringIO()
    call_command("show_routes", "--json", stdout=out)
    shown = json.loads(out.getvalue())
    assert len(shown) == len(routes())
    assert {"method": "POST", "route": "/records/import/", "name": "records-import",
            "permission": "reconciliation.add_expectedpayment"} in shown  # fmt: skip
    assert {"method": "POST", "route": "/webhooks/stripe/", "name": "webhook",
            "permission": "public"} in shown  # fmt: skip
    assert {"method": "GET", "route": "/", "name": "home", "permission": "signed in"} in shown
    assert "admin:campaigns_trackedlink_changelist" in {route["name"] for route in shown}
    assert not [route for route in shown if route["permission"] == "nobody"]


def test_show_routes_is_a_table_for_people():
    out = StringIO()
    call_command("show_routes", stdout=out)
    assert "POST    /webhooks/stripe/ " in out.getvalue()


def test_every_view_of_ours_says_its_methods():
    """`require_http_methods` and its like, or `answers` at a public door."""
    silent = [
        route
        for route, _, view in patterns(get_resolver().url_patterns)
        if view.__module__.startswith(OURS) and not methods(view)
    ]
    assert silent == ["/admin/linktracker/user/add/"]  # the administration's own, which we redirect


def test_a_view_that_declares_nothing_is_shown_as_open_to_nobody():
    assert permission_word(lambda request: None, "GET") == "nobody"
    assert methods(lambda request: None) == ()
