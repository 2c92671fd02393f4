"""Attribution through the real doors: links are saved, events arrive, buyers come back."""

from datetime import timedelta
from itertools import permutations

import pytest

from campaigns.actions import decisions, links
from campaigns.models import Attribution, Conversion
from linktracker.simulator.chance import Chance
from linktracker.simulator.single import single_payment
from reconciliation.actions import rebuild
from tests.factories import NOON, PAYMENT_LINK, make_link
from tests.stripe_events import LATER, deliver, drain, pay

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


LIVE_LINK = PAYMENT_LINK.replace("test_", "")


@pytest.mark.parametrize("live_first", [True, False])
def test_a_test_link_never_earns_live_money(live_first):
    """The usual routine: tried in test mode, then used live with the same reference."""
    names = {"client_reference_id": "partner-7"}
    test = make_link(mode="own", **names)
    if live_first:
        live = make_link(url=LIVE_LINK, mode="own", **names)
    pay(f"{LIVE_LINK}?client_reference_id=partner-7")
    if not live_first:
        assert the_conversion().grade == "U"
        live = make_link(url=LIVE_LINK, mode="own", **names)
        drain()
    found = the_conversion()
    assert (found.livemode, found.grade, found.link_line) == (True, "A", live.line)
    assert found.link_line != test.line


def test_the_tag_of_a_test_link_on_a_live_payment_is_no_saved_link():
    test = make_link()
    pay(f"{LIVE_LINK}?client_reference_id={test.client_reference_id}")
    assert the_conversion().grade == "U"


def test_a_code_with_a_merge_tag_is_what_the_buyers_copy_was_filled_with():
    link = make_link(utm_source="newsletter", utm_campaign="{{campaign.name}}")
    pay(link.url.replace("{{campaign.name}}", "spring"))
    found = the_conversion()
    assert (found.grade, found.utm_source, found.utm_campaign) == ("A", "newsletter", "spring")
    assert found.conflicts == []


def test_renaming_a_link_rewrites_no_answer(marketer):
    link = make_link(utm_source="newsletter", name="Spring mail")
    pay(link.url)
    before = the_conversion().reasons
    links.rename(line=link.line, name="Autumn mail", by=marketer, at=NOON)
    drain()
    assert the_conversion().reasons == before
    assert rebuild.check(at=LATER) == []
    assert Attribution.objects.count() == 1


def test_what_a_person_set_keeps_the_codes_the_link_had_then(marketer):
    link = make_link(utm_source="newsletter")
    make_link(utm_source="another")
    paid = pay(PAYMENT_LINK)
    decisions.assign(
        payment_id=paid.payment_intent,
        livemode=False,
        line=link.line,
        reason="the buyer told us",
        by=marketer,
        at=NOON + timedelta(days=1),
    )
    make_link(utm_source="changed", line=link.line, at=NOON + timedelta(days=2))
    drain()
    found = the_conversion()
    assert (found.grade, found.link_line, found.utm_source) == ("M", link.line, "newsletter")
    assert rebuild.check(at=LATER) == []


def test_a_decision_takes_effect_even_where_the_request_that_took_it_ended_too_early(marketer):
    """The worker finishes what the note in the decision's own transaction asks for."""
    link = make_link(utm_source="newsletter")
    make_link(utm_source="another")
    paid = pay(PAYMENT_LINK)
    held = Conversion.objects.get()
    decisions._record(held, "assigned", link.line, "the buyer told us", marketer, NOON)
    drain()
    assert the_conversion().grade == "M"
    assert paid.payment_intent == held.payment_id
