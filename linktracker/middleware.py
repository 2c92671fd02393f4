"""What surrounds every view: public paths without sessions, the admin's content policy, permissions."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.urls import Resolver404, resolve
from django_htmx.http import HttpResponseClientRedirect

from linktracker import public_doors
from linktracker.access import declared_permission

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


class DeclaredPermission:
    """A view says what it asks for; one that says nothing answers 403 to everybody."""

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
        if permission.public:
            return None
        if not request.user.is_authenticated:
            return _to_login(request)
        name = permission.name_for(request.method)
        if name and not request.user.has_perm(name):
            raise PermissionDenied
        return None


def _to_login(request: HttpRequest) -> HttpResponse:
    """A fragment request is sent to the sign-in page as a whole page, not into its drawer."""
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(resolve_url("account_login"))
    return redirect_to_login(request.get_full_path())
