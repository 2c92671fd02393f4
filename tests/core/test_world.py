"""The world repeats itself to the byte, and its truth agrees with what its events say."""

import hashlib
import json
from collections import Counter
from typing import Any

import pytest

from linktracker.simulator.catalogue import bare_url, is_live
from linktracker.simulator.chance import Chance
from linktracker.simulator.kept import kept_codes, kept_reference, success_url
from linktracker.simulator.mangling import opened_url
from linktracker.simulator.people import meet_buyer
from linktracker.simulator.rhythm import DAY, rhythm_until
from linktracker.simulator.world import (
    CATALOGUE,
    LIVE_CATALOGUE,
    SimLink,
    SimOrder,
    UnknownPaymentLink,
    World,
    build_world,
    payment_link_id,
)

UNTIL = 1_795_557_600
TICKET, SUBSCRIPTION, LIVE_TICKET = CATALOGUE[0], CATALOGUE[4], LIVE_CATALOGUE[0]
PARAMETERS = "?utm_source=newsletter&utm_medium=email&client_reference_id=lt17q2m9xzv"
LINKS = (
    SimLink(TICKET.url + PARAMETERS, "Ticket, newsletter", 5),
    SimLink(SUBSCRIPTION.url + PARAMETERS, "Supporters, newsletter", 1),
    SimLink(LIVE_TICKET.url + PARAMETERS, "Live ticket", 1),
)


def small_world(**changes: Any) -> World:
    arguments: dict[str, Any] = {
        "seed": 7,
        "until": UNTIL,
        "links": LINKS,
        "test_visits": 50,
        "live_visits": 10,
    }
    return build_world(**(arguments | changes))


@pytest.fixture(scope="module")
def world() -> World:
    return small_world(test_visits=300, live_visits=20)


def sha(world: World) -> str:
    told = (
        f"{event.id} {event.type} {event.created}".encode() + event.body for event in world.events
    )
    return hashlib.sha256(b"\n".join((*told, repr(world.payments).encode()))).hexdigest()


def objects(world: World, event_type: str) -> list[dict[str, Any]]:
    return [
        json.loads(event.body)["data"]["object"]
        for event in world.events
        if event.type == event_type
    ]


def test_one_seed_gives_the_same_bytes_twice_and_another_gives_others():
    assert sha(small_world()) == sha(small_world()) != sha(small_world(seed=8))


def test_another_tracked_link_changes_no_draw_of_the_orders():
    order = SimOrder("INV-1", 4900, "EUR", TICKET.url, "agrees")
    first = small_world(orders=[order], test_visits=0, live_visits=0)
    second = small_world(orders=[order], test_visits=0, live_visits=0, links=LINKS[:1])
    assert first.payments == second.payments


def test_events_come_in_order_of_time_with_the_payment_links_first(world):
    created = [event.created for event in world.events]
    opening = world.events[: len(CATALOGUE) + len(LIVE_CATALOGUE)]
    assert created == sorted(created)
    assert {event.type for event in opening} == {"payment_link.created"}
    assert created[-1] <= UNTIL


def test_no_two_events_share_an_id(world):
    assert len({event.id for event in world.events}) == len(world.events)


def test_what_an_event_says_outside_is_what_its_body_says(world):
    for event in world.events:
        body = json.loads(event.body)
        assert (body["id"], body["type"], body["created"]) == (event.id, event.type, event.created)


def test_every_paid_session_is_a_payment_with_its_amount(world):
    truth = {payment.session_id: payment for payment in world.payments if payment.session_id}
    sessions = objects(world, "checkout.session.completed")
    assert len(sessions) > 100
    for session in sessions:
        payment = truth[session["id"]]
        assert session["amount_total"] == payment.amount
        assert session["currency"] == payment.currency
        assert session["client_reference_id"] == payment.client_reference_id
        assert session["payment_link"] == payment.payment_link_id


def test_a_checkout_that_was_left_is_no_payment(world):
    expired = {session["id"] for session in objects(world, "checkout.session.expired")}
    assert expired
    assert not expired & {payment.session_id for payment in world.payments}


def test_a_free_order_has_no_intent_and_goes_by_its_session(world):
    free = [payment for payment in world.payments if payment.state == "free"]
    assert free
    for payment in free:
        assert payment.payment_id == payment.session_id
        assert (payment.payment_intent_id, payment.amount, payment.paid_at) == (None, 0, None)


def test_a_subscription_goes_by_its_invoice_and_its_renewals_have_no_session(world):
    renewals = [payment for payment in world.payments if payment.renewal]
    assert renewals
    for payment in renewals:
        assert payment.payment_id.startswith("in_1")
        assert (payment.session_id, payment.client_reference_id) == (None, None)
        assert payment.link_url in {LINKS[1].url, None}


