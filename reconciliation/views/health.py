"""Data health: whether figures are final, every event that Stripe sent, and reading some again."""

import logging
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from linktracker import history
from linktracker.access import StaffRequest, livemode_of, needs
from reconciliation.actions.replaying import MOST_EVENTS, CannotReplay, replay_all, replay_one
from reconciliation.core.event_filter import SOURCES, STATES, EventFilter, read_filter
from reconciliation.core.health import finality
from reconciliation.forms.replay import ReplayAllForm, ReplayForm
from reconciliation.queries import health
from reconciliation.queries.payment import written_out

logger = logging.getLogger(__name__)


@require_safe
@needs("reconciliation.view_inboxevent")
def data_health(request: StaffRequest) -> HttpResponse:
    livemode, at = livemode_of(request), timezone.now()
    standing = health.standing(livemode=livemode, at=at)
    asked = read_filter(request.GET.dict())
    context = {
        "standing": standing,
        "verdict": finality(standing),
        "workers": health.workers(),
        "stuck_elsewhere": health.stuck(livemode=not livemode),
        "sentences": health.sentences(livemode=livemode),
        "replays": health.replays(livemode=livemode),
        "asked": asked,
        "page": health.page(asked, livemode=livemode, cursor=request.GET.get("cursor", "")),
        "states": STATES,
        "sources": SOURCES,
        "replay_query": urlencode(asked.parameters),
        "now": at,
    }
    return render(request, "reconciliation/health.html", context)


@require_safe
@needs("reconciliation.view_inboxevent")
def health_event(request: StaffRequest, event_id: str) -> HttpResponse:
    shown = _event(request, event_id)
    return _event_page(request, shown, ReplayForm())


@require_safe
@needs("reconciliation.view_raw_facts")
def health_event_raw(request: StaffRequest, event_id: str) -> HttpResponse:
    """What came, with the buyer's data in it: who opens it is in the event's history and the log."""
    shown = _event(request, event_id)
    history.opened(shown.row, by=request.user)
    logger.info("raw_facts.opened event=%s by=%s", shown.row.source_id, request.user.pk)
    context = {"shown": shown, "texts": [written_out(body) for body in shown.bodies]}
    return render(request, "reconciliation/health_event_raw.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("reconciliation.replay_events")
def health_event_replay(request: StaffRequest, event_id: str) -> HttpResponse:
    shown = _event(request, event_id)
    form = ReplayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            replay_one(
                source_id=event_id,
                livemode=livemode_of(request),
                by=request.user,
                reason=form.cleaned_data["reason"],
                at=timezone.now(),
            )
        except (CannotReplay, history.NoReason) as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, "The worker reads it again now.")
            return redirect("health-event", event_id)
    return _event_page(request, shown, form)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("reconciliation.replay_events")
def health_replay(request: StaffRequest) -> HttpResponse:
    """All events of a filter: how many they are, why they should be read again, and then they are."""
    livemode = livemode_of(request)
    asked = read_filter(request.GET.dict())
    form = ReplayAllForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            done = replay_all(
                asked=asked,
                seen=form.cleaned_data["seen"],
                livemode=livemode,
                by=request.user,
                reason=form.cleaned_data["reason"],
                at=timezone.now(),
            )
        except (CannotReplay, history.NoReason) as problem:
            form.add_error(None, str(problem))
        else:
            s = "" if done.events == 1 else "s"
            messages.success(request, f"{done.events:,} event{s} will be read again.")
            return redirect(_list_of(asked))
    context = {
        "asked": asked,
        "form": form,
        "count": health.matching(asked, livemode=livemode).exclude(state="waiting").count(),
        "most": MOST_EVENTS,
        "back": _list_of(asked),
    }
    return render(request, "reconciliation/health_replay.html", context)


def _event(request: StaffRequest, event_id: str) -> health.EventShown:
    written = "\0" not in event_id  # no text of the database holds one
    shown = health.event(source_id=event_id, livemode=livemode_of(request)) if written else None
    if shown is None:
        raise Http404
    return shown


def _event_page(request: StaffRequest, shown: health.EventShown, form: ReplayForm) -> HttpResponse:
    context = {"shown": shown, "event": shown.row, "form": form, "now": timezone.now()}
    return render(request, "reconciliation/health_event.html", context)


def _list_of(asked: EventFilter) -> str:
    return reverse("data-health", query=asked.parameters or None)
