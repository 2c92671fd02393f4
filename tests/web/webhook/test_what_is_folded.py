"""What is authentic: folded once, kept, or set aside where a person sees it."""

import gzip
import hashlib
import json

import pytest

from campaigns.models import Conversion
from linktracker.simulator.chance import Chance
from linktracker.simulator.single import single_payment
from reconciliation.models import EventVariant
from tests.factories import PAYMENT_LINK
from tests.stripe_events import drain
from tests.web.webhook.door import event, send, stored


def test_an_event_of_a_connected_account_is_set_aside(client, db):
    """WH-27."""
    assert send(client, event(account="acct_1")).status_code == 200
    row = stored()
    assert (row.state, row.account) == ("set aside", "acct_1")
    assert "acct_1" in row.sentence


def test_a_thin_event_is_set_aside(client, db):
    """WH-30: a thin event."""
    body = json.dumps({
        "id": "evt_thin", "object": "v2.core.event", "type": "v1.billing.meter.no_meter_found",
        "created": "2026-11-20T10:00:00.000Z", "livemode": False,
    }).encode()  # fmt: skip
    assert send(client, body).status_code == 200
    assert (stored().source_id, stored().state) == ("evt_thin", "set aside")
    assert "thin event" in stored().sentence


@pytest.mark.parametrize("type_", ["customer.created", "CHARGE.SUCCEEDED", "x" * 300, "été.\x00"])
def test_a_type_that_is_not_folded_is_stored_and_kept(client, db, type_):
    """WH-28."""
    assert send(client, event(type=type_)).status_code == 200
    drain()
    assert stored().state == "kept"


UNREADABLE = {
    "empty": b"",
    "list": b"[]",
    "null": b"null",
    "number": b"1",
    "text": b'"x"',
    "truncated": event()[:-5],
    "byte order mark": b"\xef\xbb\xbf" + event(),
    "utf-16": event().decode().encode("utf-16"),
    "latin-1": event(x="é").replace(b"\\u00e9", b"\xe9"),
    "nul byte": event() + b"\x00",
    "nan": event(x=1).replace(b'"x": 1', b'"x": NaN'),
    "infinity": event(x=1).replace(b'"x": 1', b'"x": -Infinity'),
    "no id": event(id=None),
    "id of another kind": event(id="pi_1"),
    "id with nul": event(id="evt_1\x00"),
    "id with surrogate": event(id="evt_\ud800"),
    "id number": event(id=7),
    "long id": event(id="evt_" + "1" * 300),
    "no type": event(type=""),
    "long type": event(type="x" * 600),
    "no object": event(data={}),
    "data list": event(data=[]),
    "mode text": event(livemode="false"),
    "no mode": event(livemode=None),
    "created text": event(created="now"),
    "created negative": event(created=-1),
    "created far": event(created=10**30),
    "account number": event(account=5),
    "depth 200": b"[" * 200 + b"]" * 200,
    "depth 100000": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "gzip": gzip.compress(event()),
    "html": b"<html>",
    "form": b"id=evt_1&type=charge.succeeded",
}


@pytest.mark.parametrize("what", sorted(UNREADABLE))
def test_an_authentic_body_that_cannot_be_read_is_stored_and_set_aside(client, db, what):
    """WH-30."""
    body = UNREADABLE[what]
    for _ in range(2):
        assert send(client, body).json() == {"received": True}
    row = stored()
    assert row.source_id == f"sha256:{hashlib.sha256(body).hexdigest()}"
    assert (row.state, row.deliveries, bytes(row.body)) == ("set aside", 2, body)
    assert row.sentence.endswith(".")
    drain()
    assert not Conversion.objects.exists()


SESSION = {"id": "cs_test_a1B2c3D4e5", "object": "checkout.session", "livemode": False}
ODD = {
    "huge amount": {**SESSION, "amount_total": 10**30},
    "negative amount": {**SESSION, "amount_total": -5, "currency": "eur"},
    "float amount": {**SESSION, "amount_total": 1e200},
    "text amount": {**SESSION, "amount_total": "49.00"},
    "odd currency": {**SESSION, "amount_total": 5, "currency": "e\x00r"},
    "long currency": {**SESSION, "amount_total": 5, "currency": "euros"},
    "reference with nul": {**SESSION, "client_reference_id": "a\x00b"},
    "surrogate": {**SESSION, "client_reference_id": "\ud800"},
    "formula": {**SESSION, "client_reference_id": "=1+1"},
    "line break": {**SESSION, "customer_details": {"email": "a@example.com\r\nBcc: b@example.com"}},
    "proto": {**SESSION, "__proto__": {"admin": True}},
    "20000 keys": {**SESSION, **{f"k{number}": number for number in range(20_000)}},
    "other object": {"id": "ch_1", "object": "charge"},
    "id number": {**SESSION, "id": 5},
    "other mode": {**SESSION, "livemode": True},
    "created far": {**SESSION, "created": 10**12},
}


