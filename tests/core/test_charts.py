"""The geometry of the charts: axes from zero, today apart, bridges that land where they should."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linktracker.lib.charts import (
    BRIDGE_WIDTH,
    NARROW,
    THINNEST_BAR,
    WIDE,
    BridgeStep,
    DailyValue,
    bridge,
    nice_step,
    trend,
    value_axis,
)

FIRST = date(2026, 10, 26)
values = st.integers(min_value=-(10**9), max_value=10**9)


def days(*amounts: int) -> list[DailyValue]:
    return [DailyValue(FIRST + timedelta(days=n), amount) for n, amount in enumerate(amounts)]


def pairs(points: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in (point.split(",") for point in points.split())]


@pytest.mark.parametrize(
    ("span", "step"),
    [
        (0, 1),
        (1, 1),
        (4, 1),
        (5, 2),
        (8, 2),
        (9, 5),
        (20, 5),
        (21, 10),
        (41, 20),
        (800_000, 200_000),
    ],
)
def test_nice_step_is_the_smallest_round_one_that_crosses_in_four(span, step):
    assert nice_step(span) == step


@pytest.mark.parametrize(
    ("amounts", "axis"),
    [
        ([], (0, 1)),
        ([0, 0], (0, 1)),
        ([800], (0, 200, 400, 600, 800)),
        ([801], (0, 500, 1000)),
        ([700, 790], (0, 200, 400, 600, 800)),
        ([-100, 300], (-100, 0, 100, 200, 300)),
        ([-7], (-8, -6, -4, -2, 0)),
    ],
)
def test_value_axis_starts_at_zero_and_reaches_below_only_for_a_loss(amounts, axis):
    assert value_axis(amounts) == axis


@given(st.lists(values, max_size=8))
def test_value_axis_holds_zero_and_every_value_in_few_even_steps(amounts):
    axis = value_axis(amounts)
    assert 0 in axis
    assert axis[0] <= min([0, *amounts])
    assert axis[-1] >= max([0, *amounts])
    assert 2 <= len(axis) <= 6
    assert len({high - low for low, high in pairwise(axis)}) == 1


def test_trend_runs_from_the_axis_to_the_right_margin():
    line = pairs(trend(days(0, 400, 800)).wide.line)
    assert [x for x, _ in line] == [54, 382, 710]
    assert [y for _, y in line] == [272, 141, 10]


def test_trend_closes_its_area_along_zero_even_when_a_day_lost_money():
    plot = trend(days(300, -100)).wide
    area = pairs(plot.area)
    assert [area[0], area[-1]] == [(54, plot.baseline), (710, plot.baseline)]
    assert plot.baseline < WIDE.height - WIDE.axis_below
    assert area[2][1] > plot.baseline


def test_trend_draws_today_apart_and_leaves_it_out_of_the_line():
    drawn = trend(days(500, 600, 10), today=FIRST + timedelta(days=2))
    assert len(pairs(drawn.wide.line)) == 2
    assert len(pairs(drawn.wide.unfinished)) == 2
    assert drawn.wide.today is not None
    assert (drawn.wide.today.x, drawn.wide.today.y) == pairs(drawn.wide.unfinished)[-1]
    assert drawn.today == FIRST + timedelta(days=2)


@pytest.mark.parametrize("today", [None, FIRST - timedelta(days=1), FIRST + timedelta(days=3)])
def test_trend_has_no_unfinished_day_in_a_period_that_is_over(today):
    drawn = trend(days(500, 600, 10), today=today)
    assert len(pairs(drawn.wide.line)) == 3
    assert (drawn.wide.unfinished, drawn.wide.today, drawn.today) == ("", None, None)


def test_trend_of_today_alone_is_one_dot_in_the_middle():
    plot = trend(days(500), today=FIRST).wide
    assert (plot.line, plot.area) == ("", "")
    assert plot.today is not None
    assert plot.today.x == 382


def test_trend_of_no_days_draws_an_empty_frame():
    drawn = trend([])
    assert (drawn.wide.line, drawn.wide.before, drawn.wide.day_labels) == ("", "", ())
    assert (drawn.total, drawn.highest, drawn.compared) == (0, None, False)


def test_trend_sets_each_day_above_the_same_day_of_the_period_before():
    drawn = trend(days(10, 20, 30), before=days(1, 2))
    assert [row.before for row in drawn.rows] == [1, 2, None]
    assert [x for x, _ in pairs(drawn.wide.before)] == [54, 382]
    assert drawn.compared


def test_trend_leaves_out_what_the_period_before_has_too_many_of():
    drawn = trend(days(10, 20), before=days(1, 2, 999_999))
    assert len(drawn.rows) == 2
    assert drawn.wide.ticks[-1].value == 20


def test_trend_names_its_total_and_first_highest_day():
    drawn = trend(days(5, 9, 9, -3))
    assert drawn.total == 20
    assert drawn.highest == DailyValue(FIRST + timedelta(days=1), 9)


@given(st.lists(values, min_size=1, max_size=120))
def test_trend_stays_inside_both_drawings_with_room_for_its_labels(amounts):
    drawn = trend(days(*amounts))
    for plot, size in [(drawn.wide, WIDE), (drawn.narrow, NARROW)]:
        assert all(size.axis_left <= x <= size.width for x, _ in pairs(plot.line))
        assert all(0 <= y <= size.height - size.axis_below for _, y in pairs(plot.line))
        assert 1 <= len(plot.day_labels) <= size.most_days
        assert len(plot.columns) == len(amounts)


def test_bridge_lets_each_change_start_where_the_line_above_ended():
    steps = [
        BridgeStep("Expected", 1000, total=True),
        BridgeStep("No payment yet", -400),
        BridgeStep("Over", 150),
        BridgeStep("Received", 750, total=True),
    ]
    assert [(bar.x, bar.width, bar.kind) for bar in bridge(steps)] == [
        (0, 1000, "total"),
        (600, 400, "less"),
        (600, 150, "more"),
        (0, 750, "total"),
    ]


def test_bridge_keeps_a_small_difference_visible_and_inside():
    small = bridge([BridgeStep("Expected", 10**9, total=True), BridgeStep("Over", 1)])[1]
    assert small.width == THINNEST_BAR
    assert small.x == BRIDGE_WIDTH - THINNEST_BAR


def test_bridge_draws_nothing_for_a_step_that_changes_nothing():
    assert [bar.width for bar in bridge([BridgeStep("Over", 0)])] == [0]


def test_bridge_makes_room_below_zero():
    bars = bridge([BridgeStep("Expected", 100, total=True), BridgeStep("Refunded", -200)])
    assert [(bar.x, bar.width) for bar in bars] == [(500, 500), (0, 1000)]


def test_bridge_of_nothing_is_nothing():
    assert bridge([]) == ()
