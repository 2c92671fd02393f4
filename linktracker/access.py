"""Who may do what: the groups, the permissions that views ask for, and the signed-in request."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse

from linktracker.models import User

View = TypeVar("View", bound=Callable[..., Any])


READING = ("GET", "HEAD", "OPTIONS", "TRACE")


class StaffRequest(HttpRequest):
    """A request whose person is signed in; `DeclaredPermission` has made sure of it."""

    user: User


@dataclass(frozen=True)
class Permission:
    """What a view asks for: a permission's name, only a signed-in person (""), or nothing.

    `recent`: also that the person signed in, or confirmed the password, within fifteen minutes.
    `to_change` is what POST and its like ask for, where that is another permission.
    """

    name: str
    public: bool = False
    recent: bool = False
    to_change: str = ""

    def name_for(self, method: str | None) -> str:
        return self.name if method in READING else self.to_change or self.name


PUBLIC = Permission("", public=True)
SIGNED_IN = Permission("")

# Views of the packages we use cannot be decorated; each is named with what it asks for.
FOREIGN_VIEWS: dict[str, Permission] = {
    "allauth.account.": PUBLIC,
    "allauth.mfa.": PUBLIC,
    "django.contrib.admin.": Permission("linktracker.open_administration"),
    "django.contrib.auth.admin.": Permission("linktracker.open_administration"),
    "unfold.": Permission("linktracker.open_administration"),
    "whitenoise.": PUBLIC,
    "django.contrib.staticfiles.": PUBLIC,
}


def needs(permission: str, *, recent: bool = False, to_change: str = "") -> Callable[[View], View]:
    """Let only people with this permission (`app.codename`) reach the view."""
    return _declare(Permission(permission, recent=recent, to_change=to_change))


def signed_in_recently(view: View) -> View:
    """Let everybody reach the view who signed in, or confirmed the password, a short while ago."""
    return _declare(Permission("", recent=True))(view)


def signed_in(view: View) -> View:
    """Let everybody who has signed in reach the view."""
    return _declare(SIGNED_IN)(view)


def public(view: View) -> View:
    """Let the whole internet reach the view."""
    return _declare(PUBLIC)(view)


def _declare(permission: Permission) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return mark


def answers(*methods: str) -> Callable[[View], View]:
    """Answer 405 to other methods, and write nothing of it: a public door is asked all sorts."""

    def declare(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if request.method in methods:
                return view(request, *args, **kwargs)
            return HttpResponse(status=405, headers={"Allow": ", ".join(methods)})

        answer.methods = methods  # type: ignore[attr-defined]
        return answer  # type: ignore[return-value]

    return declare


def declared_permission(view: Callable[..., Any]) -> Permission | None:
    """What a view asks for; None when it declares nothing and so answers nobody."""
    declared = getattr(view, "permission", None)
    if isinstance(declared, Permission):
        return declared
    module = getattr(view, "__module__", "") + "."
    return next((asks for start, asks in FOREIGN_VIEWS.items() if module.startswith(start)), None)


def livemode_of(request: HttpRequest) -> bool:
    """Whether this person looks at live or (at first) test data; the two never share a list."""
    return bool(request.session.get("livemode", False))
