"""From bytes to observations: envelopes, embedded objects, and all that is set aside."""

import json
from pathlib import Path

import pytest

from reconciliation.core.event_types import EVENT_TYPES, outcome
from reconciliation.core.events import (
    Buyer,
    UnreadableEvent,
    observations_of,
    read_buyer,
    read_event,
    read_event_id,
)

SAMPLES = Path(__file__).parent.parent / "data" / "stripe-fixtures"
AT = 1_790_000_100
CHARGE = {
    "id": "ch_1",
    "object": "charge",
    "amount": 2000,
    "currency": "usd",
    "status": "succeeded",
    "captured": True,
    "payment_intent": "pi_1",
}
REFUND = {"id": "re_1", "object": "refund", "amount": 500, "currency": "usd", "charge": "ch_1"}
SESSION = {
    "id": "cs_test_1",
    "object": "checkout.session",
    "livemode": False,
    "mode": "payment",
    "status": "complete",
    "payment_status": "paid",
    "amount_total": 2000,
    "currency": "usd",
    "payment_intent": "pi_1",
}


def envelope(event_type="charge.succeeded", inner=CHARGE, **changes):
    event = {
        "id": "evt_1",
        "object": "event",
        "type": event_type,
        "api_version": "2026-10-28.endive",
        "created": AT,
        "livemode": False,
        "data": {"object": inner},
    }
    return {**event, **changes}


def raw(event):
    return json.dumps(event).encode()


def observe(event_type, inner, **changes):
    return observations_of(read_event(raw(envelope(event_type, inner, **changes))), "evt_1")


def test_read_event_reads_the_envelope():
    event = read_event(raw(envelope(account="acct_1")))
    assert (event.id, event.type, event.api_version) == (
        "evt_1",
        "charge.succeeded",
        "2026-10-28.endive",
    )
    assert (event.created, event.livemode, event.account) == (AT, False, "acct_1")
    assert event.object == CHARGE
    assert not event.is_thin


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"id": None}, "no id"),
        ({"id": 1}, "no id"),
        ({"id": "evt_"}, "no id"),
        ({"id": "evt_1\n"}, "no id"),
        ({"id": "evt_1\x00"}, "no id"),
        ({"id": "evt_é"}, "no id"),
        ({"id": "EVT_1"}, "no id"),
        ({"id": "evt_" + "1" * 251}, "no id"),
        ({"type": ""}, "no type"),
        ({"type": 5}, "no type"),
        ({"type": "x" * 501}, "no type"),
        ({"created": "1790000100"}, "created"),
        ({"created": 1.5}, "created"),
        ({"created": True}, "created"),
        ({"created": -1}, "created"),
        ({"created": 253_402_300_800}, "created"),
        ({"livemode": "false"}, "livemode"),
        ({"livemode": None}, "livemode"),
        ({"account": 1}, "account"),
        ({"data": None}, "no object"),
        ({"data": []}, "no object"),
        ({"data": {"object": "ch_1"}}, "no object"),
    ],
)
def test_read_event_refuses_with_a_sentence(changes, sentence):
    with pytest.raises(UnreadableEvent, match=sentence):
        read_event(raw(envelope(**changes)))


@pytest.mark.parametrize("body", [b"", b"[]", b'{"id":"evt_1"', b"\xff", b'{"__proto__":{}}'])
def test_other_bytes_are_refused(body):
    for read in (read_event, read_event_id):
        with pytest.raises(UnreadableEvent):
            read(body)


def test_an_events_id_is_read_though_the_rest_is_nonsense():
    assert read_event_id(b'{"id": "evt_1", "created": "now"}') == "evt_1"


@pytest.mark.parametrize("event_type", ["CHARGE.SUCCEEDED", "charge.dispute.created", "x" * 300])
def test_types_that_we_do_not_fold_are_kept(event_type):
    assert outcome(event_type) == "kept"
    assert observe(event_type, {"object": "dispute"}) == ()