def test_a_subscription_session_names_invoice_and_subscription_but_no_intent(world):
    sessions = [
        session
        for session in objects(world, "checkout.session.completed")
        if session["mode"] == "subscription"
    ]
    assert sessions
    for session in sessions:
        assert session["payment_intent"] is None
        assert session["invoice"].startswith("in_1")
        assert session["subscription"].startswith("sub_1")


def test_test_and_live_never_mix(world):
    live_ids = {link.id for link in LIVE_CATALOGUE}
    assert {payment.livemode for payment in world.payments} == {True, False}
    for payment in world.payments:
        if payment.payment_link_id:
            assert payment.livemode == (payment.payment_link_id in live_ids)
        if payment.session_id:
            assert payment.session_id.startswith("cs_live_" if payment.livemode else "cs_test_")
    for event in world.events:
        body = json.loads(event.body)
        assert body["data"]["object"].get("livemode", body["livemode"]) == body["livemode"]


def test_some_evidence_is_lost_though_the_link_earned_the_payment(world):
    lost = [
        payment
        for payment in world.payments
        if payment.link_url and payment.session_id and not payment.client_reference_id
    ]
    assert 4 <= len(lost) <= 40


def test_most_visits_end_in_a_payment_and_several_currencies_are_paid():
    world = small_world(links=(), test_visits=200, live_visits=0)
    bought = [payment for payment in world.payments if not payment.renewal]
    assert 0.75 * 200 < len(bought) < 0.95 * 200
    assert {payment.currency for payment in bought} == {"eur", "usd", "gbp", "jpy"}
    assert {"paid", "free", "failed", "refunded"} <= {payment.state for payment in bought}


def test_a_shorter_time_holds_nothing_from_before():
    world = small_world(days=3, test_visits=40, live_visits=0)
    assert all(event.created >= UNTIL - 3 * DAY - 3600 for event in world.events)


def test_no_payment_links_of_a_life_means_no_visits():
    assert not small_world(payment_links=(), links=()).payments


@pytest.mark.parametrize(
    ("fate", "amounts"),
    [
        ("agrees", [4900]),
        ("no_payment_yet", []),
        ("paid_twice", [4900, 4900]),
        ("other_currency", [4900]),
    ],
)
def test_an_order_is_paid_as_its_fate_says(fate, amounts):
    paid = ordered(fate)
    assert [payment.amount for payment in paid] == amounts
    assert {payment.order_reference for payment in paid} <= {"INV-1"}
    assert {payment.client_reference_id for payment in paid} <= {"INV-1"}


def test_a_short_order_is_paid_less_and_an_over_one_more():
    (short,), (over,) = ordered("short"), ordered("over")
    assert 0 < short.amount < 4900 < over.amount


@pytest.mark.parametrize(("asked", "paid"), [("EUR", "usd"), ("USD", "eur"), ("jpy", "usd")])
def test_an_order_in_another_currency_is_not_paid_in_its_own(asked, paid):
    (payment,) = ordered("other_currency", currency=asked)
    assert payment.currency == paid


@pytest.mark.parametrize(("url", "tracked"), [(TICKET.url, None), (LINKS[0].url, LINKS[0].url)])
def test_an_order_is_earned_by_its_own_link_if_it_has_one(url, tracked):
    (payment,) = ordered("agrees", url=url)
    assert payment.link_url == tracked


def test_a_payment_without_record_carries_a_reference_that_the_company_does_not_know():
    (payment,) = ordered("no_record")
    assert (payment.order_reference, payment.client_reference_id) == (None, "INV-1")


@pytest.mark.parametrize(
    ("query", "kept"),
    [("?client_reference_id=INV-1-lt17q2m9xzv", "INV-1-lt17q2m9xzv"), ("?utm_source=a", "INV-1")],
)
def test_an_order_keeps_the_reference_of_its_url_or_gets_its_own(query, kept):
    (payment,) = ordered("agrees", url=TICKET.url + query)
    assert payment.client_reference_id == kept


def ordered(fate, *, currency="EUR", url=TICKET.url):
    order = SimOrder("INV-1", 4900, currency, url, fate)
    return small_world(orders=[order], test_visits=0, live_visits=0).payments


def test_a_link_that_is_not_in_the_catalogue_is_refused_by_name():
    stranger = SimLink("https://buy.stripe.com/test_unknown?utm_source=a", "Stranger", 1)
    with pytest.raises(UnknownPaymentLink, match="test_unknown is not in the catalogue"):
        small_world(links=[stranger])


@pytest.mark.parametrize("value", ["a", "-", "_", "INV-2026_42", "A" * 200, "INV%2D1"])
def test_a_legal_reference_is_kept(value):
    url = f"{TICKET.url}?client_reference_id={value}"
    assert kept_reference(url) == value.replace("%2D", "-")


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?",
        "?client_reference_id=",
        "?client_reference_id=a%20b",
        "?client_reference_id=a.b",
        "?client_reference_id=a%0A",
        "?client_reference_id=%C3%A9",
        "?client_reference_id=" + "A" * 201,
        "?Client_Reference_Id=a",
        "?client_reference_id=a|b&client_reference_id=legal",
        "#client_reference_id=a",
    ],
)
def test_an_illegal_or_absent_reference_is_dropped(query):
    assert kept_reference(TICKET.url + query) is None


