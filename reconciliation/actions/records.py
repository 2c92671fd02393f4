"""Open items: recorded all together or not at all, never edited; a change is a new revision."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from linktracker.lib import bulk
from linktracker.lib.retry import redo_when_in_the_way
from linktracker.models import User
from reconciliation.actions import turn
from reconciliation.actions.matching import rematch_records
from reconciliation.core.open_items import Changes, OpenItem
from reconciliation.models import ExpectedPayment
from reconciliation.queries.recording import Latest, prospect

# One for the form, the upload and the command, so that an external id is one open item however it
# was said. Only a second system with numbers of its own needs another.
DEFAULT_SOURCE = "file"
LONGEST_SOURCE = 60
RECORDING_LOCK = 7_140_011


class CannotRecord(Exception):
    """Nothing is recorded; `refused` holds a sentence for each item at fault, by external id."""

    def __init__(self, refused: Mapping[str, str]) -> None:
        super().__init__(" ".join(refused.values()))
        self.refused = refused


class CannotVoid(Exception):
    """The open item stays as it is; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """How many open items were new, changed, or said again what was known."""

    new: int
    revised: int
    unchanged: int


def record(
    *, items: Sequence[OpenItem], livemode: bool, source: str, by: User | None, at: datetime
) -> Recorded:
    """Record these items and match again what their references touch, old and new.

    The same items again change nothing. An item that was voided stays void while its values are
    the same; other values open it again. Each external id stands once in `items`.
    Raises `CannotRecord` where an item has a namesake.
    """
    return redo_when_in_the_way(lambda: _record(items, livemode, source, by, at))


@transaction.atomic
def _record(
    items: Sequence[OpenItem], livemode: bool, source: str, by: User | None, at: datetime
) -> Recorded:
    _take_a_turn()
    found = prospect(items, livemode=livemode, source=source)
    if found.refused:
        raise CannotRecord(found.refused)
    changes = found.changes
    superseded = [found.known[item.external_id] for item in changes.revised]
    _supersede(superseded)
    revisions = {row.values.external_id: row.revision for row in superseded}
    written = (*changes.new, *changes.revised)
    bulk.insert(
        ExpectedPayment,
        [
            _row(item, livemode, source, revisions.get(item.external_id, 0) + 1, by, at)
            for item in written
        ],
    )
    touched = (*(row.values.reference for row in superseded), *(item.reference for item in written))
    rematch_records({(livemode, own) for own in touched}, [row.pk for row in superseded])
    return _counts(changes)


def void(*, record_id: int, livemode: bool, by: User, at: datetime) -> ExpectedPayment:
    """The company no longer expects this: a last revision says since when, and who said so.

    Raises `ExpectedPayment.DoesNotExist` for what is no open item of this mode, and `CannotVoid`.
    """
    return redo_when_in_the_way(lambda: _void(record_id, livemode, by, at))


@transaction.atomic
def _void(record_id: int, livemode: bool, by: User, at: datetime) -> ExpectedPayment:
    _take_a_turn()
    item = ExpectedPayment.objects.get(pk=record_id, livemode=livemode)
    if not item.latest:
        raise CannotVoid("The open item has changed since; look at its latest revision.")
    if item.voided_at is not None:
        raise CannotVoid("The open item is void already.")
    before = item.pk
    ExpectedPayment.objects.filter(pk=before).update(latest=False)
    item.pk = None
    item.revision += 1
    item.latest = True
    item.voided_at = item.recorded_at = at
    item.recorded_by = by
    item.save(force_insert=True)
    rematch_records({(item.livemode, item.reference)}, [before])
    return item


def _take_a_turn() -> None:
    """Beside the workers, as matching takes the locks that they take, and one file at a time.

    A rebuild is waited for before anything is locked, else each could wait for the other; and two
    files with the same open item would both take it for new.
    """
    turn.work_beside_others()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [RECORDING_LOCK])


def _supersede(rows: Iterable[Latest]) -> None:
    """These rows are the latest of their items no more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE reconciliation_expectedpayment SET latest = false WHERE id = ANY(%s)",
            [[row.pk for row in rows]],
        )


def _row(
    item: OpenItem, livemode: bool, source: str, revision: int, by: User | None, at: datetime
) -> dict[str, Any]:
    return {
        "livemode": livemode,
        "source": source,
        "external_id": item.external_id,
        "revision": revision,
        "latest": True,
        "kind": item.kind,
        "reference": item.reference,
        "currency": item.currency,
        "amount": item.amount,
        "due_on": item.due_on,
        "description": item.description,
        "voided_at": None,
        "recorded_by_id": None if by is None else by.pk,
        "recorded_at": at,
    }


def _counts(changes: Changes) -> Recorded:
    return Recorded(len(changes.new), len(changes.revised), len(changes.unchanged))
