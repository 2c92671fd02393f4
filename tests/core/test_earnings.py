"""It sums payments of one currency and says no more about them than is so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.core.earnings import NOTHING, Sum, change, share, total

SUMS = st.builds(Sum, st.integers(0, 50), st.integers(0, 10**9), st.integers(0, 10**9))


def test_received_is_what_was_paid_less_what_went_back():
    assert Sum(2, 9_800, 2_000).received == 7_800


def test_received_falls_below_nothing_where_only_refunds_moved():
    assert Sum(0, 0, 2_000).received == -2_000


@pytest.mark.parametrize(
    ("of", "average"),
    [
        (Sum(2, 9_800, 2_000), 3_900),
        (Sum(3, 10_000, 0), 3_333),
        (Sum(2, 5, 0), 3),
        (Sum(2, 3, 0), 2),
        (Sum(3, 1, 0), 0),
        (Sum(2, 0, 5), -2),
        (Sum(1, 0, 0), 0),
        (Sum(0, 0, 2_000), None),
        (NOTHING, None),
    ],
)
def test_the_average_is_received_a_payment_to_the_nearest_minor_unit(of, average):
    assert of.average == average


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [(1, 4, 0.25), (0, 4, 0), (-1, 4, -0.25), (1, 0, None), (-1, -4, None), (4, 4, 1)],
)
def test_a_share_needs_a_whole(part, whole, expected):
    assert share(part, whole) == expected


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        (150, 100, 0.5),
        (50, 100, -0.5),
        (100, 100, 0),
        (0, 100, -1),
        (-50, 100, -1.5),
        (100, 0, None),
        (100, -50, None),
        (100, None, None),
    ],
)
def test_a_change_needs_something_to_compare_with(now, before, expected):
    assert change(now, before) == expected


@given(st.lists(SUMS))
def test_a_total_is_the_sum_of_every_part(sums):
    whole = total(sums)
    assert whole.payments == sum(one.payments for one in sums)
    assert whole.received == sum(one.received for one in sums)
    assert whole.paid - whole.refunded == whole.received
