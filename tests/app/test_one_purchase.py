"""One purchase is one payment, whatever its API version names and in whatever order it is told."""

import json
from itertools import permutations

import pytest

from campaigns.models import Conversion
from linktracker.simulator.catalogue import CATALOGUE
from linktracker.simulator.chance import Chance
from linktracker.simulator.single import single_payment
from reconciliation.actions import rebuild
from tests.stripe_events import LATER, deliver

pytestmark = pytest.mark.django_db

SUPPORTER = next(link for link in CATALOGUE if link.recurring)
PURCHASE = single_payment(SUPPORTER.url, at=1_788_264_000, chance=Chance("supporter"))
EVENTS = [event for event in PURCHASE.events if event.type != "payment_link.created"]
ORDERS = list(permutations(range(len(EVENTS))))[:: max(1, len(EVENTS))]


def without_invoice(body: bytes) -> bytes:
    """The session as API versions shaped it that did not name its invoice."""
    told = json.loads(body)
    if told["data"]["object"]["object"] == "checkout.session":
        del told["data"]["object"]["invoice"]
    return json.dumps(told).encode()


@pytest.mark.parametrize("order", ORDERS[:12])
def test_a_subscriptions_first_purchase_is_its_invoice(order):
    deliver(EVENTS[place].body for place in order)
    found = Conversion.objects.get()
    assert found.payment_id.startswith("in_")
    assert (found.session_id, found.amount, found.state) == (PURCHASE.session, 1200, "paid")


@pytest.mark.parametrize("order", ORDERS[:12])
def test_where_the_session_names_no_invoice_it_is_still_one_payment(order):
    for place in order:
        deliver([without_invoice(EVENTS[place].body)])
    found = Conversion.objects.get()
    assert (found.payment_id, found.amount, found.state) == (PURCHASE.session, 1200, "paid")
    assert any(alias.startswith("in_") for alias in found.aliases)
    assert rebuild.check(at=LATER) == []
