"""It breaks payments down so that the rows are all of them, whatever their values."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.core.breakdown import MOST_NESTED, MOST_ROWS, Group, Row, breakdown
from campaigns.core.earnings import NOTHING, Sum, total

VALUES = st.sampled_from(["", "google", "newsletter", "linkedin"])
SUMS = st.builds(Sum, st.integers(0, 3), st.integers(0, 500), st.integers(0, 500))


def paid(minor: int) -> Sum:
    return Sum(1, minor)


def test_those_that_earned_most_come_first_and_payments_without_a_value_last():
    rows = breakdown(
        [
            Group("google", "", paid(100)),
            Group("", "", paid(900)),
            Group("newsletter", "", paid(300)),
        ]
    )
    assert [row.value for row in rows] == ["newsletter", "google", ""]


def test_what_earned_the_same_is_in_order_of_its_value():
    rows = breakdown([Group("b", "", paid(100)), Group("a", "", paid(100))])
    assert [row.value for row in rows] == ["a", "b", ""]


def test_a_value_of_which_more_went_back_than_came_in_is_a_row_like_the_others():
    rows = breakdown([Group("gone", "", Sum(0, 0, 500)), Group("google", "", paid(100))])
    assert [(row.value, row.now.received) for row in rows] == [
        ("google", 100),
        ("gone", -500),
        ("", 0),
    ]


@pytest.mark.parametrize("nested", [False, True])
def test_the_row_without_a_value_is_there_even_when_all_have_one(nested):
    assert breakdown([], nested=nested) == (Row(""),)
    assert breakdown([Group("google", "cpc", paid(1))], nested=nested)[-1] == Row("")


def test_a_value_that_earned_nothing_in_this_period_is_left_out():
    rows = breakdown([Group("google", "", NOTHING, before=paid(100))])
    assert [row.value for row in rows] == [""]


def test_what_was_earned_before_stays_with_its_value():
    rows = breakdown([Group("google", "", paid(100), before=paid(40))])
    assert rows[0].before == paid(40)


def test_as_many_rows_as_there_is_room_for_stand_alone():
    rows = breakdown([Group(f"v{number:02}", "", paid(100)) for number in range(MOST_ROWS)])
    assert len(rows) == MOST_ROWS + 1
    assert not any(row.merged for row in rows)


def test_values_beyond_are_one_row_before_the_one_without_a_value():
    groups = [Group(f"v{n:02}", "", paid(1000 - n), before=paid(1)) for n in range(MOST_ROWS + 3)]
    *shown, others, without = breakdown([*groups, Group("", "", paid(5))])
    assert [row.value for row in shown] == [group.value for group in groups[:MOST_ROWS]]
    assert (others.merged, others.before) == (3, Sum(3, 3))
    assert others.now == total(group.now for group in groups[MOST_ROWS:])
    assert not others.is_none
    assert without == Row("", paid(5))
    assert without.is_none


def test_the_rows_of_a_second_dimension_add_up_to_their_value():
    (google, without) = breakdown(
        [
            Group("google", "cpc", paid(300)),
            Group("google", "", paid(200)),
            Group("google", "social", paid(400)),
        ],
        nested=True,
    )
    assert [(row.value, row.now.paid) for row in google.rows] == [
        ("social", 400),
        ("cpc", 300),
        ("", 200),
    ]
    assert google.now == Sum(3, 900)
    assert without.rows == ()


def test_a_second_dimension_has_no_empty_row_without_a_value():
    (google, _) = breakdown([Group("google", "cpc", paid(1))], nested=True)
    assert [row.value for row in google.rows] == ["cpc"]


def test_a_second_dimension_has_less_room():
    groups = [Group("google", f"v{n:02}", paid(100 - n)) for n in range(MOST_NESTED + 2)]
    (google, _) = breakdown(groups, nested=True)
    assert [row.merged for row in google.rows] == [0] * MOST_NESTED + [2]


@given(
    st.dictionaries(st.tuples(VALUES, VALUES), st.tuples(SUMS, SUMS)),
    st.booleans(),
    st.integers(0, 80),
)
def test_the_rows_are_always_all_of_the_payments(found, nested, many):
    groups = [Group(*key, now, before) for key, (now, before) in found.items()]
    groups += [Group(f"v{number}", "", paid(number)) for number in range(many)]
    rows = breakdown(groups, nested=nested)
    assert total(row.now for row in rows) == total(group.now for group in groups)
    assert Counter(row.value for row in rows if not row.merged).most_common(1)[0][1] == 1
    for row in rows:
        if row.rows:
            assert total(inner.now for inner in row.rows) == row.now


def test_values_that_come_together_are_merged_with_those_that_find_no_room():
    many = [Group(f"value {number:03}", "", paid(100)) for number in range(MOST_ROWS + 2)]
    rows = breakdown([*many, Group("", "", paid(30), paid(4), merged=7), Group("", "", paid(5))])
    assert [row.merged for row in rows[MOST_ROWS:]] == [9, 0]
    assert rows[MOST_ROWS].now == Sum(3, 230)
    assert rows[MOST_ROWS].before == paid(4)
    assert rows[-1].now == paid(5)


def test_inner_values_that_come_together_are_one_row_of_their_value():
    rows = breakdown(
        [
            Group("google", "cpc", paid(100)),
            Group("google", "", paid(30), merged_then=4),
            Group("google", "", paid(2)),
            Group("", "", paid(7), merged=3),
        ],
        nested=True,
    )
    assert [(row.value, row.merged, row.now.paid) for row in rows] == [
        ("google", 0, 132),
        ("", 3, 7),
        ("", 0, 0),
    ]
    assert [(row.value, row.merged, row.now.paid) for row in rows[0].rows] == [
        ("cpc", 0, 100),
        ("", 4, 30),
        ("", 0, 2),
    ]
    assert rows[1].rows == ()
