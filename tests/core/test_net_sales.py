"""Net sales: received without tax, to the minor unit."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciliation.core.net_sales import net_sales


@pytest.mark.parametrize(
    ("amount", "received", "tax", "expected"),
    [
        (12100, 12100, 2100, 10000),
        (12100, 6050, 2100, 5000),
        (12100, 0, 2100, 0),
        (4900, 4900, 0, 4900),
        (4900, 4900, None, None),
        (0, 0, 0, 0),
        (3, 1, 1, 1),
        (2, 1, 1, 0),
    ],
)
def test_tax_is_taken_out_in_proportion(amount, received, tax, expected):
    assert net_sales(amount=amount, received=received, tax=tax) == expected


@settings(max_examples=100)
@given(st.data())
def test_net_sales_lie_between_nothing_and_what_was_received(data):
    amount = data.draw(st.integers(1, 10**12))
    received = data.draw(st.integers(0, amount))
    tax = data.draw(st.integers(0, amount))
    net = net_sales(amount=amount, received=received, tax=tax)
    assert net is not None
    assert 0 <= net <= received
    assert net_sales(amount=amount, received=amount, tax=tax) == amount - tax
