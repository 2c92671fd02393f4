"""Candidates for an unknown payment: found by what came with it, never from the other mode."""

import pytest

from campaigns.core.reference import write
from campaigns.models import Conversion
from campaigns.queries.candidates import candidates_for, links_named
from linktracker.simulator.catalogue import LIVE_CATALOGUE
from tests.factories import PAYMENT_LINK, make_link, make_person
from tests.stripe_events import pay

pytestmark = pytest.mark.django_db
OTHER_LINK = "https://buy.stripe.com/test_00000000000000000A"


def paid(url, seed="one"):
    return Conversion.objects.get(pk=pay(url, seed=seed).payment_intent)


def lines(payment):
    return [one.line for one in candidates_for(payment)]


def test_links_on_the_same_payment_link_are_offered_the_last_paid_first():
    first, second, third = (make_link(utm_source=source) for source in ("a", "b", "c"))
    make_link(url=OTHER_LINK)
    pay(first.url, seed="early", at=1_788_000_000)
    pay(second.url, seed="late", at=1_788_100_000)
    payment = paid(PAYMENT_LINK)
    assert payment.grade == "U"
    assert lines(payment) == [second.line, first.line, third.line]
    assert "last paid on" in candidates_for(payment)[0].sentences[0]
    assert "nobody has paid" in candidates_for(payment)[2].sentences[0]


def test_a_damaged_tag_finds_its_link_on_any_payment_link():
    link = make_link(url=OTHER_LINK)
    make_link(utm_source="a")
    make_link(utm_source="b")
    raw = write("INV-7", link.tag)
    damaged = raw[:-4] + ("0" if raw[-4] != "0" else "1") + raw[-3:]
    payment = paid(f"{PAYMENT_LINK}?client_reference_id={damaged}")
    assert payment.grade == "U"
    assert lines(payment)[0] == link.line
    assert link.tag in candidates_for(payment)[0].sentences[0]


def test_a_reference_with_one_typing_error_finds_the_link_it_was_issued_with():
    link = make_link(url=OTHER_LINK, mode="own", client_reference_id="spring-mail-01")
    make_link(url=OTHER_LINK, mode="own", client_reference_id="spring-mail-77")
    make_link(utm_source="a")
    make_link(utm_source="b")
    payment = paid(f"{PAYMENT_LINK}?client_reference_id=sprnig-mail-01")
    assert lines(payment)[0] == link.line
    assert len(lines(payment)) == 3


def test_codes_that_name_a_campaign_offer_its_links():
    ours = make_link(utm_campaign="spring", utm_source="mail")
    make_link(utm_campaign="autumn", utm_source="mail")
    payment = paid(f"{PAYMENT_LINK}?utm_campaign=spring&utm_source=flyer")
    assert (payment.grade, payment.link_line) == ("B", None)
    assert lines(payment)[0] == ours.line


def test_a_superseded_version_offers_its_link_once():
    link = make_link(utm_source="a")
    make_link(utm_source="a", utm_term="new", line=link.line)
    make_link(utm_source="b")
    assert sorted(lines(paid(PAYMENT_LINK)))[0] == link.line
    assert len(lines(paid(PAYMENT_LINK))) == 2


def test_the_other_mode_offers_nothing():
    make_link(url=LIVE_CATALOGUE[0].url, mode="own", client_reference_id="spring-mail-01")
    payment = paid(f"{PAYMENT_LINK}?client_reference_id=spring-mail-02")
    assert lines(payment) == []


def test_a_payment_without_a_payment_link_and_reference_has_no_candidates():
    make_link()
    assert candidates_for(Conversion(livemode=False)) == ()


def test_the_number_of_queries_does_not_grow(django_assert_max_num_queries):
    by = make_person("Marketing")
    for number in range(15):
        make_link(by=by, utm_source=f"s{number}")
    payment = paid(f"{PAYMENT_LINK}?client_reference_id=lt17q2m9xzz")
    with django_assert_max_num_queries(4):
        assert len(lines(payment)) == 10


def test_a_link_is_named_by_number_tag_address_or_name():
    link = make_link(name="Spring mail")
    for typed in (str(link.line), link.tag, link.url, "Spring mail"):
        assert links_named(typed, livemode=False) == [link.line], typed
        assert links_named(typed, livemode=True) == [], typed


@pytest.mark.parametrize("typed", ["spring mail", "0", "9" * 30, "https://example.com/a", "/", "²"])
def test_what_names_no_link_finds_none(typed):
    make_link(name="Spring mail")
    assert links_named(typed, livemode=False) == []


def test_a_name_that_two_links_have_finds_both():
    lines = [make_link(name="Spring", utm_source=source).line for source in ("a", "b")]
    assert links_named("Spring", livemode=False) == lines
