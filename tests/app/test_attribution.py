"""Attribution through the real doors: links are saved, events arrive, buyers come back."""

from itertools import permutations

import pytest

from campaigns.models import Attribution, Conversion
from linktracker.simulator.chance import Chance
from linktracker.simulator.single import single_payment
from tests.factories import PAYMENT_LINK, make_link
from tests.stripe_events import deliver, drain, pay

pytestmark = pytest.mark.django_db

AT = 1_788_264_000


def the_conversion() -> Conversion:
    return Conversion.objects.get()


def test_a_payment_through_a_tagged_link_is_certain():
    link = make_link(utm_source="newsletter", utm_campaign="autumn")
    paid = pay(link.url)
    found = the_conversion()
    assert found.payment_id == paid.payment_intent
    assert (found.grade, found.rule, found.link_line) == ("A", "tag", link.line)
    assert (found.utm_source, found.utm_campaign) == ("newsletter", "autumn")
    assert found.campaign_id == link.campaign_id


def test_the_tag_of_an_older_version_goes_to_the_link_with_that_versions_codes():
    first = make_link(utm_source="newsletter")
    second = make_link(utm_source="linkedin", line=first.line)
    assert second.line == first.line
    pay(first.url)
    found = the_conversion()
    assert (found.link_line, found.utm_source) == (first.line, "newsletter")


def test_a_link_saved_later_earns_the_payments_that_were_already_there():
    pay(f"{PAYMENT_LINK}?client_reference_id=cart_48213")
    assert the_conversion().grade == "U"
    link = make_link(client_reference_id="cart_48213", mode="own")
    make_link(utm_source="another")
    drain()
    found = the_conversion()
    assert (found.grade, found.rule, found.link_line) == ("A", "own reference", link.line)


def test_a_second_link_makes_an_only_link_uncertain_and_the_history_keeps_both_answers():
    only = make_link(mode="none", utm_source="newsletter")
    pay(PAYMENT_LINK)
    assert (the_conversion().grade, the_conversion().link_line) == ("C", only.line)
    make_link(mode="none", utm_source="linkedin")
    drain()
    assert the_conversion().grade == "U"
    grades = Attribution.objects.order_by("pk").values_list("grade", flat=True)
    assert list(grades) == ["C", "U"]


def test_the_same_answer_twice_is_kept_once():
    make_link(mode="none", utm_source="newsletter")
    paid = pay(PAYMENT_LINK)
    deliver(event.body for event in paid.events)
    assert Attribution.objects.count() == 1


def test_codes_written_into_the_payment_links_own_redirect_say_nothing_about_a_sale():
    paid = single_payment(f"{PAYMENT_LINK}?utm_source=shop", at=AT, chance=Chance("redirect"))
    with_codes = [
        event.body.replace(
            b"thank-you?session_id={CHECKOUT_SESSION_ID}",
            b"thank-you?utm_source=shop&session_id={CHECKOUT_SESSION_ID}",
        )
        for event in paid.events
    ]
    deliver(with_codes)
    found = the_conversion()
    assert (found.grade, found.utm_source) == ("U", "")


@pytest.mark.parametrize("order", list(permutations(["mail", "fair", "payment", "knowledge"])))
def test_any_order_of_evidence_ends_in_the_same_answer(order):
    """The payment link's id may be learned before or after links and payment (`knowledge`)."""
    bare = f"{PAYMENT_LINK}?utm_source=newsletter&utm_campaign=autumn"
    created, *paid = single_payment(bare, at=AT, chance=Chance("order")).events
    happenings = {
        "mail": lambda: make_link(mode="none", utm_source="newsletter", utm_campaign="autumn"),
        "fair": lambda: make_link(mode="none", utm_source="flyer", utm_campaign="autumn"),
        "payment": lambda: deliver(event.body for event in paid),
        "knowledge": lambda: deliver([created.body]),
    }
    for name in order:
        happenings[name]()
    drain()
    found = the_conversion()
    assert (found.grade, found.rule) == ("B", "payment link and codes")
    assert found.utm_source == "newsletter"
    assert found.reasons == [
        found.reasons[0],
        "Stripe's redirect after this payment carried the codes utm_source newsletter, "
        "utm_campaign autumn.",
        "All saved links that use this payment link belong to the campaign “autumn”.",
    ]
    assert found.conflicts == []