@pytest.mark.parametrize("what", sorted(ODD))
def test_an_odd_object_makes_no_money_and_stops_no_worker(client, db, what):
    """WH-30 and WH-31."""
    odd = event(type="checkout.session.completed", data={"object": ODD[what]})
    good = single_payment(PAYMENT_LINK, at=1_788_264_000, chance=Chance("behind an odd one"))
    assert send(client, odd).status_code == 200
    for told in good.events:
        send(client, told.body)
    drain()
    paid = Conversion.objects.filter(state="paid")
    assert [row.session_id for row in paid] == [good.session]
    assert not Conversion.objects.filter(received__gt=0).exclude(session_id=good.session).exists()


NOT_PAID = {
    "completed but unpaid": ("completed", {"status": "complete", "payment_status": "unpaid"}),
    "expired": ("expired", {"status": "expired", "payment_status": "unpaid"}),
    "failed later": ("async_payment_failed", {"status": "complete", "payment_status": "unpaid"}),
    "nothing to pay": (
        "completed",
        {"status": "complete", "payment_status": "no_payment_required", "amount_total": 0},
    ),
}


@pytest.mark.parametrize("what", sorted(NOT_PAID))
def test_a_session_that_is_not_paid_is_no_money(client, db, what):
    """WH-29."""
    kind, changes = NOT_PAID[what]
    session = {**SESSION, "mode": "payment", "currency": "eur", "amount_total": 900, **changes}
    told = event(type=f"checkout.session.{kind}", data={"object": session})
    assert send(client, told).status_code == 200
    drain()
    assert stored().state == "done"
    assert not Conversion.objects.filter(received__gt=0).exists()
    assert not Conversion.objects.filter(state="paid").exists()


def test_three_events_of_one_session_are_one_payment(client, db):
    """WH-24."""
    payment = single_payment(PAYMENT_LINK, at=1_788_264_000, chance=Chance("three"), amount=900)
    for told in payment.events:
        send(client, told.body)
    completed = next(e for e in payment.events if b"checkout.session.completed" in e.body)
    session = json.loads(completed.body)["data"]["object"]
    for number, kind in enumerate(("async_payment_succeeded", "completed")):
        again = event(
            id=f"evt_again_{number}",
            type=f"checkout.session.{kind}",
            created=1_788_264_100 + number,
            data={"object": session},
        )
        assert send(client, again).status_code == 200
    drain()
    paid = Conversion.objects.get()
    assert (paid.session_id, paid.received) == (payment.session, 900)


@pytest.mark.parametrize("first", ["payment", "refund"])
def test_a_refund_counts_whichever_came_first(client, db, first):
    """WH-25."""
    payment = single_payment(PAYMENT_LINK, at=1_788_264_000, chance=Chance("back"), amount=900)
    refund = {
        "id": "re_1a2B3c4D5e6F", "object": "refund", "amount": 400, "currency": "eur",
        "status": "succeeded", "created": 1_788_264_500,
        "payment_intent": payment.payment_intent,
    }  # fmt: skip
    paid = [told.body for told in payment.events]
    back = [event(type="refund.created", created=1_788_264_500, data={"object": refund})]
    for part in (paid, back) if first == "payment" else (back, paid):
        assert {send(client, body).status_code for body in part} == {200}
        drain()
    row = Conversion.objects.get()
    assert (row.amount, row.refunded, row.received) == (900, 400, 500)


def test_another_body_of_a_paid_event_changes_no_money(client, db):
    """WH-23: the second body has no effect."""
    payment = single_payment(PAYMENT_LINK, at=1_788_264_000, chance=Chance("twice"), amount=900)
    for told in payment.events:
        send(client, told.body)
        send(client, told.body.replace(b"900", b"90000"))
    drain()
    assert Conversion.objects.get().received == 900
    assert EventVariant.objects.exists()
