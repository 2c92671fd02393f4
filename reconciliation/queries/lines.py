"""Open items beside payments, as a set: every line of the comparison with its finding.

The same lines as `core/findings.lines`, drawn by the database from stored matches (a test compares
the two). A line belongs to one day: an open item to the day it was first paid, else to the day it
is due or was recorded, whichever is earlier; a payment that pays none to the day it was paid.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Literal

from django.db import connection
from django.utils.timezone import get_current_timezone_name, localtime

from reconciliation.core.findings import LABELS, Finding, Tally
from reconciliation.core.line_words import Told, sentence

LINES = """
WITH item AS NOT MATERIALIZED (
    SELECT * FROM reconciliation_expectedpayment
    WHERE latest AND livemode = %(livemode)s AND (voided_at IS NULL OR %(voided)s)
), paying AS (
    SELECT item.id AS record_id, count(*) AS payments, sum(paid.amount)::bigint AS paid,
        sum(paid.received)::bigint AS received, min(paid.paid_at) AS paid_at,
        min(paid.payment_id) AS payment_id
    FROM reconciliation_match AS matched
    JOIN item ON item.id = matched.record_id
    JOIN campaigns_conversion AS paid ON paid.payment_id = matched.payment_id
    WHERE matched.rule <> 'R0' AND paid.currency = item.currency
    GROUP BY item.id
), line AS (
    SELECT 'item ' || item.id AS key, item.id AS record_id, item.external_id, item.description,
        item.currency, item.kind = 'many' AS beside, coalesce(paying.payments, 0) AS payments,
        coalesce(paying.payment_id, '') AS payment_id, item.amount AS expected,
        coalesce(paying.paid, 0) AS paid, coalesce(paying.received, 0) AS received,
        paying.paid_at, item.due_on, item.reference AS shown_reference, item.reference AS own,
        'plain' AS reading, false AS renewal,
        coalesce(paying.paid_at, least(
            item.due_on::timestamp AT TIME ZONE %(zone)s, item.recorded_at)) AS moment,
        CASE
            WHEN item.voided_at IS NOT NULL THEN 'voided'
            WHEN item.kind = 'many' AND paying.payments IS NULL THEN 'no_payment_yet'
            WHEN item.kind = 'many' THEN 'agrees'
            WHEN coalesce(paying.received, 0) = item.amount THEN 'agrees'
            WHEN coalesce(paying.received, 0) = 0 THEN 'no_payment_yet'
            WHEN paying.received < item.amount THEN 'short'
            ELSE 'over'
        END AS finding
    FROM item LEFT JOIN paying ON paying.record_id = item.id
    UNION ALL
    SELECT stray.payment_id, item.id, coalesce(item.external_id, ''), '', stray.currency, false, 1,
        stray.payment_id, NULL, stray.amount, stray.received, stray.paid_at, NULL,
        coalesce(stray.reference, ''), stray.reference_own, stray.reference_reading,
        stray.renewal, stray.paid_at,
        CASE
            WHEN item.id IS NULL THEN 'no_record'
            WHEN matched.rule = 'R0' THEN 'paid_twice'
            ELSE 'other_currency'
        END
    FROM campaigns_conversion AS stray
    LEFT JOIN (reconciliation_match AS matched JOIN item ON item.id = matched.record_id)
        ON matched.payment_id = stray.payment_id
    WHERE stray.livemode = %(livemode)s AND stray.paid_at IS NOT NULL
        AND stray.state IN ('paid', 'partly_refunded', 'refunded') AND NOT %(items_only)s
        AND (item.id IS NULL OR matched.rule = 'R0' OR item.currency <> stray.currency)
), shown AS (
    SELECT * FROM line
    WHERE (%(record_id)s::bigint IS NULL OR record_id = %(record_id)s)
        AND (%(currency)s::text IS NULL OR currency = %(currency)s)
        AND (%(starts_at)s::timestamptz IS NULL OR moment >= %(starts_at)s)
        AND (%(ends_at)s::timestamptz IS NULL OR moment < %(ends_at)s)
        AND (%(findings)s::text[] IS NULL OR finding = ANY(%(findings)s::text[]))
        AND (%(beside)s::boolean IS NULL OR beside = %(beside)s)
        AND (NOT %(expecting)s OR expected IS NOT NULL)
        AND (NOT %(receiving)s OR payments > 0)
        AND (NOT %(numbered)s OR own <> '' OR reading = 'check failed')
        AND (%(search)s::text IS NULL OR external_id ILIKE %(search)s
            OR shown_reference ILIKE %(search)s OR description ILIKE %(search)s
            OR payment_id ILIKE %(search)s)
)
"""

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
        JOIN campaigns_conversion AS paid ON paid.payment_id = matched.payment_id
        WHERE matched.record_id = shown.record_id AND paid.currency <> shown.currency
    ) END AS elsewhere
FROM shown
WHERE %(after_moment)s::timestamptz IS NULL OR (finding = 'no_record') > %(after_strays)s
    OR ((finding = 'no_record') = %(after_strays)s AND (
        moment < %(after_moment)s OR (moment = %(after_moment)s AND key > %(after_key)s)))
ORDER BY finding = 'no_record', moment DESC, key
LIMIT %(limit)s
"""

CHUNK = 2_000


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
    with connection.cursor() as cursor:
        cursor.execute(LINES + TALLIES, _parameters(scope))
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
    strays, moment, key = after or (False, None, "")
    asked = {"after_strays": strays, "after_moment": moment, "after_key": key, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(LINES + ROWS, _parameters(scope) | asked)
        return [LineRow(*columns) for columns in cursor.fetchall()]


def all_rows(scope: Scope) -> Iterator[LineRow]:
    """Every line of the scope, read a chunk at a time while it is sent."""
    asked = {"after_strays": False, "after_moment": None, "after_key": "", "limit": None}
    with connection.chunked_cursor() as cursor:
        cursor.execute(LINES + ROWS, _parameters(scope) | asked)
        while chunk := cursor.fetchmany(CHUNK):
            yield from (LineRow(*columns) for columns in chunk)


def _parameters(scope: Scope) -> dict[str, Any]:
    asked = asdict(scope)
    asked["findings"] = None if scope.findings is None else list(scope.findings)
    asked["search"] = _contains(asked.pop("text"))
    asked["zone"] = get_current_timezone_name()
    return asked


def _contains(text: str) -> str | None:
    """An ILIKE pattern for text anywhere in a value, its wildcards taken literally."""
    if not text:
        return None
    escaped = text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return f"%{escaped}%"
