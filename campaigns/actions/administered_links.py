"""The changes of many links as an administrator makes them: by row, of both modes, with a reason.

What changes is decided and remembered by `link_changes`; here the rows are sorted into links, and
the reason is kept beside what was changed.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction

from campaigns.actions import link_changes
from campaigns.core.link_changes import Changed as Summed
from campaigns.core.link_choice import LinkChoice
from campaigns.models import Campaign, LinkChange, TrackedLink
from linktracker import history
from linktracker.lib.outcome import Changed, Outcome, Skipped
from linktracker.models import User

Change = Callable[[LinkChoice, bool], Summed]
OLD_VERSION = "an older version; the current one stands for the link"
OTHER_MODE = "of the other mode than the campaign"
NOTHING = "nothing"


def move(*, ids: Sequence[int], campaign: Campaign, by: User, reason: str, at: datetime) -> Outcome:
    """Put these links into a campaign of their mode. Raises `NoReason` and `CannotChange`."""

    def change(choice: LinkChoice, livemode: bool) -> Summed:
        return link_changes.move(
            choice=choice, livemode=livemode, campaign=campaign.pk, by=by, at=at
        )

    return _changed(ids, change, "Campaign", by, reason, only=campaign.livemode)


def hand_over(*, ids: Sequence[int], owner: User, by: User, reason: str, at: datetime) -> Outcome:
    """Give these links another owner. Raises `NoReason` and `CannotChange`."""

    def change(choice: LinkChoice, livemode: bool) -> Summed:
        return link_changes.hand_over(
            choice=choice, livemode=livemode, owner=owner.pk, by=by, at=at
        )

    return _changed(ids, change, "Owner", by, reason)


def add_label(*, ids: Sequence[int], label: str, by: User, reason: str, at: datetime) -> Outcome:
    """Put a label on these links. Raises `NoReason` and `BadLabel`."""

    def change(choice: LinkChoice, livemode: bool) -> Summed:
        return link_changes.add_label(choice=choice, livemode=livemode, label=label, by=by, at=at)

    return _changed(ids, change, "Labels", by, reason)


def archive(*, ids: Sequence[int], by: User, reason: str, at: datetime) -> Outcome:
    """Take these links out of the lists. Raises `NoReason`."""

    def change(choice: LinkChoice, livemode: bool) -> Summed:
        return link_changes.archive(choice=choice, livemode=livemode, by=by, at=at)

    return _changed(ids, change, "State", by, reason)


def restore(*, ids: Sequence[int], by: User, reason: str, at: datetime) -> Outcome:
    """Bring these links back into the lists. Raises `NoReason`."""

    def change(choice: LinkChoice, livemode: bool) -> Summed:
        return link_changes.restore(choice=choice, livemode=livemode, by=by, at=at)

    return _changed(ids, change, "State", by, reason)


@transaction.atomic
def _changed(
    ids: Sequence[int],
    change: Change,
    what: str,
    by: User,
    reason: str,
    only: bool | None = None,
) -> Outcome:
    """Change the links whose current versions these rows are; of one mode where only that can."""
    reason = history.given(reason)
    rows = _locked(ids)
    links = {row.line: row for row in rows if _why_not(row, only) == ""}
    skipped = [Skipped(str(row), why) for row in rows if (why := _why_not(row, only))]
    last = _last_change()
    for livemode in (False, True):
        lines = tuple(line for line, row in links.items() if row.livemode == livemode)
        if lines:
            summed = change(LinkChoice(lines), livemode)
            skipped += [Skipped("", one.why) for one in summed.skipped for _ in range(one.links)]
    changed = [
        Changed(links[seen.line], seen.before or NOTHING, seen.after or NOTHING)
        for seen in LinkChange.objects.filter(pk__gt=last, line__in=list(links)).order_by("pk")
    ]
    return history.record(Outcome(tuple(changed), tuple(skipped)), what=what, by=by, reason=reason)


def _locked(ids: Sequence[int]) -> list[TrackedLink]:
    """Nobody else changes these until we are done, so that what is remembered meanwhile is ours."""
    rows = TrackedLink.objects.select_for_update().filter(pk__in=ids).order_by("line", "pk")
    return list(rows.only("line", "livemode", "name", "superseded_at"))


def _why_not(row: TrackedLink, only: bool | None) -> str:
    if row.superseded_at:
        return OLD_VERSION
    return OTHER_MODE if only is not None and row.livemode != only else ""


def _last_change() -> int:
    last = LinkChange.objects.order_by("-pk").values_list("pk", flat=True).first()
    return last or 0
