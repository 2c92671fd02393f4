"""Open items beside payments, as a set: every line of the comparison with its finding.

The same lines as `core/findings.lines`, drawn by the database from stored matches (a test compares
the two). A line belongs to one day: an open item to the day it was first paid, else to the day it
is due or was recorded, whichever is earlier; a payment that pays none to the day it was paid.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from django.db import connection
from django.utils.timezone import get_current_timezone, localtime

from linktracker.lib.sums import cursor_for_sums
from reconciliation.core.findings import LABELS, Finding, Tally
from reconciliation.core.line_words import Told, sentence
from reconciliation.queries.line_statements import (
    MATCHED_STRAYS,
    PAID_ITEMS,
    SHOWN,
    UNPAID_ITEMS,
    UNRECORDED,
)

FIRST = SHOWN.format(lines=f"{PAID_ITEMS} UNION ALL {UNPAID_ITEMS} UNION ALL {MATCHED_STRAYS}")
LAST = SHOWN.format(lines=UNRECORDED)
ALL = SHOWN.format(
    lines=f"{PAID_ITEMS} UNION ALL {UNPAID_ITEMS} UNION ALL {MATCHED_STRAYS} UNION ALL {UNRECORDED}"
)

TALLIES = """
SELECT currency, beside, finding, count(*), count(expected), sum(payments)::bigint,
    coalesce(sum(expected), 0)::bigint, sum(received)::bigint
FROM shown GROUP BY currency, beside, finding ORDER BY currency, beside, finding
"""

ROWS = """
SELECT key, record_id, external_id, description, currency, beside, payments, payment_id, expected,
    paid, received, paid_at, due_on, shown_reference, own, reading, renewal, moment, finding,
    CASE WHEN own = '' THEN 0 ELSE (
        SELECT count(*) FROM reconciliation_expectedpayment AS namesake
        WHERE namesake.latest AND namesake.voided_at IS NULL
            AND namesake.livemode = %(livemode)s AND namesake.reference = shown.own
            AND (shown.finding = 'no_record' OR namesake.currency = shown.currency)
    ) END AS namesakes,
    CASE WHEN expected IS NULL AND NOT beside THEN 0 ELSE (
        SELECT count(*) FROM reconciliation_match AS matched
        JOIN campaigns_conversion AS elsewhere ON elsewhere.payment_id = matched.payment_id
        WHERE matched.record_id = shown.record_id AND NOT matched.pays
            AND elsewhere.currency <> shown.currency
    ) END AS elsewhere
FROM shown
WHERE %(after_moment)s::timestamptz IS NULL OR moment < %(after_moment)s
    OR (moment = %(after_moment)s AND key > %(after_key)s)
ORDER BY moment DESC, key
LIMIT %(limit)s
"""

CHUNK = 2_000
ANY_ZONE = timedelta(days=1)  # by which a day may begin earlier or later


@dataclass(frozen=True, slots=True)
class Scope:
    """Which lines are asked for; None or False leaves a condition out. `ends_at` is not included.

    `beside` chooses lines of open items for many payments, or all others; `expecting` and
    `receiving` those that make up the two totals of the bridge; `numbered` leaves out payments that
    brought no number of the company's.
    """

    livemode: bool
    currency: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    findings: tuple[str, ...] | None = None
    beside: bool | None = None
    expecting: bool = False
    receiving: bool = False
    numbered: bool = False
    text: str = ""
    record_id: int | None = None
    items_only: bool = False
    voided: bool = False


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line as a table shows it; amounts in minor units of `currency`."""

    key: str
    record_id: int | None
    external_id: str
    description: str
    currency: str
    beside: bool
    payments: int
    payment_id: str
    expected: int | None
    paid: int
    received: int
    paid_at: datetime | None
    due_on: date | None
    shown_reference: str
    own: str
    reading: str
    renewal: bool
    moment: datetime
    finding: Finding | Literal["voided"]
    namesakes: int
    elsewhere: int

    @property
    def day(self) -> date:
        """The day on which it counts, in the current time zone."""
        return localtime(self.moment).date()

    @property
    def is_item(self) -> bool:
        """Whether the line is an open item; else it is a payment that pays none."""
        return self.key.startswith("item ")

    @property
    def difference(self) -> int | None:
        """Received less expected; an open item for many payments has none."""
        return None if self.beside else self.received - (self.expected or 0)

    @property
    def label(self) -> str:
        return LABELS.get(self.finding, "Void")

    @property
    def words(self) -> str:
        if self.finding == "voided":
            return "Nothing is expected any more."
        return sentence(
            Told(
                finding=self.finding,
                currency=self.currency,
                beside=self.beside,
                payments=self.payments,
                expected=self.expected,
                paid=self.paid,
                received=self.received,
                external_id=self.external_id,
                own=self.own,
                reading=self.reading,
                renewal=self.renewal,
                namesakes=self.namesakes,
                elsewhere=self.elsewhere,
            )
        )


@dataclass(frozen=True, slots=True)
class CurrencyTally:
    """The lines of one finding in one currency, in the bridge or beside it."""

    currency: str
    beside: bool
    tally: Tally


def tallies(scope: Scope) -> list[CurrencyTally]:
    """The lines of the scope added up by currency and finding."""
    with cursor_for_sums() as cursor:
        cursor.execute(ALL + TALLIES, _parameters(scope))
        return [
            CurrencyTally(currency, beside, Tally(finding, *figures))
            for currency, beside, finding, *figures in cursor.fetchall()
        ]


Place = tuple[bool, datetime, str]
"""Where a line stands in the order: among payments without a record, its moment, and its key."""


def rows(scope: Scope, *, after: Place | None = None, limit: int) -> list[LineRow]:
    """The lines of the scope that come after this place, newest first.

    Payments without a record come last: there may be many, and the other findings are rarer.
    """
    among_last = after is not None and after[0]
    first = [] if among_last else _read(FIRST, scope, after, limit)
    if len(first) == limit or scope.items_only:
        return first
    return first + _read(LAST, scope, after if among_last else None, limit - len(first))


def all_rows(scope: Scope) -> Iterator[LineRow]:
    """Every line of the scope, read a chunk at a time while it is sent."""
    for lines in (FIRST, LAST):
        with connection.chunked_cursor() as cursor:
            cursor.execute(lines + ROWS, _parameters(scope) | _asked(None, None))
            while chunk := cursor.fetchmany(CHUNK):
                yield from (LineRow(*columns) for columns in chunk)


def _read(lines: str, scope: Scope, after: Place | None, limit: int) -> list[LineRow]:
    with connection.cursor() as cursor:
        cursor.execute(lines + ROWS, _parameters(scope) | _asked(after, limit))
        return [LineRow(*columns) for columns in cursor.fetchall()]


def _asked(after: Place | None, limit: int | None) -> dict[str, Any]:
    _, moment, key = after or (False, None, "")
    return {"after_moment": moment, "after_key": key, "limit": limit}


def _parameters(scope: Scope) -> dict[str, Any]:
    asked = asdict(scope)
    asked["findings"] = None if scope.findings is None else list(scope.findings)
    asked["search"] = contains(asked.pop("text"))
    asked["zone"] = str(get_current_timezone())
    asked["near_starts_at"] = scope.starts_at and scope.starts_at - ANY_ZONE
    asked["near_ends_at"] = scope.ends_at and scope.ends_at + ANY_ZONE
    return asked


def contains(text: str) -> str | None:
    """An ILIKE pattern for text anywhere in a value, its wildcards taken literally."""
    if not text:
        return None
    escaped = text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return f"%{escaped}%"
