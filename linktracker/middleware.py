"""What surrounds every view: public paths without sessions, the admin's content policy, permissions."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import Resolver404, resolve
from django_htmx.http import HttpResponseClientRedirect

from linktracker import people, public_doors
from linktracker.access import declared_permission
from linktracker.accounts import session_is_over, signed_in_recently

GetResponse = Callable[[HttpRequest], HttpResponse]


class PublicPaths:
    """Answer Stripe and returning buyers without session, CSRF, message or policy middleware.

    It stands before those, calls the view itself and adds the closed content policy.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(public_doors.PREFIXES):
            return self.get_response(request)
        request.get_host()  # a forged Host is refused here as it is everywhere
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return HttpResponse(status=404)
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
        response.headers.setdefault("Content-Security-Policy", "default-src 'none'")
        response.headers.setdefault("Content-Length", str(len(response.content)))
        return response


class AdminContentPolicy:
    """Unfold evaluates attribute expressions and sets inline styles; only `/admin/` allows it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path_info.startswith("/admin/"):
            response._csp_update = {  # type: ignore[attr-defined]
                "script-src": "'unsafe-eval'",
                "style-src": "'unsafe-inline'",
            }
        return response


class SessionLimits:
    """A session that was left alone, or lasted half a day, ends; its person signs in again."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if session_is_over(request):
            logout(request)
            messages.info(request, "Your session ended after a while; sign in to go on.")
        return self.get_response(request)


class FirstAdministrator:
    """While there is nobody yet, every page leads to creating the first administrator."""

    over = False  # people are never deleted: once somebody is there, nobody needs to look again
    ANSWERS = frozenset({"first-administrator", "healthz"})

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if FirstAdministrator.over or url_name(request) in self.ANSWERS:
            return None
        FirstAdministrator.over = people.somebody_exists()
        return None if FirstAdministrator.over else _whole_page(request, "first-administrator")


class DeclaredPermission:
    """A view says what it asks for; one that says nothing answers 403 to everybody.

    Whoever needs a second factor and has none reaches nothing but the page that sets it up.
    """

    WITHOUT_SECOND_FACTOR = frozenset({"second-factor", "account_logout", "account_reauthenticate"})

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        permission = declared_permission(view)
        if permission is None:
            raise PermissionDenied
        if lacks_second_factor(request) and url_name(request) not in self.WITHOUT_SECOND_FACTOR:
            return _whole_page(request, "second-factor")
        if permission.public:
            return None
        if not request.user.is_authenticated:
            return _to_login(request)
        name = permission.name_for(request.method)
        if name and not request.user.has_perm(name):
            raise PermissionDenied
        if permission.recent and not signed_in_recently(request):
            return _to_confirm(request)
        return None


def lacks_second_factor(request: HttpRequest) -> bool:
    """Kept in the session once it is there: a reset ends the session."""
    person = request.user
    if not settings.SECOND_FACTOR_DEMANDED or not person.is_authenticated:
        return False
    if request.session.get("second_factor"):
        return False
    if not person.has_perm("linktracker.need_second_factor"):
        return False
    if has := people.has_second_factor(person):
        request.session["second_factor"] = True
    return not has


def url_name(request: HttpRequest) -> str:
    return (request.resolver_match and request.resolver_match.url_name) or ""


def _to_login(request: HttpRequest) -> HttpResponse:
    """A fragment request is sent to the sign-in page as a whole page, not into its drawer."""
    if request.headers.get("HX-Request"):
        return _whole_page(request, "account_login")
    return redirect_to_login(request.get_full_path())


def _to_confirm(request: HttpRequest) -> HttpResponse:
    """What was about to be sent is not kept: it may hold what should not lie in a session."""
    if request.headers.get("HX-Request"):
        return _whole_page(request, "account_reauthenticate")
    back = request.get_full_path() if request.method == "GET" else request.path
    return redirect_to_login(back, resolve_url("account_reauthenticate"))


def _whole_page(request: HttpRequest, name: str) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(resolve_url(name))
    return redirect(name)
