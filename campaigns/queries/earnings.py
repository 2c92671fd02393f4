"""What payments came to in a period: in total, by grade, by day, and by whom they were earned.

Every figure of a page comes from one statement, so that they add up while payments arrive.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection

from campaigns.core import breakdown
from campaigns.core.breakdown import Group, Row
from campaigns.core.earnings import Sum, total
from campaigns.core.earnings_question import Question
from campaigns.models import Conversion
from linktracker.lib.sums import cursor_for_sums

GRADES: Final = tuple(Conversion.Grade.choices)  # each with its word, the surest first


@dataclass(frozen=True, slots=True)
class CurrencySeen:
    """A currency that was ever paid in: its first payment, and how many the question is about."""

    currency: str
    payments: int
    first_paid_at: datetime


@dataclass(frozen=True, slots=True)
class Earnings:
    """Sums of one currency: grades, days (received) and rows each add up to `now`.

    `before` is None where no period can be compared; `days` are those of both periods.
    """

    now: Sum
    before: Sum | None
    grades: Mapping[str, Sum]
    days: Mapping[date, int]
    rows: tuple[Row, ...]


# Only columns of the indexes payments_by_day and refunds_by_day; a parameter that asks for nothing
# costs nothing.
NARROWED = """
(%(grade)s = '' OR payment.grade = %(grade)s) AND (NOT %(through_links)s OR payment.through_link)
"""

# From currency to currency by the index, instead of over all payments.
CURRENCIES = f"""
WITH RECURSIVE known AS (
    (SELECT currency FROM campaigns_conversion
     WHERE livemode = %(livemode)s AND paid_at IS NOT NULL ORDER BY currency LIMIT 1)
    UNION ALL
    SELECT (SELECT payment.currency FROM campaigns_conversion payment
            WHERE payment.livemode = %(livemode)s AND payment.paid_at IS NOT NULL
            AND payment.currency > known.currency ORDER BY payment.currency LIMIT 1)
    FROM known WHERE known.currency IS NOT NULL
)
SELECT known.currency,
    (SELECT count(*) FROM campaigns_conversion payment
     WHERE payment.livemode = %(livemode)s AND payment.currency = known.currency
     AND payment.paid_at >= %(starts)s AND payment.paid_at < %(ends)s AND {NARROWED}),
    (SELECT min(payment.paid_at) FROM campaigns_conversion payment
     WHERE payment.livemode = %(livemode)s AND payment.currency = known.currency)