def test_types_in_the_table_are_folded():
    assert outcome("charge.refund.updated") == "folded"


def thin(**changes):
    event = {
        "id": "evt_test_1",
        "object": "v2.core.event",
        "type": "charge.succeeded",
        "created": "2026-09-21T14:15:00.000Z",
        "livemode": False,
    }
    return raw({**event, **changes})


def test_a_thin_event_is_read_and_tells_nothing():
    event = read_event(thin())
    assert (event.is_thin, event.created) == (True, 1_790_000_100)
    assert observations_of(event, "evt_test_1") == ()
    assert read_buyer(event) is None


@pytest.mark.parametrize("created", [AT, None, "soon", "2026-09-21T14:15:00", ""])
def test_a_thin_event_without_a_moment_is_refused(created):
    with pytest.raises(UnreadableEvent, match="time zone"):
        read_event(thin(created=created))


def test_observations_say_what_when_and_from_where():
    (seen,) = observe("charge.succeeded", CHARGE)
    assert (seen.kind, seen.object_id, seen.source_id) == ("charge", "ch_1", "evt_1")
    assert (seen.stripe_at, seen.rank, seen.fetched, seen.livemode) == (AT, 2, False, False)
    assert seen.facts["paid_at"] == AT
    assert "amount_refunded" not in seen.facts


def test_an_event_ranks_at_least_as_its_type():
    (seen,) = observe("charge.updated", CHARGE)
    assert seen.rank == 3


def test_a_refund_under_a_charges_name_is_a_refund():
    (seen,) = observe("charge.refund.updated", REFUND)
    assert (seen.kind, seen.object_id) == ("refund", "re_1")


def test_embedded_objects_of_older_versions_are_observed_too():
    charge = {**CHARGE, "refunds": {"object": "list", "data": [REFUND, "re_2", None]}}
    intent = {"id": "pi_1", "object": "payment_intent", "charges": {"data": [charge]}}
    seen = observe("payment_intent.succeeded", intent)
    assert [(one.kind, one.object_id) for one in seen] == [
        ("payment_intent", "pi_1"),
        ("charge", "ch_1"),
        ("refund", "re_1"),
    ]
    assert "paid_at" not in seen[1].facts
    assert {one.source_id for one in seen} == {"evt_1"}


def test_expanded_objects_are_observed_and_others_are_not():
    intent = {"id": "pi_1", "object": "payment_intent", "latest_charge": CHARGE}
    session = {**SESSION, "payment_intent": intent, "invoice": {"object": "item", "id": "x"}}
    session["customer"] = {"id": "cus_1", "object": "customer"}
    session["invoice"] = None
    seen = observe("checkout.session.completed", session)
    assert [one.object_id for one in seen] == ["cs_test_1", "pi_1", "ch_1"]
    assert seen[0].facts["payment_intent"] == "pi_1"


