"""What recording open items would do, against the books as they are: asked by whoever shows it
beforehand, and by the action that then does it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from reconciliation.core.namesakes import Standing, refusals
from reconciliation.core.open_items import Changes, OpenItem, compare


@dataclass(frozen=True, slots=True)
class Latest:
    """The row of an open item that counts: its key, the number of its revision, its values."""

    pk: int
    revision: int
    values: OpenItem


@dataclass(frozen=True, slots=True)
class Prospect:
    """What would come of items: the changes that can be made, and why the others cannot.

    `known` holds the rows that count of these items, and `refused` sentences, both by external id.
    """

    known: Mapping[str, Latest]
    changes: Changes
    refused: Mapping[str, str]


LATEST = """
SELECT id, revision, external_id, reference, kind, currency, amount, due_on, description
FROM reconciliation_expectedpayment
WHERE latest AND livemode = %s AND source = %s AND external_id = ANY(%s)
"""

# What stays as it is: void items stand in nobody's way, and those to be written are judged anew.
OTHERS = """
SELECT source, external_id, reference, currency
FROM reconciliation_expectedpayment
WHERE latest AND voided_at IS NULL AND livemode = %s AND reference = ANY(%s)
    AND NOT (source = %s AND external_id = ANY(%s))
ORDER BY id DESC
"""


def latest_rows(*, livemode: bool, source: str, external_ids: Collection[str]) -> dict[str, Latest]:
    """The rows that count of these open items, by external id, whether void or not."""
    with connection.cursor() as cursor:
        cursor.execute(LATEST, [livemode, source, list(external_ids)])
        found = [Latest(pk, revision, OpenItem(*rest)) for pk, revision, *rest in cursor]
    return {row.values.external_id: row for row in found}


def prospect(items: Sequence[OpenItem], *, livemode: bool, source: str) -> Prospect:
    """Compare items with the books; each external id stands once in `items`."""
    ids = [item.external_id for item in items]
    known = latest_rows(livemode=livemode, source=source, external_ids=ids)
    values = {external_id: row.values for external_id, row in known.items()}
    changes = compare(items, values)
    refused = refusals(changes, _others(changes, livemode, source), source)
    good = [item for item in items if item.external_id not in refused]
    return Prospect(known, compare(good, values), refused)


def _others(changes: Changes, livemode: bool, source: str) -> list[Standing]:
    """The items that stand beside those that would be written, where one has their reference."""
    written = (*changes.revised, *changes.new)
    references = list({item.reference for item in written})
    ids = [item.external_id for item in written]
    with connection.cursor() as cursor:
        cursor.execute(OTHERS, [livemode, references, source, ids])
        return [Standing(*row) for row in cursor]
