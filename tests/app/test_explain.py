"""explain_payment: a contract with scripts outside, and the same in words for people."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from campaigns.core.reference import write
from campaigns.models import Conversion
from linktracker.simulator.catalogue import CATALOGUE
from linktracker.simulator.histories import histories
from reconciliation.core.payment_words import GRADES, READINGS, STATES
from reconciliation.queries import lookup
from tests.factories import PAYMENT_LINK, make_link
from tests.stripe_events import deliver, drain, pay

pytestmark = pytest.mark.django_db


def explained(stripe_id):
    out = StringIO()
    call_command("explain_payment", stripe_id, "--json", stdout=out)
    return json.loads(out.getvalue())


def in_words(stripe_id):
    out = StringIO()
    call_command("explain_payment", stripe_id, stdout=out)
    return out.getvalue()


def charge_of(told):
    return next(event for event in told.events if event.type.startswith("charge."))


def test_the_document_has_exactly_the_promised_keys():
    link = make_link(utm_campaign="spring", utm_source="mail", name="Spring")
    told = pay(link.url, amount=4900)
    found = explained(told.payment_intent)
    drawn = {key: found[key] for key in list(found) if key not in {"attribution", "observations"}}
    assert drawn == {
        "id": told.payment_intent,
        "livemode": False,
        "state": "paid",
        "currency": "eur",
        "amount": 4900,
        "refunded": 0,
        "received": 4900,
        "reference": {
            "raw": link.client_reference_id,
            "own": None,
            "tag": link.tag,
            "reading": "tagged",
        },
        "match": {
            "finding": "no_record",
            "record": None,
            "rule": None,
            "reasons": ["No number of yours came with this payment."],
        },
    }
    attribution = found["attribution"]
    assert list(attribution) == [
        "grade", "rule", "tracked_link", "campaign", "utm", "reasons", "conflicts",
    ]  # fmt: skip
    assert (attribution["grade"], attribution["rule"]) == ("A", "tag")
    assert attribution["tracked_link"] == {"id": link.line, "name": "Spring", "url": link.url}
    assert attribution["campaign"] == "spring"
    assert attribution["utm"] == {
        "utm_source": "mail",
        "utm_medium": None,
        "utm_campaign": "spring",
        "utm_term": None,
        "utm_content": None,
    }


def test_observations_come_in_stripes_order_with_their_deliveries():
    told = pay(PAYMENT_LINK)
    charge = charge_of(told)
    deliver([charge.body, charge.body])
    seen = explained(told.payment_intent)["observations"]
    assert [one["stripe_at"] for one in seen] == sorted(one["stripe_at"] for one in seen)
    assert all(one["stripe_at"].endswith("Z") for one in seen)
    assert {one["object"] for one in seen} >= {"checkout_session", "payment_intent", "charge"}
    assert set(seen[0]) == {"event", "type", "object", "object_id", "stripe_at", "deliveries"}
    assert {one["event"]: one["deliveries"] for one in seen}[charge.id] == 3
    assert sum(one["deliveries"] for one in seen) == len(seen) + 2


def test_session_charge_and_intent_explain_the_same_payment():
    told = pay(PAYMENT_LINK)
    charge = json.loads(charge_of(told).body)["data"]["object"]["id"]
    for stripe_id in (told.session, told.payment_intent, charge, charge_of(told).id):
        assert explained(stripe_id)["id"] == told.payment_intent


def test_a_subscription_is_found_by_its_invoice_and_its_intent():
    recurring = next(link for link in CATALOGUE if link.recurring)
    told = pay(recurring.url)
    payment = Conversion.objects.get(session_id=told.session)
    assert payment.payment_id.startswith("in_")
    for stripe_id in (told.session, payment.payment_id, *payment.aliases):
        assert lookup.find(stripe_id).payment_ids == (payment.payment_id,), stripe_id


def test_an_unknown_payment_says_null_where_nothing_is_known():
    found = explained(pay(PAYMENT_LINK).payment_intent)
    assert found["reference"] == {"raw": None, "own": None, "tag": None, "reading": "absent"}
    assert found["attribution"]["tracked_link"] is None
    assert found["attribution"]["campaign"] is None


@pytest.mark.parametrize(
    "stripe_id", ["pi_nobody", "nonsense", "", "pi_\x00", "evt_none", "a" * 900]
)
def test_an_unknown_id_ends_with_a_sentence(stripe_id):
    with pytest.raises(CommandError, match="No payment is known as"):
        call_command("explain_payment", stripe_id)


def test_an_object_without_a_payment_says_so():
    told = pay(PAYMENT_LINK)
    link_created = told.events[0]
    with pytest.raises(CommandError, match="No payment is known"):
        call_command("explain_payment", link_created.id)


def test_an_unfinished_checkout_is_known_but_no_payment():
    for seed in range(40):
        (world,) = histories(seed, 1)
        expired = [event for event in world.events if event.type == "checkout.session.expired"]
        if expired and not world.payments:
            break
    deliver(event.body for event in world.events)
    session = json.loads(expired[0].body)["data"]["object"]["id"]
    with pytest.raises(CommandError, match="no payment came of it"):
        call_command("explain_payment", session)


def test_the_words_say_what_the_document_says():
    link = make_link(
        name="Spring", utm_source="mail", mode="own and tag", client_reference_id="INV-1"
    )
    told = pay(link.url, amount=4900)
    deliver([charge_of(told).body])
    words = in_words(told.payment_intent)
    for part in (
        "(test): Paid, €49.00", "Received €49.00", write("INV-1", link.tag), "Certain (A) Spring",
        "utm_source mail", "Your record: no record", "delivered 2 times", "charge.succeeded",
    ):  # fmt: skip
        assert part in words


def test_the_words_tell_refunds_and_waiting_money():
    told = [world for seed in range(25) for world in histories(seed, 1)]
    deliver(event.body for world in told for event in world.events)
    drain()
    refunded = Conversion.objects.filter(refunded__gt=0).order_by("pk").first()
    assert refunded is not None
    assert "Refunded " in in_words(refunded.pk)
    waiting = Conversion.objects.exclude(state__in=["paid", "partly_refunded", "refunded"]).first()
    assert waiting is not None
    assert "nothing to compare yet" in in_words(waiting.pk)
    assert explained(waiting.pk)["match"]["finding"] is None


def test_every_state_grade_and_reading_has_its_words():
    assert set(STATES) == set(Conversion.State.values)
    assert dict(Conversion.Grade.choices) == dict(GRADES)
    assert set(READINGS) == {"tagged", "check failed", "plain", "absent"}
