"""One payment, as a page and in a drawer; its raw events; and a person's word about its link."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.models import AttributionDecision, Conversion
from linktracker.simulator.catalogue import CATALOGUE, LIVE_CATALOGUE
from linktracker.simulator.histories import histories
from reconciliation.models import Buyer
from tests.factories import PAYMENT_LINK, make_link, make_person
from tests.stripe_events import deliver, pay

pytestmark = pytest.mark.django_db
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def as_finance(client, finance):
    client.force_login(finance)
    return client


@pytest.fixture
def as_marketer(client, marketer):
    client.force_login(marketer)
    return client


def shown(client, payment_id, **headers):
    response = client.get(reverse("payment", args=[payment_id]), headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def event_of(told, kind):
    return next(event for event in told.events if event.type.startswith(kind))


def object_of(event):
    return json.loads(event.body)["data"]["object"]


def test_the_page_tells_money_origin_and_what_stripe_said(as_finance):
    link = make_link(name="Spring mail", utm_source="mail", utm_campaign="spring")
    told = pay(link.url, amount=4900)
    charge = event_of(told, "charge.")
    deliver([charge.body, charge.body])
    page = shown(as_finance, told.payment_intent)
    buyer = Buyer.objects.get(pk=told.session)
    for words in (
        "€49.00", "Paid", "Received", "Spring mail", "Certain", "and its check is right",
        link.client_reference_id, "mail", "spring", buyer.email, "delivered 3 times",
        "The buyer finished the checkout", "checkout.session.completed", told.session,
        "Your record", "fees and payouts are not read yet",
    ):  # fmt: skip
        assert words in page, words


def test_the_drawer_is_the_same_without_the_page_around_it(as_finance):
    told = pay(PAYMENT_LINK)
    fragment = shown(as_finance, told.payment_intent, **FRAGMENT)
    assert fragment.lstrip().startswith("<article")
    assert "<html" not in fragment
    response = as_finance.get(reverse("payment", args=[told.payment_intent]))
    assert "HX-Request" in response["Vary"]


def test_a_marketer_sees_the_payment_and_no_buyer(as_marketer):
    told = pay(PAYMENT_LINK)
    buyer = Buyer.objects.get(pk=told.session)
    page = shown(as_marketer, told.payment_intent)
    assert "Set its link" in page
    for hidden in (buyer.email, buyer.name, "Buyer<", "raw payload", "Your record"):
        assert hidden not in page, hidden


def test_an_auditor_sees_all_and_changes_nothing(client, auditor):
    link = make_link()
    told = pay(PAYMENT_LINK)
    client.force_login(auditor)
    page = shown(client, told.payment_intent)
    assert Buyer.objects.get(pk=told.session).email in page
    assert "<textarea" not in page
    assert "Set its link" not in page
    given = {"line": link.line, "reason": "x"}
    address = reverse("payment-assign", args=[told.payment_intent])
    assert client.post(address, given).status_code == 403
    assert not AttributionDecision.objects.exists()


def test_anonymous_visitors_sign_in_and_strangers_are_refused(client, stranger):
    told = pay(PAYMENT_LINK)
    event = event_of(told, "charge.")
    gets = [reverse("payment", args=[told.payment_intent])]
    gets += [reverse("payment-event", args=[told.payment_intent, event.id])]
    posts = [
        reverse(name, args=[told.payment_intent]) for name in ("payment-assign", "payment-undo")
    ]
    for status in (302, 403):
        assert {client.get(address).status_code for address in gets} == {status}
        assert {client.post(address).status_code for address in posts} == {status}
        client.force_login(stranger)


def test_every_id_of_the_payment_leads_to_it(as_finance):
    told = pay(PAYMENT_LINK)
    address = reverse("payment", args=[told.payment_intent])
    charge = event_of(told, "charge.")
    for name in (told.session, object_of(charge)["id"], charge.id):
        response = as_finance.get(reverse("payment", args=[name]), headers=FRAGMENT)
        assert (response.status_code, response["Location"]) == (302, address), name


@pytest.mark.parametrize(
    "name",
    ["pi_nobody", "nonsense", "pi_%00", "<script>", "x" * 400, "evt_none", "сs_test_1", "..."],
)
def test_an_unknown_id_says_what_was_looked_for(as_finance, name):
    response = as_finance.get(reverse("payment", args=["pi_q"]).replace("pi_q", name))
    assert response.status_code == 404
    assert b"<script>" not in response.content.split(b"</head>")[1]
    if name == "pi_nobody":
        assert "No payment is known as pi_nobody" in response.content.decode()


def test_a_checkout_that_was_left_is_known_and_no_payment(as_finance):
    for seed in range(40):
        (world,) = histories(seed, 1)
        left = [event for event in world.events if event.type == "checkout.session.expired"]
        if left and not world.payments:
            break
    deliver(event.body for event in world.events)
    response = as_finance.get(reverse("payment", args=[object_of(left[0])["id"]]))
    assert response.status_code == 404
    assert "No payment came of" in response.content.decode()


def test_the_other_mode_does_not_have_it(as_finance):
    live = pay(LIVE_CATALOGUE[0].url)
    for name in (live.payment_intent, live.session):
        response = as_finance.get(reverse("payment", args=[name]))
        assert response.status_code == 404
    event = event_of(live, "charge.")
    address = reverse("payment-event", args=[live.payment_intent, event.id])
    assert as_finance.get(address).status_code == 404


def test_refunds_stand_between_amount_and_received(as_finance):
    deliver(event.body for world in histories(7, 60) for event in world.events)
    payment = Conversion.objects.filter(state="partly_refunded", currency="eur").first()
    assert payment is not None
    page = shown(as_finance, payment.pk)
    assert "Refunded on" in page
    assert page.index("Amount") < page.index("Refunded on") < page.index("Received")
    assert "Partly refunded" in page


def test_a_renewal_says_so_and_shows_who_began_it(as_finance):
    deliver(event.body for world in histories(7, 60) for event in world.events)
    renewal = Conversion.objects.filter(renewal=True).order_by("pk").first()
    assert renewal is not None
    first = Conversion.objects.get(subscription_id=renewal.subscription_id, renewal=False)
    page = shown(as_finance, renewal.pk)
    assert "This payment is a renewal." in page
    assert Buyer.objects.get(pk=first.session_id).email in page


def test_a_payment_of_every_kind_has_a_page(as_finance):
    deliver(event.body for world in histories(11, 40) for event in world.events)
    kinds = Conversion.objects.order_by("state", "pk").distinct("state")
    assert len(kinds) >= 5
    for payment in kinds:
        shown(as_finance, payment.pk)


def test_a_lost_reference_is_told(as_finance):
    link = make_link(mode="own", client_reference_id="INV-7", utm_source="mail")
    told = pay(PAYMENT_LINK)
    page = shown(as_finance, told.payment_intent)
    assert "No reference came with this payment. The link was issued with INV-7." in page
    assert link.name in page


def test_the_number_of_queries_does_not_grow(as_finance):
    def queries(payment_id):
        with CaptureQueriesContext(connection) as captured:
            shown(as_finance, payment_id)
        return len(captured)

    by = make_person("Marketing")
    for source in ("a", "b"):
        make_link(by=by, utm_source=source)
    told = pay(PAYMENT_LINK)
    few = queries(told.payment_intent)
    for number in range(12):
        make_link(by=by, utm_source=f"s{number}")
    pay(PAYMENT_LINK, seed="another")
    deliver(event.body for event in told.events)
    assert queries(told.payment_intent) == few
    assert few <= 25


# The bytes


def test_the_raw_payload_is_written_out_for_those_who_may_read_it(as_finance):
    told = pay(PAYMENT_LINK)
    event = event_of(told, "checkout.session")
    address = reverse("payment-event", args=[told.payment_intent, event.id])
    page = as_finance.get(address).content.decode()
    assert "<html" in page
    assert Buyer.objects.get(pk=told.session).email in page
    assert "&quot;client_reference_id&quot;" in page
    fragment = as_finance.get(address, headers=FRAGMENT)
    assert "<html" not in fragment.content.decode()
    assert "HX-Request" in fragment["Vary"]


def test_markup_in_a_payload_stays_text(as_finance):
    told = pay(PAYMENT_LINK)
    event = event_of(told, "checkout.session")
    renamed = json.loads(event.body)
    renamed["id"] = "evt_evil"
    renamed["data"]["object"]["customer_details"]["name"] = "</pre><script>alert(1)</script>"
    deliver([json.dumps(renamed).encode()])
    address = reverse("payment-event", args=[told.payment_intent, "evt_evil"])
    for page in (as_finance.get(address).content, shown(as_finance, told.payment_intent).encode()):
        assert b"<script>alert" not in page
    assert b"&lt;script&gt;alert" in as_finance.get(address).content


def test_a_marketer_never_reaches_the_bytes(as_marketer):
    told = pay(PAYMENT_LINK)
    address = reverse("payment-event", args=[told.payment_intent, event_of(told, "charge.").id])
    assert as_marketer.get(address).status_code == 403


@pytest.mark.parametrize("event_id", ["evt_none", "nonsense", "evt_%00"])
def test_an_event_of_another_payment_is_not_shown_under_this_one(as_finance, event_id):
    told, other = pay(PAYMENT_LINK), pay(PAYMENT_LINK, seed="other")
    theirs = event_of(other, "charge.").id
    for wanted in (theirs, event_id):
        address = reverse("payment-event", args=[told.payment_intent, "evt_q"])
        assert as_finance.get(address.replace("evt_q", wanted)).status_code == 404


# A person's word


@pytest.fixture
def two_links(db):
    by = make_person("Marketing")
    return [make_link(by=by, utm_source=source, name=source) for source in ("mail", "flyer")]


@pytest.fixture
def unknown(two_links):
    return pay(PAYMENT_LINK).payment_intent


def assign(client, payment_id, **given):
    return client.post(reverse("payment-assign", args=[payment_id]), given, follow=True)


def test_a_marketer_chooses_a_candidate_and_the_page_says_so_at_once(
    as_marketer, unknown, two_links
):
    assert "Links it may have come from" in shown(as_marketer, unknown)
    response = assign(as_marketer, unknown, line=two_links[1].line, reason="Ann asked the buyer")
    page = response.content.decode()
    assert response.redirect_chain == [(reverse("payment", args=[unknown]), 302)]
    for words in ("The link is set", "Set by a person", "flyer", "Ann asked the buyer", "Undo"):
        assert words in page, words
    assert Conversion.objects.get(pk=unknown).grade == "M"


def test_another_link_is_named_by_hand(as_marketer, unknown, two_links):
    for typed in (two_links[0].tag, str(two_links[1].line), two_links[0].url, "flyer"):
        response = assign(as_marketer, unknown, other=typed, reason="As the buyer said")
        assert "The link is set" in response.content.decode(), typed


def test_codes_that_a_person_set_are_told_from_what_the_payment_brought(
    as_marketer, unknown, two_links
):
    assert "The payment brought" not in shown(as_marketer, unknown)
    assign(as_marketer, unknown, line=two_links[1].line, reason="Ann asked the buyer")
    page = shown(as_marketer, unknown)
    assert "UTM codes of the link" in page
    brought = page.partition("The payment brought")[2].partition("</dd>")[0]
    assert "no reference and no UTM code" in brought
    told = pay(f"{PAYMENT_LINK}?client_reference_id=INV-7&utm_source=radio", seed="two")
    assign(as_marketer, told.payment_intent, line=two_links[1].line, reason="Ann asked again")
    page = shown(as_marketer, told.payment_intent)
    brought = page.partition("The payment brought")[2].partition("</dd>")[0]
    assert "INV-7" in brought
    assert "flyer" not in brought


def test_a_link_on_another_payment_link_is_warned_of_and_set_when_sent_once_more(
    as_marketer, unknown, two_links
):
    far = make_link(url=CATALOGUE[1].url, name="Far")
    other = make_link(url=CATALOGUE[2].url, name="Farther")
    warned = assign(as_marketer, unknown, line=far.line, reason="Sure").content.decode()
    assert "“Far” is on the payment link" in warned
    assert "Set the link all the same" in warned
    assert not AttributionDecision.objects.exists()
    for line in (other.line, two_links[0].line + 10**6):
        assign(as_marketer, unknown, line=line, warned=far.line, reason="Sure")
        assert not AttributionDecision.objects.exists()
    assign(as_marketer, unknown, other="Far", warned=far.line, reason="Sure")
    assert Conversion.objects.get(pk=unknown).link_line == far.line


def test_a_link_with_a_version_on_the_payment_link_is_set_at_once(as_marketer, unknown, marketer):
    moved = make_link(name="Moved", utm_source="x")
    make_link(url=CATALOGUE[1].url, line=moved.line, name="Moved")
    assign(as_marketer, unknown, line=moved.line, reason="Sure")
    assert Conversion.objects.get(pk=unknown).link_line == moved.line


def test_undoing_brings_the_rules_answer_back_and_stays_in_the_history(
    as_marketer, unknown, two_links
):
    assign(as_marketer, unknown, line=two_links[0].line, reason="A guess")
    given = {"reason": "It was wrong"}
    response = as_marketer.post(reverse("payment-undo", args=[unknown]), given, follow=True)
    page = response.content.decode()
    for words in ("Undone.", "A guess", "It was wrong", "took it back", "answers so far"):
        assert words in page, words
    assert Conversion.objects.get(pk=unknown).grade == "U"


def test_in_the_drawer_the_answer_is_a_fragment_that_says_what_happened(
    as_marketer, unknown, two_links
):
    given = {"line": two_links[0].line, "reason": "Known"}
    address = reverse("payment-assign", args=[unknown])
    response = as_marketer.post(address, given, headers=FRAGMENT, follow=True)
    page = response.content.decode()
    assert page.lstrip().startswith("<article")
    assert "The link is set" in page


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"reason": "x"}, "Choose one of the links, or name another."),
        ({"line": "1", "other": "flyer", "reason": "x"}, "not both"),
        ({"other": "nobody", "reason": "x"}, "No saved link has the number, tag, address or name"),
        ({"other": "999999", "reason": "x"}, "No saved link has the number"),
        ({"line": "999999", "reason": "x"}, "There is no link 999999 in test data."),
        ({"line": "abc", "reason": "x"}, "Choose one of the links, or name another."),
        ({"other": "flyer", "reason": "  "}, "Give a reason"),
        ({"other": "flyer", "reason": "x" * 501}, "This has 501 characters; 500 fit."),
        ({"other": "a\x00b", "reason": "x"}, "This holds a character that cannot be written down"),
        ({"other": "<b>", "reason": "x"}, "&lt;b&gt;"),
    ],
)
def test_a_refused_assignment_says_why_and_changes_nothing(as_marketer, unknown, given, sentence):
    response = assign(as_marketer, unknown, **given)
    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert not AttributionDecision.objects.exists()


def test_a_name_that_several_links_have_is_refused(as_marketer, unknown):
    make_link(name="flyer", utm_source="third")
    response = assign(as_marketer, unknown, other="flyer", reason="x")
    assert "Several links are called “flyer”" in response.content.decode()


def test_a_link_of_the_other_mode_is_refused(as_marketer, unknown):
    live = make_link(url=LIVE_CATALOGUE[0].url, name="live link")
    for given in ({"line": live.line}, {"other": "live link"}):
        assign(as_marketer, unknown, reason="x", **given)
    assert not AttributionDecision.objects.exists()


def test_a_payment_of_the_other_mode_cannot_be_reached(as_marketer, two_links):
    live = pay(LIVE_CATALOGUE[0].url).payment_intent
    given = {"line": two_links[0].line, "reason": "x"}
    for name in ("payment-assign", "payment-undo"):
        for payment_id in (live, "pi_nobody"):
            address = reverse(name, args=[payment_id])
            assert as_marketer.post(address, given).status_code == 404
    assert not AttributionDecision.objects.exists()


def test_undoing_what_nobody_decided_is_refused(as_marketer, unknown):
    given = {"reason": "x"}
    address = reverse("payment-undo", args=[unknown])
    assert as_marketer.post(address, {}).status_code == 200
    assert "nothing to undo" in as_marketer.post(address, given).content.decode()
    assert not AttributionDecision.objects.exists()


def test_looking_never_changes_anything(as_finance, unknown):
    for name in ("payment-assign", "payment-undo"):
        assert as_finance.get(reverse(name, args=[unknown])).status_code == 405


def test_a_decision_needs_the_form_of_this_site(finance, unknown, two_links):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(finance)
    response = assign(strict, unknown, line=two_links[0].line, reason="forged")
    assert response.status_code == 403
    assert not AttributionDecision.objects.exists()


def test_the_renewals_of_a_subscription_follow_a_persons_word(as_marketer, two_links):
    deliver(event.body for world in histories(7, 60) for event in world.events)
    renewal = Conversion.objects.exclude(first_payment_id="").order_by("pk").first()
    assert renewal is not None
    first = renewal.first_payment_id
    before = renewal.grade
    assign(as_marketer, first, line=two_links[0].line, reason="Known")
    for payment_id in (first, renewal.pk):
        followed = Conversion.objects.get(pk=payment_id)
        assert (followed.grade, followed.link_line) == ("M", two_links[0].line)
    as_marketer.post(reverse("payment-undo", args=[first]), {"reason": "Wrong"})
    assert Conversion.objects.get(pk=renewal.pk).grade == before
