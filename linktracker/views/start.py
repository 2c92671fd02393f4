"""Where a person begins, and the switch between test and live data."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from linktracker import people
from linktracker.access import StaffRequest, signed_in
from linktracker.accounts import is_path_of_ours
from linktracker.lib.stripe_secrets import UnsafeSecretsFile, stripe_secret
from linktracker.models import User
from linktracker.shell import menu
from reconciliation.queries import health

START = "/"


@signed_in
@require_safe
def home(request: StaffRequest) -> HttpResponse:
    """The first page of the menu that this person may open; who may open none is told so.

    Until Stripe has sent something, administrators begin with what is left to set up.
    """
    if request.user.has_perm("linktracker.manage_people") and not health.anything_came():
        return render(request, "linktracker/first_steps.html", _left_to_do())
    for section in menu(request.path, request.user.has_perm):
        for entry in section.entries:
            return redirect(entry.url)
    return render(request, "linktracker/nothing_to_open.html")


def _left_to_do() -> dict[str, Any]:
    now = timezone.now()
    return {
        "colleagues": User.objects.count() - 1,
        "invitations": people.open_invitations(at=now).count(),
        "webhook": settings.PUBLIC_URL + reverse("webhook"),
        "missing": _missing_secret(),
        "worker": next(iter(health.workers()), None),
        "now": now,
    }


def _missing_secret() -> str:
    """Why no webhook can be believed; "" where a signing secret is set."""
    try:
        secret = stripe_secret("STRIPE_WEBHOOK_SECRETS")
    except UnsafeSecretsFile as problem:
        return str(problem)
    return "" if secret else "STRIPE_WEBHOOK_SECRETS is not set."


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's own reads the form that was sent; one that cannot be read would be a failure of ours."""
    return render(request, "404.html", status=404)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Without a page: what was sent may be unreadable again while the page is drawn."""
    return HttpResponse("What was sent cannot be read.", status=400, content_type="text/plain")


@signed_in
@require_POST
def switch_mode(request: StaffRequest) -> HttpResponse:
    """Look at live or at test data from now on, and go back to where the switch was pressed."""
    if (livemode := request.POST.get("livemode")) in {"true", "false"}:
        request.session["livemode"] = livemode == "true"
    return redirect(_path_of_ours(request))


def _path_of_ours(request: HttpRequest) -> str:
    """The path to go back to; an address of another site is not followed."""
    path = request.POST.get("next", "")
    return path if is_path_of_ours(path) else START
