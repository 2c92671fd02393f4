"""Where a person begins, and the switch between test and live data."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from linktracker.access import StaffRequest, signed_in
from linktracker.accounts import is_path_of_ours
from linktracker.shell import menu

START = "/"


@signed_in
@require_safe
def home(request: StaffRequest) -> HttpResponse:
    """The first page of the menu that this person may open; who may open none is told so."""
    for section in menu(request.path, request.user.has_perm):
        for entry in section.entries:
            return redirect(entry.url)
    return render(request, "linktracker/nothing_to_open.html")


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