def test_nothing_is_kept_of_a_payment_without_url():
    assert kept_reference(None) is None


@pytest.mark.parametrize("value", ["", "spring%20sale", "50%25off", "A" * 151, "a.b", "caf%C3%A9"])
def test_one_bad_code_is_dropped_and_its_neighbours_stay(value):
    url = f"{TICKET.url}?utm_campaign={value}&utm_source={'A' * 150}&utm_id=7"
    assert kept_codes(url) == {"utm_source": "A" * 150}


def test_codes_reach_the_page_of_a_redirect_and_go_nowhere_from_a_hosted_one():
    deposit, supporter = CATALOGUE[3], SUBSCRIPTION
    query = "?utm_medium=email&utm_source=a&client_reference_id=b"
    codes = "utm_source=a&utm_medium=email"
    assert success_url(TICKET, TICKET.url + query) == f"{TICKET.redirect_url}&{codes}"
    assert success_url(supporter, supporter.url + query) == f"{supporter.redirect_url}?{codes}"
    assert success_url(TICKET, TICKET.url) == TICKET.redirect_url
    assert success_url(deposit, deposit.url + query) == "https://stripe.com"


def test_a_payment_link_has_one_id_whatever_its_parameters():
    assert payment_link_id(f"{TICKET.url}/?utm_source=a#b") == TICKET.id
    assert payment_link_id(TICKET.url[:-1]) != TICKET.id
    assert len({link.id for link in (*CATALOGUE, *LIVE_CATALOGUE)}) == 12


@pytest.mark.parametrize(
    ("url", "live"),
    [
        ("https://buy.stripe.com/test_abc?x=1", False),
        ("https://pay.example.com/b/test_abc", False),
        ("https://buy.stripe.com/abc?ref=test_", True),
        ("https://buy.stripe.com/abctest_", True),
    ],
)
def test_a_live_link_lacks_the_prefix_of_test_links(url, live):
    assert is_live(url) == live


def test_a_url_on_its_way_is_whole_stripped_or_spoiled():
    url = TICKET.url + PARAMETERS
    opened = Counter(opened_url(url, Chance(f"visit {number}")) for number in range(400))
    assert opened.pop(url) > 340
    assert opened.pop(bare_url(url)) > 1
    assert opened
    assert all(kept_reference(spoiled) != "lt17q2m9xzv" for spoiled in opened)


def test_a_url_without_reference_has_nothing_to_spoil():
    bare, coded = TICKET.url, f"{TICKET.url}?utm_source=a"
    opened = {opened_url(url, Chance(f"{n}")) for n in range(200) for url in (bare, coded)}
    assert opened == {bare, coded}


def test_the_same_name_draws_the_same_and_another_name_another():
    chance = Chance("seed")
    assert chance.fraction("a") == chance.fraction("a") != chance.fraction("b")
    assert chance.of("x").token("id", 64) != chance.of("y").token("id", 64)
    assert len(chance.token("id", 64)) == 64
    assert chance.token("id", 23).isalnum()


def test_a_draw_reaches_both_ends_and_passes_neither():
    drawn = {Chance(f"{number}").between("day", 1, 7) for number in range(200)}
    assert drawn == {1, 2, 3, 4, 5, 6, 7}
    assert all(0 <= Chance(f"{number}").fraction("x") < 1 for number in range(200))


def test_weights_decide_how_often_and_nothing_is_never():
    drawn = Counter(
        Chance(f"{number}").weigh("w", [("never", 0), ("often", 9), ("rarely", 1)])
        for number in range(500)
    )
    assert drawn["never"] == 0
    assert drawn["often"] > 5 * drawn["rarely"] > 0
    assert Chance("no weight").weigh("w", [("a", 0), ("b", 0)]) == "b"


def test_people_buy_by_day_in_the_week_and_more_towards_the_end():
    rhythm = rhythm_until(UNTIL, 56)
    moments = [rhythm.moment(Chance(f"{number}")) for number in range(2000)]
    weekdays = Counter((moment // DAY + 3) % 7 for moment in moments)
    hours = Counter(moment % DAY // 3600 for moment in moments)
    assert all(UNTIL - 56 * DAY <= moment < UNTIL for moment in moments)
    assert weekdays[1] > 1.4 * weekdays[5]
    assert hours[10] > 4 * hours[3]
    assert sum(moment > UNTIL - 28 * DAY for moment in moments) > 1050


def test_buyers_have_names_beyond_ascii_and_addresses_within_it():
    buyers = [meet_buyer(Chance(f"{number}")) for number in range(100)]
    assert any(not buyer.name.isascii() for buyer in buyers)
    assert all(buyer.email.isascii() for buyer in buyers)
    assert all(buyer.email.endswith("@example.com") for buyer in buyers)
