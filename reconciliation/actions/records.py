"""Open items: recorded all together or not at all, never edited; a change is a new revision."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from linktracker.lib import bulk
from linktracker.models import User
from reconciliation.actions.matching import rematch_records
from reconciliation.core.open_items import Changes, OpenItem, compare
from reconciliation.models import ExpectedPayment
from reconciliation.queries.records import Latest, latest_rows

FILE = "file"
FORM = "form"
LONGEST_SOURCE = 60
RECORDING_LOCK = 7_140_011


class CannotVoid(Exception):
    """The open item stays as it is; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """How many open items were new, changed, or said again what was known."""

    new: int
    revised: int
    unchanged: int


@transaction.atomic
def record(
    *, items: Sequence[OpenItem], livemode: bool, source: str, by: User | None, at: datetime
) -> Recorded:
    """Record these items and match again what their references touch, old and new.

    The same items again change nothing. An item that was voided stays void while its values are
    the same; other values open it again. Each external id stands once in `items`.
    """
    _record_one_at_a_time()
    external_ids = [item.external_id for item in items]
    known = latest_rows(livemode=livemode, source=source, external_ids=external_ids)
    changes = compare(items, {id: row.values for id, row in known.items()})
    superseded = [known[item.external_id] for item in changes.revised]
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


@transaction.atomic
def void(*, record_id: int, livemode: bool, by: User, at: datetime) -> ExpectedPayment:
    """The company no longer expects this: a last revision says since when, and who said so.

    Raises `ExpectedPayment.DoesNotExist` for what is no open item of this mode, and `CannotVoid`.
    """
    _record_one_at_a_time()
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


def _record_one_at_a_time() -> None:
    """Two files with the same open item would both take it for new."""
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
