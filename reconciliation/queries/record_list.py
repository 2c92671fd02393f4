"""The list of open items: the last recorded first, which an index serves page by page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.utils.timezone import get_current_timezone

from reconciliation.queries.line_statements import COUNTS, PAID_FINDING, UNPAID_FINDING
from reconciliation.queries.lines import CHUNK, LineRow, contains

PAGE_SIZE: Final = 50
LONGEST_KEY: Final = 18  # digits; more are no key of ours


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Open items in their order, and the cursor of the next page, "" on the last."""

    rows: Sequence[LineRow]
    next: str


LISTED: Final = f"""
SELECT 'item ' || item.id, item.id, item.external_id, item.description, item.currency,
    item.kind = 'many', coalesce(paid.payments, 0), coalesce(paid.payment_id, ''), item.amount,
    coalesce(paid.paid, 0), coalesce(paid.received, 0), paid.paid_at, item.due_on, item.reference,
    item.reference, 'plain', false, coalesce(paid.paid_at,
        least(item.due_on::timestamp AT TIME ZONE %(zone)s, item.recorded_at)),
    found.finding, 1, 0
FROM reconciliation_expectedpayment AS item
{{paid}}
WHERE {COUNTS}
    AND (%(after)s::bigint IS NULL OR item.id < %(after)s)
    AND (%(finding)s <> 'voided' OR item.voided_at IS NOT NULL)
    AND (%(finding)s = '' OR found.finding = %(finding)s)
    AND (%(search)s::text IS NULL OR item.external_id ILIKE %(search)s
        OR item.reference ILIKE %(search)s OR item.description ILIKE %(search)s
        OR item.id = (SELECT record_id FROM reconciliation_match WHERE payment_id = %(payment_id)s))
ORDER BY item.id DESC
LIMIT %(limit)s
"""  # noqa: S608 - joined from constants


RECORDS: Final = LISTED.format(
    paid=f"""
LEFT JOIN reconciliation_paiditem AS paid ON paid.record_id = item.id
CROSS JOIN LATERAL (
    SELECT CASE WHEN paid.record_id IS NULL THEN {UNPAID_FINDING} ELSE {PAID_FINDING} END
) AS found(finding)
"""
)

# Findings of paid items alone, by the index that has them: they may be rare.
OF_PAID: Final = ("short", "over")
PAID_RECORDS: Final = LISTED.format(
    paid=f"""
JOIN reconciliation_paiditem AS paid ON paid.record_id = item.id AND paid.livemode = %(livemode)s
CROSS JOIN LATERAL (SELECT {PAID_FINDING}) AS found(finding)
"""
)


def page(*, livemode: bool, finding: str, text: str, cursor: str) -> RecordPage:
    """The page after `cursor`; one that cannot be read is the first. "" is every finding."""
    asked = _asked(livemode, finding, text)
    with connection.cursor() as answer:
        answer.execute(
            _statement(finding), asked | {"after": _read_cursor(cursor), "limit": PAGE_SIZE + 1}
        )
        found = [LineRow(*columns) for columns in answer.fetchall()]
    more = len(found) > PAGE_SIZE
    return RecordPage(found[:PAGE_SIZE], str(found[PAGE_SIZE - 1].record_id) if more else "")


def all_rows(*, livemode: bool, finding: str, text: str) -> Iterator[LineRow]:
    """Every open item of the list in its order, read a chunk at a time while it is sent."""
    with connection.chunked_cursor() as answer:
        answer.execute(
            _statement(finding), _asked(livemode, finding, text) | {"after": None, "limit": None}
        )
        while chunk := answer.fetchmany(CHUNK):
            yield from (LineRow(*columns) for columns in chunk)


def _statement(finding: str) -> str:
    return PAID_RECORDS if finding in OF_PAID else RECORDS


def _asked(livemode: bool, finding: str, text: str) -> dict[str, Any]:
    return {
        "livemode": livemode,
        "voided": finding == "voided",
        "finding": finding,
        "search": contains(text),
        "payment_id": text,
        "zone": str(get_current_timezone()),
    }


def _read_cursor(cursor: str) -> int | None:
    is_key = cursor.isascii() and cursor.isdecimal() and len(cursor) <= LONGEST_KEY
    return int(cursor) if is_key else None
