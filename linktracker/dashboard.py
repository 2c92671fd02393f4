"""The first page of the administration: how things stand, and who changed what last.

Each tile opens the list of the rows that it counts.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.admin.models import LogEntry
from django.http import HttpRequest
from django.utils import timezone

from campaigns.models import Conversion
from campaigns.queries import administration as links
from linktracker import admin_links, history, people
from linktracker.access import livemode_of
from linktracker.templatetags.display import ago
from reconciliation.models import InboxEvent
from reconciliation.queries import administration as inbox

INBOX = "reconciliation_inboxevent"
PAYMENTS = "campaigns_conversion"
LATEST = 10
SILENT = timedelta(seconds=60)


@dataclass(frozen=True)
class Tile:
    """A figure with the list behind it; `alarms` where a person should look."""

    label: str
    figure: str
    url: str
    note: str = ""
    alarms: bool = False


@dataclass(frozen=True)
class GradeToday:
    label: str
    payments: int
    url: str


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What Unfold's index is given, beside its list of models."""
    livemode = _mode_asked(request)
    at = timezone.now()
    grades = _grades_today(livemode, at)
    return {
        **context,
        "is_live": livemode,
        "tiles": [*_inbox_tiles(livemode, at), *_other_tiles(livemode)],
        "grades": grades,
        "payments_today": sum(grade.payments for grade in grades),
        "changes": _latest_changes(),
    }


def _mode_asked(request: HttpRequest) -> bool:
    """The mode in the address; else as the app's switch stands."""
    asked = request.GET.get("mode")
    return asked == "live" if asked in {"live", "test"} else livemode_of(request)


def _inbox_tiles(livemode: bool, at: datetime) -> list[Tile]:
    stands = inbox.inbox_now(livemode=livemode, at=at)
    since = (at - inbox.A_DAY).isoformat(timespec="minutes")
    mode = _mode(livemode)

    def in_state(state: str) -> str:
        return admin_links.listed(INBOX, mode=mode, state__exact=state)

    return [
        Tile(
            "Events in 24 hours",
            _counted(stands.of_a_day, inbox.MOST_COUNTED),
            admin_links.listed(INBOX, mode=mode, received_at__gte=since),
        ),
        Tile("Waiting", f"{stands.waiting:,}", in_state(InboxEvent.State.WAITING)),
        Tile("Will try again", f"{stands.will_try_again:,}", in_state(InboxEvent.State.PARKED)),
        Tile(
            "Needs you",
            f"{stands.needs_you:,}",
            in_state(InboxEvent.State.SET_ASIDE),
            alarms=stands.needs_you > 0,
        ),
        Tile(
            "Last event",
            ago(stands.last_received_at, at) if stands.last_received_at else "never",
            admin_links.listed(INBOX),
            note={True: "live", False: "test", None: ""}[stands.last_is_live],
        ),
        _worker_tile(stands.worker_seen_at, at),
    ]


def _worker_tile(seen_at: datetime | None, at: datetime) -> Tile:
    silent = seen_at is None or at - seen_at > SILENT
    return Tile(
        "Worker last seen",
        ago(seen_at, at) if seen_at else "never",
        admin_links.list_of("reconciliation_worker"),
        note="No worker has been seen for a minute." if silent else "",
        alarms=silent,
    )


def _other_tiles(livemode: bool) -> list[Tile]:
    warned = links.links_with_warning(livemode=livemode)
    filtered = admin_links.listed("campaigns_trackedlink", mode=_mode(livemode), warning="yes")
    return [
        Tile(
            "Links with a warning", _counted(warned, links.MOST_WARNED), filtered, alarms=warned > 0
        ),
        _second_factor_tile(),
    ]


def _second_factor_tile() -> Tile:
    missing = people.without_second_factor().count()
    url = f"{admin_links.list_of('linktracker_user')}?second_factor=needed"
    return Tile("People without a second factor", f"{missing:,}", url, alarms=missing > 0)


def _grades_today(livemode: bool, at: datetime) -> list[GradeToday]:
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    counted = links.payments_by_grade(livemode=livemode, since=midnight)
    since = midnight.isoformat()
    return [
        GradeToday(
            grade.label,
            counted.get(grade, 0),
            admin_links.listed(
                PAYMENTS, mode=_mode(livemode), created_at__gte=since, grade__exact=grade
            ),
        )
        for grade in Conversion.Grade
    ]


def _latest_changes() -> list[LogEntry]:
    """What was changed; who only looked stands in the row's own history."""
    entries = LogEntry.objects.exclude(change_message=history.OPENED)
    return list(entries.select_related("user", "content_type").order_by("-pk")[:LATEST])


def _mode(livemode: bool) -> str:
    return "live" if livemode else "test"


def _counted(number: int, most: int) -> str:
    """A figure that was counted no further than `most` says that there may be more."""
    return f"{number:,}+" if number >= most else f"{number:,}"
