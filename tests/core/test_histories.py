"""Histories are as mean as Stripe can be, and a single payment is exactly one."""

import json
from collections import Counter, defaultdict
from itertools import pairwise

import pytest

from linktracker.simulator.catalogue import CATALOGUE
from linktracker.simulator.chance import Chance
from linktracker.simulator.histories import histories
from linktracker.simulator.payloads import VERSIONS
from linktracker.simulator.single import single_payment

AT = 1_795_557_600


@pytest.fixture(scope="module")
def lives():
    return histories(11, 200)


@pytest.fixture(scope="module")
def bodies(lives):
    return [[json.loads(event.body) for event in life.events] for life in lives]


def test_one_seed_tells_the_same_lives_and_more_of_them_begin_alike(lives):
    assert histories(11, 3) == lives[:3]
    assert histories(12, 3) != lives[:3]


def test_a_life_is_one_payment_its_renewals_or_nothing(lives):
    for life in lives:
        assert sum(not payment.renewal for payment in life.payments) <= 1
    assert {len(life.payments) for life in lives} == {0, 1, 2, 3}


def test_every_state_and_every_event_type_occurs(lives):
    states = {payment.state for life in lives for payment in life.payments}
    assert states == {"paid", "free", "failed", "partly_refunded", "refunded"}
    assert len({event.type for life in lives for event in life.events}) == 19


def test_events_of_one_object_crowd_into_one_second(bodies):
    crowded = Counter(
        (body["data"]["object"]["id"], body["created"]) for life in bodies for body in life
    )
    assert sum(count > 1 for count in crowded.values()) > 20


def test_one_life_speaks_several_versions_and_all_are_spoken(bodies):
    spoken = [{body["api_version"] for body in life} for life in bodies]
    assert set().union(*spoken) == set(VERSIONS)
    assert any(len(versions) > 2 for versions in spoken)


def test_the_oldest_version_never_hides_whether_a_session_was_paid(bodies):
    for body in (body for life in bodies for body in life):
        session = body["data"]["object"]
        if body["type"] == "checkout.session.completed" and "payment_status" not in session:
            assert session["amount_total"] > 0
            assert session["subscription"] or session["mode"] == "payment"


def test_a_later_snapshot_sometimes_lacks_what_an_earlier_one_had(bodies):
    seen = defaultdict(list)
    for body in (body for life in bodies for body in life):
        if body["data"]["object"]["object"] == "charge":
            charge = body["data"]["object"]
            seen[charge["id"]].append(charge["balance_transaction"])
    assert any(before and not after for told in seen.values() for before, after in pairwise(told))


def test_refunds_that_did_not_fail_add_up_to_what_is_refunded(lives, bodies):
    for life, told in zip(lives, bodies, strict=True):
        refunds = {
            body["data"]["object"]["id"]: body["data"]["object"]
            for body in told
            if body["type"].startswith("refund.")
        }
        kept = [refund["amount"] for refund in refunds.values() if refund["status"] != "failed"]
        assert sum(kept) == sum(payment.refunded for payment in life.payments)


def test_an_invoice_can_be_joined_to_its_intent_by_one_event_at_least(bodies):
    for life in bodies:
        joined, invoices = set(), set()
        for body in life:
            told = body["data"]["object"]
            if body["type"] == "invoice.paid":
                invoices.add(told["id"])
                joined |= {told["id"]} if "payment_intent" in told else set()
            if body["type"] == "invoice_payment.paid":
                joined.add(told["invoice"])
        assert joined == invoices


def test_a_subscription_goes_by_its_invoice_or_by_a_session_too_old_to_name_it(lives, bodies):
    by_prefix = Counter()
    for life, told in zip(lives, bodies, strict=True):
        for body in told:
            session = body["data"]["object"]
            if session["object"] == "checkout.session" and session["subscription"]:
                (payment,) = (paid for paid in life.payments if paid.session_id == session["id"])
                assert payment.payment_id == session.get("invoice", session["id"])
                by_prefix[payment.payment_id[:3]] += 1
    assert set(by_prefix) == {"in_", "cs_"}


def pay(query="", *, url=CATALOGUE[0].url, **changes):
    return single_payment(url + query, at=AT, chance=Chance("demo"), **changes)


def test_a_single_payment_is_a_link_an_intent_a_charge_and_a_session():
    paid = pay("?client_reference_id=INV-1-lt17q2m9xzv")
    assert [event.type for event in paid.events] == [
        "payment_link.created",
        "payment_intent.succeeded",
        "charge.succeeded",
        "checkout.session.completed",
    ]
    session = json.loads(paid.events[-1].body)["data"]["object"]
    assert session["client_reference_id"] == "INV-1-lt17q2m9xzv"
    assert session["id"] == paid.session
    assert session["payment_intent"] == paid.payment_intent == paid.payment.payment_id
    assert session["payment_link"] == paid.payment_link == CATALOGUE[0].id


def test_a_single_payment_is_paid_at_the_moment_asked_for():
    paid = pay()
    assert {event.created for event in paid.events[1:]} == {AT} == {paid.payment.paid_at}
    assert paid.events[0].created < paid.payment.created < AT


@pytest.mark.parametrize("reference", ["a%20b", "a.b", "", "A" * 201])
def test_a_single_payment_loses_the_reference_that_stripe_drops(reference):
    assert pay(f"?client_reference_id={reference}").payment.client_reference_id is None


def test_an_unknown_payment_link_redirects_so_that_codes_show():
    paid = pay("?utm_source=a", url="https://buy.stripe.com/test_new")
    session = json.loads(paid.events[-1].body)["data"]["object"]
    assert session["success_url"].endswith("&utm_source=a")
    assert session["amount_total"] > 0


def test_an_amount_and_a_currency_can_be_asked_for():
    paid = pay(amount=6800, currency="JPY")
    assert (paid.payment.amount, paid.payment.currency) == (6800, "jpy")


def test_a_live_url_makes_a_live_payment():
    paid = pay(url="https://buy.stripe.com/abc")
    assert paid.session.startswith("cs_live_")
    assert all(json.loads(event.body)["livemode"] for event in paid.events)


def test_a_single_payment_through_a_recurring_link_begins_a_subscription():
    paid = pay(url=CATALOGUE[4].url)
    assert paid.payment_intent is None
    assert paid.payment.payment_id.startswith("in_1")
    assert paid.events[-1].type == "checkout.session.completed"


def test_the_oldest_subscription_goes_by_its_session_and_names_no_invoice():
    paid = pay(url=CATALOGUE[4].url, version=VERSIONS[0])
    assert paid.payment.payment_id == paid.session
    assert "invoice" not in json.loads(paid.events[-1].body)["data"]["object"]


@pytest.mark.parametrize(("version", "count"), [("2024-06-20", 0), ("2025-03-31.basil", 1)])
def test_an_invoice_payment_is_told_only_since_there_are_any(version, count):
    paid = pay(url=CATALOGUE[4].url, version=version)
    assert [event.type for event in paid.events].count("invoice_payment.paid") == count


def test_another_chance_is_another_payment_through_the_same_link():
    first, second = pay(), single_payment(CATALOGUE[0].url, at=AT, chance=Chance("other"))
    assert first.payment_link == second.payment_link
    assert not {event.id for event in first.events} & {event.id for event in second.events}
