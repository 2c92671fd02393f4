"""The demo shows what the pages are for: every finding, and a quarter of payments."""

import pytest

from linktracker.demo import orders
from linktracker.simulator.catalogue import CATALOGUE
from reconciliation.queries import lines
from tests import demo_world

INVOICE_LINKS = {link.url: f"{link.url}?client_reference_id=x" for link in CATALOGUE}


def test_every_fate_is_met_in_euros_and_there_are_300_records():
    made = orders.make_orders(INVOICE_LINKS)
    assert len(made) == 305
    assert {order.fate for order in made if order.currency == "eur"} == {
        "agrees", "short", "over", "paid_twice", "other_currency", "no_payment_yet", "no_record",
    }  # fmt: skip
    for fate, count in orders.FATES:
        assert sum(order.fate == fate for order in made) == count


@pytest.mark.django_db
def test_the_demos_records_meet_their_payments_with_every_finding(tmp_path):
    demo_world.load(tmp_path, visits=20, all_orders=True)
    scope = lines.Scope(livemode=False)
    found = {one.tally.finding for one in lines.tallies(scope) if one.tally.lines}
    assert found >= {
        "agrees", "short", "over", "other_currency", "paid_twice", "no_record", "no_payment_yet",
    }  # fmt: skip