def test_an_object_that_holds_itself_is_observed_once():
    refund = {**REFUND, "charge": {**CHARGE, "refunds": {"data": [{**REFUND, "amount": 1}]}}}
    seen = observe("refund.created", refund)
    assert [(one.object_id, one.facts.get("amount")) for one in seen] == [
        ("re_1", 500),
        ("ch_1", 2000),
    ]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"amount": "2000"}, "amount is “2000”, not an amount in minor units"),
        ({"amount": 20.5}, "amount is 20.5"),
        ({"amount": -1}, "amount is -1"),
        ({"amount": True}, "amount is true"),
        ({"amount": 10**12 + 1}, "amount is"),
        ({"amount": [1]}, "amount is a list"),
        ({"currency": "dollars"}, "currency"),
        ({"currency": "u$d"}, "currency"),
        ({"currency": {}}, "currency is an object"),
        ({"id": None}, "id is none"),
        ({"id": ""}, "id is"),
        ({"id": "ch_\x00"}, "id is"),
        ({"payment_intent": {}}, "payment_intent"),
        ({"payment_intent": "pi 1"}, "payment_intent"),
        ({"payment_intent": "pi/1"}, "payment_intent is “pi/1”, not the id of an object"),
        ({"id": "ch_1/2"}, "id is “ch_1/2”"),
        ({"id": "ch_1?a"}, "id is"),
        ({"id": "ch_é"}, "id is"),
        ({"id": "ch_" + "1" * 253}, "id is"),
        ({"status": "s" * 256}, "status is “ssssssssssssssssssss”, not text of at most 255"),
        ({"status": 1}, "status is 1, not text"),
        ({"captured": "yes"}, "captured"),
        ({"created": "now"}, "created"),
        ({"payment_method_details": "card"}, "no object around type"),
        ({"livemode": True}, "livemode"),
        ({"refunds": {"data": [{**REFUND, "amount": None}, {**REFUND, "id": 5}]}}, "id is 5"),
    ],
)
def test_no_money_comes_from_nonsense(changes, sentence):
    with pytest.raises(UnreadableEvent, match=sentence):
        observe("charge.succeeded", {**CHARGE, **changes})


def test_a_type_with_another_object_is_refused():
    with pytest.raises(UnreadableEvent, match=r"should hold a checkout\.session"):
        observe("checkout.session.completed", CHARGE)


def test_a_wrong_type_in_a_remark_is_left_out():
    (seen,) = observe("charge.succeeded", {**CHARGE, "failure_code": 5})
    assert "failure_code" not in seen.facts


def test_currencies_are_lower_case():
    (seen,) = observe("charge.succeeded", {**CHARGE, "currency": "USD"})
    assert seen.facts["currency"] == "usd"


def test_buyer_data_is_read_apart_from_the_facts():
    details = {"name": "A\r\nBuyer", "email": "b@example.com", "address": {"country": "nl"}}
    event = read_event(
        raw(envelope("checkout.session.completed", {**SESSION, "customer_details": details}))
    )
    assert read_buyer(event) == Buyer("A Buyer", "b@example.com", "NL")
    (seen,) = observations_of(event, "evt_1")
    assert "b@example.com" not in json.dumps(dict(seen.facts))


@pytest.mark.parametrize(
    ("fields", "buyer"),
    [
        ({"customer_email": "c@example.com"}, Buyer(None, "c@example.com", None)),
        ({"customer_details": {"name": "x" * 400}}, Buyer("x" * 320, None, None)),
        ({"customer_details": {"address": {"country": "NLD"}}}, None),
        ({"customer_details": {"name": 5, "email": [], "address": "NL"}}, None),
        ({"customer_details": None}, None),
        ({"object": "charge", "customer_email": "c@example.com"}, None),
    ],
)
def test_a_buyer_is_what_a_session_says(fields, buyer):
    assert read_buyer(read_event(raw(envelope("x", {**SESSION, **fields})))) == buyer


@pytest.mark.parametrize("sample", sorted(path.name for path in SAMPLES.glob("*.json")))
def test_every_official_sample_is_read_or_refused(sample):
    """Whatever the type says, nothing but an observation or a sentence comes out."""
    fields = json.loads((SAMPLES / sample).read_text())
    for event_type, subject in EVENT_TYPES.items():
        event = read_event(raw(envelope(event_type, fields)))
        read_buyer(event)
        if fields["object"].replace(".", "_") == subject.kind:
            assert observations_of(event, "evt_1")[0].kind == subject.kind
        else:
            with pytest.raises(UnreadableEvent):
                observations_of(event, "evt_1")


@pytest.mark.parametrize(
    ("event_type", "kept"),
    [("payment_link.updated", False), ("customer.created", True), ("payment_link", True)],
)
def test_a_type_that_is_not_folded_is_kept(event_type, kept):
    assert read_event(raw(envelope(event_type))).is_kept is kept
