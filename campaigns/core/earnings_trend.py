"""The line of what was received: a point a day, or a point for some weeks where days are many."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from campaigns.core.period import Period
from linktracker.lib.charts import DailyValue, Trend, trend

MOST_POINTS: Final = 120


@dataclass(frozen=True, slots=True)
class EarningsTrend:
    """The drawing, and how many days each of its points stands for (the first may have fewer)."""

    chart: Trend
    days_a_point: int


def earnings_trend(days: Mapping[date, int], period: Period, today: date) -> EarningsTrend:
    """Draw the days of a period above those of the period before, as far as they have come.

    `days`: minor units of one currency received on the days of both periods.
    """
    shown = period.until(max([today, *days]))
    before = period.before
    size = days_a_point(shown.days)
    chart = trend(
        points(days, shown) if shown.first <= today or days else (),
        points(days, before.until(before.first + (shown.last - shown.first))) if before else (),
        today if size == 1 else None,
    )
    return EarningsTrend(chart, size)


def days_a_point(days: int) -> int:
    """One day, or so many whole weeks that the line has few enough points."""
    return 1 if days <= MOST_POINTS else 7 * -(-days // (7 * MOST_POINTS))


def points(days: Mapping[date, int], period: Period) -> tuple[DailyValue, ...]:
    """The values of a period's days as points, each named by the first of its days.

    The last point is of as many days as the others; the first has what is left.
    """
    size = days_a_point(period.days)
    missing = -period.days % size  # days that the first point lacks
    values = [0] * ((period.days + missing) // size)
    for day, value in days.items():
        if period.first <= day <= period.last:
            values[((day - period.first).days + missing) // size] += value
    return tuple(
        DailyValue(period.first + timedelta(days=max(0, number * size - missing)), value)
        for number, value in enumerate(values)
    )