FROM known WHERE known.currency IS NOT NULL ORDER BY known.currency
"""  # noqa: S608 - joined from constants


def currencies(question: Question, *, livemode: bool, zone: ZoneInfo) -> list[CurrencySeen]:
    """All currencies of this mode, those without a payment in the period too."""
    with connection.cursor() as cursor:
        cursor.execute(CURRENCIES, _parameters(question, livemode, zone))
        return [CurrencySeen(*row) for row in cursor.fetchall()]


# A payment counts when it was paid; its refunds count when they moved, or with it. What is summed is
# read twice from an index that has it all, since that costs less than to keep and sort it: GROUPING
# SETS would do both, but sorts every payment for each of its sets.
EARNINGS = """
WITH money AS NOT MATERIALIZED (
    SELECT paid_at AS at, grade, {by} AS value, {then} AS nested, 1 AS payments,
        amount AS paid, CASE WHEN %(moved)s THEN 0 ELSE refunded END AS refunded
    FROM campaigns_conversion payment
    WHERE livemode = %(livemode)s AND currency = %(currency)s
    AND paid_at >= %(since)s AND paid_at < %(ends)s AND {narrowed}
    UNION ALL
    SELECT moved_at, grade, {by}, {then}, 0, 0, amount
    FROM campaigns_movement payment
    WHERE %(moved)s AND livemode = %(livemode)s AND currency = %(currency)s
    AND moved_at >= %(since)s AND moved_at < %(ends)s AND {narrowed}
), daily AS (
    SELECT (at AT TIME ZONE %(zone)s)::date AS day, grade, sum(payments)::bigint AS payments,
        sum(paid)::bigint AS paid, sum(refunded)::bigint AS refunded
    FROM money GROUP BY (at AT TIME ZONE %(zone)s)::date, grade
), grouped AS (
    SELECT coalesce(value::text, '') AS value, coalesce(nested::text, '') AS nested,
        coalesce(sum(payments) FILTER (WHERE at >= %(starts)s), 0)::bigint AS payments,
        coalesce(sum(paid) FILTER (WHERE at >= %(starts)s), 0)::bigint AS paid,
        coalesce(sum(refunded) FILTER (WHERE at >= %(starts)s), 0)::bigint AS refunded,
        coalesce(sum(payments) FILTER (WHERE at < %(starts)s), 0)::bigint AS payments_before,
        coalesce(sum(paid) FILTER (WHERE at < %(starts)s), 0)::bigint AS paid_before,
        coalesce(sum(refunded) FILTER (WHERE at < %(starts)s), 0)::bigint AS refunded_before
    FROM money GROUP BY money.value, money.nested
), {ranked}
SELECT CASE WHEN GROUPING(day) = 0 THEN 'day' ELSE 'grade' END, day >= %(first)s, grade, day,
    NULL, NULL, 0, 0, sum(payments)::bigint, sum(paid)::bigint, sum(refunded)::bigint, 0, 0, 0
FROM daily GROUP BY GROUPING SETS ((day >= %(first)s, grade), (day))
UNION ALL
SELECT 'value', NULL, NULL, NULL, shown, shown_nested,
    CASE WHEN is_rest THEN count({distinct} value) ELSE 0 END,
    CASE WHEN is_nested_rest THEN count(*) ELSE 0 END,
    sum(payments)::bigint, sum(paid)::bigint, sum(refunded)::bigint,
    sum(payments_before)::bigint, sum(paid_before)::bigint, sum(refunded_before)::bigint
