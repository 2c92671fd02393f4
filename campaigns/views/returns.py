"""The buyer comes back: note the visit, send them on to the thank-you page that is stored.

Public, without cookies. What the buyer brings decides nothing about where they go, and a visit
that cannot be recorded holds up nobody.
"""

import logging

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from campaigns.actions import arrivals
from campaigns.core.arrival import Destination, Visit, onward, read_visit, thank_you_problem
from campaigns.queries import return_pages
from linktracker.access import answers, public

logger = logging.getLogger(__name__)

CLOSED = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


class SeeOther(HttpResponseRedirect):
    """303: the browser asks for the next page with GET, whatever brought it here."""

    status_code = 303
    allowed_schemes = ["https"]


@public
@csrf_exempt
@answers("GET", "HEAD")
def return_visit(request: HttpRequest, key: str) -> HttpResponse:
    is_recordable = request.method == "GET"
    try:
        page = return_pages.find(key)
    except Error:
        logger.exception("return.lost the database is out of reach")
        page, is_recordable = return_pages.last_known(key), False
        if page is None:
            return HttpResponse(status=503, headers={"Retry-After": "5", **CLOSED})
    if page is None or not _is_safe(page):
        return HttpResponse(status=404, headers=CLOSED)
    visit = read_visit(request.META.get("QUERY_STRING", ""), page.livemode)
    if is_recordable:
        _record(page, visit)
    return SeeOther(onward(page, visit), headers=CLOSED)


def _is_safe(page: Destination) -> bool:
    """Checked when it was saved, and again here: the row may have been altered behind our back."""
    problem = thank_you_problem(page.thank_you_url, settings.PUBLIC_HOST)
    if problem:
        logger.error("return.unsafe_destination page=%d %s", page.id, problem)
    return not problem


def _record(page: Destination, visit: Visit) -> None:
    """What was wrong with the query is logged by its name; what stood there never is."""
    if visit.problem:
        logger.info("return.invalid page=%d problem=%r", page.id, visit.problem)
    try:
        arrivals.record(page=page, visit=visit, at=timezone.now())
    except Error:
        logger.exception("return.lost page=%d", page.id)
