"""What an open item has received: only the payments that stand on its line, whatever their order."""

from itertools import permutations

import pytest

from reconciliation.core.matching import match
from reconciliation.core.paid_items import Paid, paid_items
from tests.core.test_matching import NOON, due, paid


def added_up(payments, items):
    return {each.record_id: each for each in paid_items(payments, items, match(payments, items))}


def test_it_adds_up_the_payments_of_one_open_item_in_any_order():
    payments = [paid("pi_b", amount=4000), paid("pi_a", amount=1000, received=400, hour=2)]
    for some in permutations(payments):
        assert added_up(some, [due()]) == {
            1: Paid(1, False, "eur", False, 4900, 2, 5000, 4400, NOON, "pi_a")
        }


@pytest.mark.parametrize(
    "stray",
    [
        paid("pi_2", hour=1),  # pays it twice
        paid("pi_2", currency="usd"),
        paid("pi_2", own="INV-2"),
        paid("pi_2", own=""),
        paid("pi_2", livemode=True),
        paid("pi_2", state="pending"),
    ],
)
def test_it_leaves_out_what_pays_nothing_of_it(stray):
    assert added_up([paid(), stray], [due()])[1].payments == 1
    assert added_up([paid(), stray], [due()])[1].paid == 4900


def test_it_has_nothing_of_an_open_item_that_nothing_pays():
    assert added_up([paid(currency="usd")], [due()]) == {}
    assert added_up([], [due()]) == {}


def test_an_open_item_for_many_payments_stands_beside():
    found = added_up([paid(amount=1), paid("pi_2", amount=2)], [due(kind="many", amount=None)])
    assert (found[1].beside, found[1].expected, found[1].received) == (True, None, 3)
