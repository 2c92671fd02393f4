"""It draws what was received so that nothing is lost, however long the period."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.core.earnings_trend import MOST_POINTS, days_a_point, earnings_trend, points
from campaigns.core.period import Period, read_period

TODAY = date(2026, 11, 24)
FIRST = date(2026, 11, 18)


def days_of(count: int, last: date = TODAY) -> Period:
    return Period("", "", last - timedelta(days=count - 1), last)


@pytest.mark.parametrize(
    ("days", "size"),
    [(1, 1), (120, 1), (121, 7), (365, 7), (840, 7), (841, 14), (5_800, 49)],
)
def test_a_point_is_a_day_or_whole_weeks(days, size):
    assert days_a_point(days) == size


def test_a_day_without_payments_is_nothing():
    values = points({FIRST: 500, TODAY: -200}, read_period("7d", TODAY))
    assert [day.value for day in values] == [500, 0, 0, 0, 0, 0, -200]
    assert (values[0].on, values[-1].on) == (FIRST, TODAY)


def test_the_last_point_of_a_long_period_is_whole_and_the_first_has_what_is_left():
    period = days_of(365)
    days = {period.first + timedelta(days=number): 1 for number in range(365)}
    values = points(days, period)
    assert [day.value for day in values] == [1] + [7] * 52
    assert (values[0].on, values[1].on) == (period.first, period.first + timedelta(days=1))


@given(
    st.integers(1, 3_000),
    st.dictionaries(st.integers(0, 3_500), st.integers(-10_000, 10_000), max_size=20),
)
def test_points_are_few_in_order_and_add_up_to_the_days_of_the_period(count, ages):
    period = days_of(count)
    days = {TODAY - timedelta(days=age): value for age, value in ages.items()}
    found = points(days, period)
    assert len(found) <= MOST_POINTS
    assert [day.on for day in found] == sorted({day.on for day in found})
    assert period.first == found[0].on
    inside = [value for day, value in days.items() if period.first <= day <= period.last]
    assert sum(day.value for day in found) == sum(inside)


def test_each_day_stands_above_the_same_day_of_the_period_before():
    drawn = earnings_trend({FIRST: 500, date(2026, 11, 11): 300}, read_period("7d", TODAY), TODAY)
    assert (drawn.chart.rows[0].value, drawn.chart.rows[0].before) == (500, 300)
    assert drawn.chart.today == TODAY
    assert drawn.days_a_point == 1


def test_all_time_is_compared_with_nothing():
    period = read_period("all", TODAY).since(FIRST)
    drawn = earnings_trend({FIRST: 500}, period, TODAY)
    assert not drawn.chart.compared
    assert drawn.chart.total == 500


def test_days_that_have_not_come_are_not_drawn():
    period = read_period("2026-11-20..2026-12-31", TODAY)
    drawn = earnings_trend({date(2026, 11, 21): 100, date(2026, 10, 10): 70}, period, TODAY)
    assert [row.on for row in drawn.chart.rows] == [
        date(2026, 11, 20) + timedelta(days=number) for number in range(5)
    ]
    assert [row.before for row in drawn.chart.rows] == [0, 70, 0, 0, 0]


def test_a_day_with_money_is_drawn_even_when_our_clock_is_behind():
    period = read_period("2026-11-20..2026-12-31", TODAY)
    drawn = earnings_trend({date(2026, 11, 26): 100}, period, TODAY)
    assert (drawn.chart.rows[-1].on, drawn.chart.total) == (date(2026, 11, 26), 100)


def test_a_period_that_has_not_begun_draws_nothing():
    drawn = earnings_trend({}, read_period("2027-01-01..2027-01-31", TODAY), TODAY)
    assert drawn.chart.rows == ()


def test_weeks_have_no_unfinished_today():
    drawn = earnings_trend({}, read_period("365d", TODAY), TODAY)
    assert (drawn.days_a_point, drawn.chart.today) == (7, None)
