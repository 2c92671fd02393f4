"""Payment links: pasted by address, learned by id, whichever comes first; nothing is parked."""

import json
from itertools import permutations

import pytest

from campaigns.models import Conversion, PaymentLink
from linktracker.simulator.chance import Chance
from linktracker.simulator.single import single_payment
from reconciliation.models import InboxEvent
from tests.factories import PAYMENT_LINK, make_link
from tests.stripe_events import deliver, pay

pytestmark = pytest.mark.django_db
MOVED = "https://donate.stripe.com/test_eVa5nPg1j1wmfXq5kr"


def told(
    number: int, *, id: str, url: str, created: int = 1_788_000_000, **fields: object
) -> bytes:
    link = {"id": id, "object": "payment_link", "url": url, "active": True, **fields}
    return json.dumps({
        "id": f"evt_link{number}", "object": "event", "type": "payment_link.updated",
        "created": created + number, "livemode": False, "data": {"object": link},
    }).encode()  # fmt: skip


def known() -> dict[str, str | None]:
    return dict(PaymentLink.objects.values_list("url", "stripe_id"))


def all_done() -> bool:
    return set(InboxEvent.objects.values_list("state", flat=True)) == {"done"}


def test_a_pasted_address_receives_its_id():
    make_link()
    deliver([told(1, id="plink_1", url=PAYMENT_LINK)])
    assert known() == {PAYMENT_LINK: "plink_1"}


def test_a_link_keeps_its_row_when_its_address_changes():
    link = make_link()
    deliver([told(1, id="plink_1", url=PAYMENT_LINK)])
    deliver([told(2, id="plink_1", url=MOVED)])
    assert known() == {MOVED: "plink_1"}
    assert PaymentLink.objects.get() == link.payment_link


def test_the_id_moves_to_the_new_address_where_that_was_pasted_first():
    make_link()
    deliver([told(1, id="plink_1", url=PAYMENT_LINK)])
    PaymentLink.objects.update(name="Donation")
    make_link(url=MOVED)
    deliver([told(2, id="plink_1", url=MOVED)])
    assert known() == {PAYMENT_LINK: None, MOVED: "plink_1"}
    assert PaymentLink.objects.get(url=MOVED).name == "Donation"
    assert all_done()


def test_payments_then_reach_the_links_of_both_addresses():
    before = make_link(utm_source="newsletter")
    plink = single_payment(PAYMENT_LINK, at=1_788_264_000, chance=Chance("one")).payment_link
    deliver([told(1, id=plink, url=PAYMENT_LINK)])
    after = make_link(url=MOVED, utm_source="linkedin", mode="none")
    deliver([told(2, id=plink, url=MOVED)])
    bodies = single_payment(before.url, at=1_788_264_000, chance=Chance("old")).events
    deliver(event.body for event in bodies if event.type != "payment_link.created")
    found = Conversion.objects.get()
    assert (found.plink_id, found.rule, found.link_line) == (plink, "tag", before.line)
    bare = single_payment(PAYMENT_LINK, at=1_788_264_000, chance=Chance("new")).events
    deliver(event.body for event in bare if event.type != "payment_link.created")
    found = Conversion.objects.exclude(pk=found.pk).get()
    assert (found.plink_id, found.grade, found.link_line) == (plink, "C", after.line)


def test_the_id_may_move_back():
    make_link()
    deliver([told(1, id="plink_1", url=PAYMENT_LINK)])
    make_link(url=MOVED)
    deliver([told(2, id="plink_1", url=MOVED)])
    deliver([told(3, id="plink_1", url=PAYMENT_LINK)])
    assert known() == {PAYMENT_LINK: "plink_1", MOVED: None}
    assert all_done()


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))))
@pytest.mark.parametrize("together", [True, False])
def test_of_ids_that_claim_one_address_the_greatest_has_it_in_any_order(order, together):
    bodies = [told(number, id=f"plink_{number}", url=PAYMENT_LINK) for number in order]
    for batch in [bodies] if together else [[body] for body in bodies]:
        deliver(batch)
    assert known() == {PAYMENT_LINK: "plink_3"}
    assert all_done()


def test_two_ids_with_one_pasted_address_in_a_batch_make_one_link():
    link = make_link()
    deliver([told(number, id=f"plink_{number}", url=PAYMENT_LINK) for number in (1, 2)])
    assert PaymentLink.objects.get() == link.payment_link
    assert known() == {PAYMENT_LINK: "plink_2"}


def test_payments_of_an_id_that_loses_its_address_are_attributed_again():
    make_link(mode="none")
    pay(PAYMENT_LINK)
    assert Conversion.objects.get().grade == "C"
    deliver([told(1, id="plink_zzz", url=PAYMENT_LINK)])
    assert Conversion.objects.get().grade == "U"


def test_what_is_known_already_changes_nothing():
    deliver([told(1, id="plink_1", url=PAYMENT_LINK)])
    before = PaymentLink.objects.values().get()
    deliver([told(2, id="plink_1", url=PAYMENT_LINK)])
    assert PaymentLink.objects.values().get() == before