FROM arranged
GROUP BY shown, shown_nested, is_rest, is_nested_rest, is_past
"""

# Values that the page has no room for are added up here, so that what is read does not grow with
# the number of links. The order is that of `core/breakdown`, which does the same with what it gets.
RANKED = """
ranked AS (
    SELECT *, row_number() OVER (ORDER BY paid - refunded DESC, value COLLATE "C") AS place
    FROM grouped WHERE value <> '' AND (payments, paid, refunded) <> (0, 0, 0)
), arranged AS (
    SELECT *, place > %(most_rows)s AS is_rest, false AS is_nested_rest, false AS is_past,
        CASE WHEN place > %(most_rows)s THEN '' ELSE value END AS shown, '' AS shown_nested
    FROM ranked
    UNION ALL
    SELECT *, 0, false, false, false, '', '' FROM grouped WHERE value = ''
)
"""
RANKED_TWICE = """
outer_place AS (
    SELECT value, row_number() OVER (
        ORDER BY sum(paid - refunded) DESC, value COLLATE "C") AS place
    FROM grouped WHERE value <> '' GROUP BY value
    HAVING bool_or(payments > 0 OR paid > 0 OR refunded > 0)
), inner_place AS (
    SELECT value, nested, row_number() OVER (
        PARTITION BY value ORDER BY paid - refunded DESC, nested COLLATE "C") AS place
    FROM grouped WHERE nested <> '' AND (payments, paid, refunded) <> (0, 0, 0)
), arranged AS (
    SELECT grouped.*, rest AS is_rest, NOT rest AND nested_rest AS is_nested_rest,
        NOT rest AND grouped.nested <> '' AND inner_place.place IS NULL AS is_past,
        CASE WHEN rest THEN '' ELSE grouped.value END AS shown,
        CASE WHEN rest OR nested_rest OR inner_place.place IS NULL THEN ''
            ELSE grouped.nested END AS shown_nested
    FROM grouped
    LEFT JOIN outer_place ON outer_place.value = grouped.value
    LEFT JOIN inner_place
        ON inner_place.value = grouped.value AND inner_place.nested = grouped.nested
    CROSS JOIN LATERAL (SELECT
        coalesce(outer_place.place > %(most_rows)s, false) AS rest,
        coalesce(inner_place.place > %(most_nested)s, false) AS nested_rest) AS room
    WHERE grouped.value = '' OR outer_place.place IS NOT NULL
)
"""

COLUMNS: Final[Mapping[str, str]] = {
    "campaign": "utm_campaign",
    "source": "utm_source",
    "medium": "utm_medium",
    "content": "utm_content",
    "term": "utm_term",
    "link": "link_line",
}


class _Summed(NamedTuple):
    """A row of the statement; what it is not grouped by is None, and what it does not count is 0."""

    of: str
    is_now: bool | None
    grade: str | None
    day: date | None
    value: str | None
    nested: str | None
    merged: int
    merged_nested: int
    payments: int
    paid: int
    refunded: int
    payments_before: int
    paid_before: int
    refunded_before: int

    @property
    def sum(self) -> Sum:
        return Sum(self.payments, self.paid, self.refunded)

    @property
    def group(self) -> Group:
        """This period and the one before, side by side."""
        return Group(
            self.value or "",
            self.nested or "",
            now=self.sum,
            before=Sum(self.payments_before, self.paid_before, self.refunded_before),
            merged=self.merged,
            merged_then=self.merged_nested,
        )


def earnings(question: Question, *, livemode: bool, zone: ZoneInfo) -> Earnings:
    """The figures of a question that has a currency."""
    statement = EARNINGS.format(
        by=COLUMNS[question.by.name],
        then=COLUMNS[question.then.name] if question.then else "''",
        narrowed=NARROWED,
        ranked=RANKED_TWICE if question.then else RANKED,
        distinct="DISTINCT" if question.then else "",  # a value is one row without the other
    )
    with cursor_for_sums() as cursor:
        cursor.execute(statement, _parameters(question, livemode, zone))
        rows = [_Summed(*row) for row in cursor.fetchall()]
    grades = [row for row in rows if row.of == "grade"]
    before = total(row.sum for row in grades if not row.is_now)
    return Earnings(
        now=total(row.sum for row in grades if row.is_now),
        before=before if question.period.before else None,
        grades={row.grade or "": row.sum for row in grades if row.is_now},
        days={row.day: row.sum.received for row in rows if row.day},
        rows=breakdown.breakdown(
            (row.group for row in rows if row.of == "value"), nested=question.then is not None
        ),
    )


def _parameters(question: Question, livemode: bool, zone: ZoneInfo) -> dict[str, Any]:
    period = question.period
    return {
        "livemode": livemode,
        "currency": question.currency,
        "since": (period.before or period).starts_at(zone),
        "starts": period.starts_at(zone),
        "first": period.first,
        "ends": period.ends_at(zone),
        "zone": zone.key,
        "grade": question.grade,
        "through_links": question.through_links,
        "moved": question.refunds == "moved",
        "most_rows": breakdown.MOST_ROWS,
        "most_nested": breakdown.MOST_NESTED,
    }


def free_orders(question: Question, *, livemode: bool, zone: ZoneInfo) -> int:
    """Orders of nothing to pay that were made in the period: no payments, and counted apart."""
    orders = Conversion.objects.filter(
        livemode=livemode,
        currency=question.currency,
        state=Conversion.State.FREE,
        created_at__gte=question.period.starts_at(zone),
        created_at__lt=question.period.ends_at(zone),
    )
    if question.grade:
        orders = orders.filter(grade=question.grade)
    if question.through_links:
        orders = orders.filter(through_link=True)
    return orders.count()
