"""The state and the amounts of a payment, judged from whatever we hold of its objects."""

from collections import defaultdict
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciliation.core.events import Event, observations_of
from reconciliation.core.facts import Facts
from reconciliation.core.fold import Observation, fold
from reconciliation.core.payment import (
    Members,
    judge,
    payment_id_of_invoice,
    payment_id_of_session,
)

SESSION: Facts = {
    "mode": "payment",
    "status": "complete",
    "payment_status": "paid",
    "payment_intent": "pi_1",
    "amount_total": 2000,
    "amount_tax": 350,
    "currency": "usd",
    "created": 100,
    "paid_at": 160,
    "payment_link": "plink_1",
    "client_reference_id": "cart_1",
    "promotion_codes": ["promo_1"],
    "success_url": "https://shop.example/",
}
UNPAID: Facts = {**SESSION, "payment_status": "unpaid", "paid_at": None}
INTENT: Facts = {
    "status": "succeeded",
    "amount": 2000,
    "amount_received": 2000,
    "currency": "usd",
    "created": 110,
    "accepted_at": 150,
    "paid_at": 159,
}
CHARGE: Facts = {
    "status": "succeeded",
    "captured": True,
    "amount": 2000,
    "amount_captured": 2000,
    "amount_refunded": 0,
    "currency": "usd",
    "created": 120,
}
REFUND: Facts = {"status": "succeeded", "amount": 500, "currency": "usd", "created": 900}
INVOICE: Facts = {
    "subscription": "sub_1",
    "status": "paid",
    "amount_paid": 1500,
    "amount_due": 1500,
    "currency": "eur",
    "created": 50,
    "paid_at": 60,
    "tax": 250,
    "billing_reason": "subscription_create",
}
SUBSCRIBED: Facts = {
    **SESSION,
    "mode": "subscription",
    "payment_intent": None,
    "invoice": "in_1",
    "subscription": "sub_1",
}


def state(payment_id="pi_1", **members):
    payment = judge(payment_id, Members(**members))
    return payment and payment.state


@pytest.mark.parametrize(
    ("facts", "payment_id"),
    [
        ({"mode": "payment", "payment_intent": "pi_1"}, "pi_1"),
        ({"mode": "payment", "payment_intent": "pi_1", "invoice": "in_1"}, "pi_1"),
        ({"mode": "payment", "payment_intent": None}, "cs_1"),
        ({"mode": "subscription", "invoice": "in_1"}, "in_1"),
        ({"mode": "subscription", "invoice": None, "subscription": "sub_1"}, "cs_1"),
        ({"mode": "setup", "payment_intent": "pi_1"}, "cs_1"),
        ({"payment_intent": "pi_1"}, "pi_1"),
        ({}, "cs_1"),
    ],
)
def test_the_session_alone_names_its_payment(facts, payment_id):
    assert payment_id_of_session(facts, "cs_1") == payment_id


@pytest.mark.parametrize(
    ("facts", "payment_id"),
    [
        ({"subscription": "sub_1", "payment_intent": "pi_1"}, "in_1"),
        ({"subscription": None, "payment_intent": "pi_1"}, "pi_1"),
        ({}, None),
    ],
)
def test_only_a_subscriptions_invoice_is_a_payment(facts, payment_id):
    assert payment_id_of_invoice(facts, "in_1") == payment_id


def test_a_paid_session_is_a_payment_with_all_that_it_tells():
    payment = judge("pi_1", Members(sessions={"cs_1": SESSION}, intents={"pi_1": INTENT}))
    assert payment is not None
    assert (payment.state, payment.currency, payment.amount) == ("paid", "usd", 2000)
    assert (payment.refunded, payment.received, payment.tax) == (0, 2000, 350)
    assert (payment.paid_at, payment.created_at) == (159, 100)
    assert (payment.session_id, payment.payment_link) == ("cs_1", "plink_1")
    assert payment.client_reference_id == "cart_1"
    assert payment.promotion_codes == ("promo_1",)
    assert payment.success_url == "https://shop.example/"
    assert (payment.through_link, payment.renewal, payment.subscription) == (True, False, None)


@pytest.mark.parametrize(
    "members",
    [
        {"sessions": {"cs_1": SESSION}},
        {"intents": {"pi_1": INTENT}},
        {"charges": {"ch_1": CHARGE}},
        {"sessions": {"cs_1": UNPAID}, "intents": {"pi_1": INTENT}},
        {"sessions": {"cs_1": UNPAID}, "charges": {"ch_1": CHARGE}},
        {"sessions": {"cs_1": {**UNPAID, "status": "expired"}}, "charges": {"ch_1": CHARGE}},
    ],
)
def test_any_one_proof_is_enough(members):
    payment = judge("pi_1", Members(**members))
    assert payment is not None
    assert (payment.state, payment.amount, payment.received) == ("paid", 2000, 2000)


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"sessions": {"cs_1": {**UNPAID, "status": "open"}}},
        {"sessions": {"cs_1": {**SESSION, "status": "open"}}},
        {"sessions": {"cs_1": {**UNPAID, "status": "expired"}}},
        {"sessions": {"cs_1": {**UNPAID, "status": None}}},
        {"intents": {"pi_1": {**INTENT, "status": "requires_payment_method", "accepted_at": None}}},
        {"intents": {"pi_1": {**INTENT, "status": "requires_action", "accepted_at": None}}},
        {"intents": {"pi_1": {**INTENT, "status": "canceled", "accepted_at": None}}},
        {"charges": {"ch_1": {**CHARGE, "status": "failed"}}},
        {"charges": {"ch_1": {**CHARGE, "captured": False, "amount_refunded": 2000}}},
        {"refunds": {"re_1": REFUND}},
        {"sessions": {"cs_1": {**SESSION, "currency": None}}},
        {"sessions": {"cs_1": {**SESSION, "amount_total": None}}},
        {"sessions": {"cs_1": {**SESSION, "created": None}}},
    ],
    ids=range(14),
)
def test_there_is_nothing_to_show_before_the_buyers_part_is_done(members):
    assert judge("pi_1", Members(**members)) is None


@pytest.mark.parametrize(
    "members",
    [
        {"sessions": {"cs_1": UNPAID}},
        {"sessions": {"cs_1": {**UNPAID, "payment_status": None}}},
        {"sessions": {"cs_1": {**UNPAID, "payment_status": "no_payment_required"}}},
        {
            "sessions": {"cs_1": UNPAID},
            "intents": {
                "pi_1": {**INTENT, "status": "requires_payment_method", "accepted_at": None}
            },
        },
        {"intents": {"pi_1": {**INTENT, "status": "processing"}}},
        {"intents": {"pi_1": {**INTENT, "status": "requires_capture"}}},
        {"charges": {"ch_1": {**CHARGE, "status": "pending"}}},
        {"charges": {"ch_1": {**CHARGE, "captured": False}}},
        {"sessions": {"cs_1": UNPAID}, "refunds": {"re_1": REFUND}},
    ],
    ids=range(9),
)
def test_a_payment_waits_without_proof(members):
    payment = judge("pi_1", Members(**members))
    assert payment is not None
    assert (payment.state, payment.refunded, payment.received) == ("pending", 0, 0)
    assert payment.paid_at is None


@pytest.mark.parametrize(
    ("session", "intent", "expected"),
    [
        ({**UNPAID, "async_failed": True}, {}, "failed"),
        ({**UNPAID, "async_failed": False}, {}, "pending"),
        (UNPAID, {"status": "requires_payment_method", "accepted_at": 150}, "failed"),
        (UNPAID, {"status": "canceled", "accepted_at": None}, "canceled"),
        ({}, {"status": "requires_payment_method", "accepted_at": 150}, "failed"),
        ({}, {"status": "canceled", "accepted_at": 150}, "canceled"),
        ({**UNPAID, "async_failed": True}, {"status": "succeeded"}, "paid"),
        (SESSION, {"status": "canceled"}, "paid"),
    ],
)
def test_a_payment_ends_only_after_the_buyers_part(session, intent, expected):
    sessions = {"cs_1": session} if session else {}
    intents = {"pi_1": {**INTENT, **intent}} if intent else {}
    assert state(sessions=sessions, intents=intents) == expected


def test_one_try_that_is_under_way_outweighs_one_that_ended():
    intents = {
        "pi_1": {**INTENT, "status": "canceled"},
        "pi_2": {**INTENT, "status": "processing"},
    }
    assert state(intents=intents) == "pending"


FREE: Facts = {**SESSION, "payment_intent": None, "payment_status": "no_payment_required"}


@pytest.mark.parametrize(
    ("payment_id", "members"),
    [
        ("cs_1", {"sessions": {"cs_1": {**FREE, "amount_total": 0}}}),
        ("cs_1", {"sessions": {"cs_1": {**FREE, "amount_total": 0, "payment_status": "paid"}}}),
        ("in_1", {"invoices": {"in_1": {**INVOICE, "amount_paid": 0}}}),
        (
            "in_1",
            {
                "sessions": {
                    "cs_1": {
                        **SUBSCRIBED,
                        "amount_total": 0,
                        "payment_status": "no_payment_required",
                    }
                },
                "invoices": {"in_1": {**INVOICE, "amount_paid": 0}},
            },
        ),
    ],
    ids=["code", "paid nothing", "invoice of zero", "trial"],
)
def test_a_payment_of_nothing_is_free(payment_id, members):
    payment = judge(payment_id, Members(**members))
    assert payment is not None
    assert (payment.state, payment.amount, payment.received) == ("free", 0, 0)


@pytest.mark.parametrize(
    ("payment_id", "members"),
    [
        ("cs_1", {"sessions": {"cs_1": {**FREE, "amount_total": 0, "status": "open"}}}),
        ("cs_1", {"sessions": {"cs_1": {**FREE, "mode": "setup", "amount_total": None}}}),
        ("in_1", {"invoices": {"in_1": {**INVOICE, "amount_due": 0, "status": "open"}}}),
    ],
    ids=["open", "setup", "open invoice"],
)
def test_nothing_is_free_before_it_is_settled(payment_id, members):
    assert judge(payment_id, Members(**members)) is None


@pytest.mark.parametrize(
    ("refunds", "counter", "refunded", "expected"),
    [
        ([], 0, 0, "paid"),
        ([("succeeded", 500)], 0, 500, "partly_refunded"),
        ([("succeeded", 500)], 500, 500, "partly_refunded"),
        ([], 500, 500, "partly_refunded"),
        ([("pending", 500), ("requires_action", 200)], 0, 700, "partly_refunded"),
        ([("succeeded", 500)], 2000, 2000, "refunded"),
        ([("succeeded", 2000)], 0, 2000, "refunded"),
        ([("succeeded", 1500), ("succeeded", 1500)], 0, 2000, "refunded"),
        ([("failed", 500)], 500, 0, "paid"),
        ([("failed", 500)], 0, 0, "paid"),
        ([("canceled", 500), ("succeeded", 300)], 800, 300, "partly_refunded"),
        ([("failed", 500), ("succeeded", 300)], 300, 300, "partly_refunded"),
        ([(None, 500)], 0, 500, "partly_refunded"),
    ],
)
def test_refunds_are_what_the_better_witness_says(refunds, counter, refunded, expected):
    members = Members(
        sessions={"cs_1": SESSION},
        charges={"ch_1": {**CHARGE, "amount_refunded": counter}},
        refunds={
            f"re_{number}": {**REFUND, "status": status, "amount": amount}
            for number, (status, amount) in enumerate(refunds)
        },
    )
    payment = judge("pi_1", members)
    assert payment is not None
    assert (payment.refunded, payment.state) == (refunded, expected)
    assert payment.received == 2000 - refunded


@pytest.mark.parametrize(
    "members",
    [
        {"charges": {"ch_0": {**CHARGE, "status": "failed", "amount_refunded": 900}}},
        {"charges": {"ch_1": {**CHARGE, "currency": "eur", "amount_refunded": 900}}},
        {"refunds": {"re_1": {**REFUND, "currency": "eur"}}},
    ],
    ids=["failed try", "charge in another currency", "refund in another currency"],
)
def test_what_is_not_of_this_money_is_not_refunded(members):
    assert state(sessions={"cs_1": SESSION}, **members) == "paid"


PART: Facts = {**CHARGE, "amount": 10000, "amount_captured": 6000, "amount_refunded": 4000}
"""Captured in part: Stripe counts what it released again as refunded."""
WHOLE: Facts = {**SESSION, "amount_total": 10000}
PART_CAME: Facts = {**INTENT, "amount": 10000, "amount_received": 6000}


@pytest.mark.parametrize(
    "members",
    [
        {"charges": {"ch_1": PART}},
        {"intents": {"pi_1": PART_CAME}},
        {"sessions": {"cs_1": WHOLE}, "charges": {"ch_1": PART}},
        {"sessions": {"cs_1": WHOLE}, "intents": {"pi_1": PART_CAME}},
        {"sessions": {"cs_1": WHOLE}, "charges": {"ch_1": {**PART, "amount_refunded": 0}}},
    ],
    ids=["charge", "intent", "session and charge", "session and intent", "release not counted"],
)
def test_of_a_partial_capture_the_captured_part_is_the_payment(members):
    payment = judge("pi_1", Members(**members))
    assert payment is not None
    assert (payment.amount, payment.refunded, payment.received) == (6000, 0, 6000)
    assert payment.state == "paid"


@pytest.mark.parametrize(
    ("charge", "amount", "refunded"),
    [
        ({**PART, "amount_refunded": 5000}, 6000, 1000),
        ({**PART, "amount_refunded": 10000}, 6000, 6000),
        ({**PART, "amount_captured": None}, 10000, 4000),
        ({**PART, "amount_captured": 10000}, 10000, 4000),
        ({**PART, "amount_captured": 12000}, 10000, 4000),
        ({**PART, "status": "failed"}, 10000, 0),
        ({**PART, "captured": False}, 10000, 0),
    ],
    ids=["some back", "all back", "older", "captured whole", "captured more", "failed", "held"],
)
def test_only_what_was_released_is_left_out_of_the_count(charge, amount, refunded):
    payment = judge("pi_1", Members(sessions={"cs_1": WHOLE}, charges={"ch_1": charge}))
    assert payment is not None
    assert (payment.amount, payment.refunded) == (amount, refunded)


RELEASE: Facts = {**REFUND, "charge": "ch_1", "amount": 4000, "created": 130}


@pytest.mark.parametrize(
    ("refunds", "counter", "refunded"),
    [
        ({"re_1": RELEASE}, 4000, 0),
        ({"re_1": RELEASE}, 0, 0),
        ({"re_1": RELEASE, "re_2": {**RELEASE, "amount": 1000}}, 4000, 1000),
        ({"re_1": RELEASE, "re_2": {**RELEASE, "created": 900}}, 4000, 4000),
        ({"re_1": RELEASE}, 8000, 4000),
        ({"re_1": {**RELEASE, "amount": 3999}}, 4000, 3999),
        ({"re_1": {**RELEASE, "charge": "ch_2"}}, 4000, 4000),
        ({"re_1": {**RELEASE, "charge": None}}, 4000, 4000),
    ],
    ids=[
        "counted", "not counted", "and some back", "and as much back", "only the counter knows",
        "another amount", "another charge", "no charge",
    ],
)  # fmt: skip
def test_the_refund_that_tells_a_release_gives_nothing_back(refunds, counter, refunded):
    charge = {**PART, "amount_refunded": counter}
    payment = judge("pi_1", Members(charges={"ch_1": charge}, refunds=refunds))
    assert payment is not None
    assert (payment.amount, payment.refunded) == (6000, refunded)


def test_an_intent_that_is_not_through_says_nothing_about_a_part():
    asked = {**PART_CAME, "status": "requires_capture"}
    payment = judge("pi_1", Members(sessions={"cs_1": WHOLE}, intents={"pi_1": asked}))
    assert payment is not None
    assert payment.amount == 10000


@pytest.mark.parametrize(
    ("members", "amount"),
    [
        ({"intents": {"pi_1": {**INTENT, "amount_received": 1200}}}, 1200),
        ({"intents": {"pi_1": {**INTENT, "amount_received": 0}}}, 2000),
        ({"intents": {"pi_1": {**INTENT, "currency": None}}, "charges": {"ch_1": CHARGE}}, 2000),
        ({"charges": {"ch_1": {**CHARGE, "amount_captured": 1200}}}, 1200),
        ({"charges": {"ch_1": {**CHARGE, "amount_captured": None}}}, 2000),
        (
            {"charges": {"ch_0": {**CHARGE, "status": "failed", "amount": 7}, "ch_1": CHARGE}},
            2000,
        ),
        (
            {"intents": {"pi_0": {**INTENT, "status": "canceled", "amount": 7}, "pi_1": INTENT}},
            2000,
        ),
    ],
    ids=range(7),
)
def test_without_a_session_the_next_best_object_tells_the_amount(members, amount):
    payment = judge("pi_1", Members(**members))
    assert payment is not None
    assert (payment.amount, payment.through_link, payment.session_id) == (amount, False, None)


def test_of_several_sessions_the_complete_one_speaks_then_the_earliest_then_the_smallest_id():
    others: dict[str, Facts] = {
        "cs_a": {**SESSION, "status": "expired", "created": 1, "client_reference_id": "a"},
        "cs_d": {**SESSION, "created": 90, "client_reference_id": "d"},
        "cs_c": {**SESSION, "created": 90, "client_reference_id": "c"},
        "cs_b": {**SESSION, "created": 95, "client_reference_id": "b"},
    }
    payment = judge("pi_1", Members(sessions=others))
    assert payment is not None
    assert (payment.session_id, payment.client_reference_id) == ("cs_c", "c")


def test_a_subscriptions_first_invoice_is_the_sessions_payment():
    members = Members(
        sessions={"cs_1": SUBSCRIBED}, invoices={"in_1": INVOICE}, intents={"pi_1": INTENT}
    )
    payment = judge("in_1", members)
    assert payment is not None
    assert (payment.state, payment.amount, payment.currency) == ("paid", 2000, "usd")
    assert (payment.subscription, payment.renewal, payment.through_link) == ("sub_1", False, True)
    assert judge("pi_1", members) is None


def test_a_renewal_has_its_own_amount_and_the_first_sessions_link():
    renewal = {**INVOICE, "billing_reason": "subscription_cycle"}
    payment = judge("in_2", Members(sessions={"cs_1": SUBSCRIBED}, invoices={"in_2": renewal}))
    assert payment is not None
    assert (payment.state, payment.amount, payment.currency) == ("paid", 1500, "eur")
    assert (payment.tax, payment.subscription, payment.renewal) == (250, "sub_1", True)
    assert (payment.session_id, payment.payment_link) == (None, "plink_1")
    assert (payment.created_at, payment.paid_at) == (50, 60)


def test_an_open_invoice_is_shown_once_its_intent_is_under_way():
    invoice = {**INVOICE, "status": "open", "amount_paid": 0, "paid_at": None}
    assert judge("in_1", Members(invoices={"in_1": invoice})) is None
    members = Members(
        invoices={"in_1": invoice}, intents={"pi_1": {**INTENT, "status": "processing"}}
    )
    payment = judge("in_1", members)
    assert payment is not None
    assert (payment.state, payment.amount) == ("pending", 1500)


@pytest.mark.parametrize(
    ("payment_id", "members"),
    [
        ("pi_1", {"intents": {"pi_1": INTENT}, "invoices": {"in_1": INVOICE}}),
        ("cs_1", {"sessions": {"cs_1": SESSION}}),
        ("in_1", {"invoices": {"in_1": {**INVOICE, "subscription": None}}}),
    ],
    ids=["intent of a subscription", "session with an intent", "invoice of a single payment"],
)
def test_a_payment_is_withdrawn_once_it_is_part_of_another(payment_id, members):
    assert judge(payment_id, Members(**members)) is None


def test_an_invoice_of_a_single_payment_leaves_it_where_it_is():
    single = {**INVOICE, "subscription": None}
    assert state(intents={"pi_1": INTENT}, invoices={"in_1": single}) == "paid"
    assert state(sessions={"cs_1": SESSION}, invoices={"in_1": INVOICE}) == "paid"


@pytest.mark.parametrize(
    ("charge", "paid_at"),
    [({**CHARGE, "paid_at": 130}, 130), (CHARGE, 120), ({**CHARGE, "status": "failed"}, 100)],
)
def test_the_moment_of_payment_is_the_earliest_told_else_the_charges(charge, paid_at):
    payment = judge(
        "pi_1", Members(sessions={"cs_1": {**SESSION, "paid_at": None}}, charges={"ch_1": charge})
    )
    assert payment is not None
    assert payment.paid_at == paid_at


def optional(facts, **changes):
    """The same facts with some fields of another value, null or absent, as versions shape them."""
    return st.fixed_dictionaries(
        {},
        optional={
            key: st.sampled_from([value, None, *changes.get(key, [])])
            for key, value in facts.items()
        },
    )


sessions = st.dictionaries(
    st.sampled_from(["cs_1", "cs_2"]),
    optional(SESSION, status=["open", "expired"], payment_status=["unpaid"], amount_total=[0]),
)
intents = st.dictionaries(
    st.sampled_from(["pi_1", "pi_2"]),
    optional(INTENT, status=["processing", "canceled", "requires_payment_method"]),
)
invoices = st.dictionaries(st.sampled_from(["in_1"]), optional(INVOICE, status=["open"]))
charges = st.dictionaries(
    st.sampled_from(["ch_1", "ch_2"]),
    optional(CHARGE, status=["failed", "pending"], amount_refunded=[700]),
)
refunds = st.dictionaries(
    st.sampled_from(["re_1", "re_2"]), optional(REFUND, status=["failed", "pending"])
)
all_members = st.builds(Members, sessions, intents, invoices, charges, refunds)
ids = st.sampled_from(["pi_1", "in_1", "cs_1"])


def reversed_members(members):
    return Members(
        **{
            name: dict(reversed(getattr(members, name).items()))
            for name in ("sessions", "intents", "invoices", "charges", "refunds")
        }
    )


@given(ids, all_members)
def test_judge_does_not_see_the_order_of_members(payment_id, members):
    assert judge(payment_id, members) == judge(payment_id, reversed_members(members))


@given(ids, all_members)
def test_money_is_never_received_without_proof_and_always_adds_up(payment_id, members):
    payment = judge(payment_id, members)
    if payment is None:
        return
    is_paid = payment.state in ("paid", "partly_refunded", "refunded")
    assert (payment.paid_at is not None) is is_paid
    assert payment.received == (payment.amount - payment.refunded if is_paid else 0)
    assert 0 <= payment.refunded <= payment.amount
    if is_paid:
        said = [facts.get("payment_status") for facts in members.sessions.values()]
        said += [facts.get("status") for facts in members.intents.values()]
        said += [facts.get("status") for facts in members.invoices.values()]
        said += [facts.get("status") for facts in members.charges.values()]
        assert {"paid", "succeeded"} & set(said)


@given(ids, all_members)
def test_without_proof_there_is_no_money_at_any_prefix(payment_id, members):
    """Take every proof away: whatever else has arrived, nothing is paid."""

    def without(by_id, key, proof):
        return {one: facts for one, facts in by_id.items() if facts.get(key) != proof}

    unproven = replace(
        members,
        sessions=without(members.sessions, "payment_status", "paid"),
        intents=without(members.intents, "status", "succeeded"),
        invoices=without(members.invoices, "status", "paid"),
        charges=without(members.charges, "status", "succeeded"),
    )
    payment = judge(payment_id, unproven)
    assert payment is None or payment.received == 0


def told(number, event_type, at, **fields):
    """An event as it would be read from its bytes."""
    return Event(f"evt_{number}", event_type, None, at, False, None, fields)


def history_of(session_key, charge_key):
    """A delayed payment with everything in few seconds, a refund that bounces and one that stays.

    The keys are what the API version lacks (absent) or says null to, though it was told before.
    """
    session = {"id": "cs_1", "object": "checkout.session", "mode": "payment", **session_key}
    session |= {"payment_intent": "pi_1", "amount_total": 2000, "currency": "usd", "created": 90}
    intent = {"id": "pi_1", "object": "payment_intent", "amount": 2000, "currency": "usd"}
    charge = {"id": "ch_1", "object": "charge", "payment_intent": "pi_1", "amount": 2000}
    charge |= {"currency": "usd", "captured": True, "created": 100}
    late = {**charge, **charge_key, "status": "succeeded"}
    bounced = {"id": "re_1", "object": "refund", "charge": "ch_1", "amount": 700}
    stays = {"id": "re_2", "object": "refund", "charge": "ch_1", "amount": 300}
    done, paid = {"status": "complete"}, {"payment_status": "paid"}
    return [
        told(9, "payment_intent.processing", 100, **intent, status="processing"),
        told(8, "charge.pending", 100, **charge, status="pending"),
        told(7, "checkout.session.completed", 100, **session, **done, payment_status="unpaid"),
        told(6, "payment_intent.succeeded", 100, **intent, status="succeeded"),
        told(5, "charge.succeeded", 100, **charge, status="succeeded"),
        told(4, "checkout.session.async_payment_succeeded", 100, **session, **done, **paid),
        told(3, "charge.updated", 100, **late, amount_refunded=0),
        told(2, "refund.created", 200, **bounced, status="pending"),
        told(1, "charge.refunded", 200, **late, amount_refunded=700),
        told(0, "refund.failed", 200, **bounced, status="failed"),
        told(11, "refund.created", 200, **stays, status="succeeded"),
        told(10, "charge.refunded", 200, **late, amount_refunded=300),
    ]


def payment_after(events):
    """Read, fold and judge, as the worker does."""
    by_object: dict[tuple[str, str], list[Observation]] = defaultdict(list)
    for event in events:
        for seen in observations_of(event, event.id):
            by_object[seen.kind, seen.object_id].append(seen)
    held: dict[str, dict[str, Facts]] = defaultdict(dict)
    for (kind, object_id), told_of_it in by_object.items():
        held[kind][object_id] = fold(told_of_it).facts
    return judge(
        "pi_1",
        Members(
            held["checkout_session"],
            held["payment_intent"],
            held["invoice"],
            held["charge"],
            held["refund"],
        ),
    )


versions = st.builds(
    history_of,
    st.sampled_from([{}, {"invoice": None}, {"total_details": None}]),
    st.sampled_from([{}, {"payment_intent": None}, {"balance_transaction": "txn_1"}]),
)
PROOFS = {
    "payment_intent.succeeded",
    "charge.succeeded",
    "charge.updated",
    "charge.refunded",
    "checkout.session.async_payment_succeeded",
}


@settings(max_examples=30)
@given(versions, st.randoms(use_true_random=False))
def test_a_whole_history_ends_alike_in_any_order_and_is_never_paid_too_early(history, chance):
    delivered = history + chance.choices(history, k=4)
    chance.shuffle(delivered)
    payment = payment_after(delivered)
    assert payment is not None
    assert (payment.state, payment.refunded, payment.received) == ("partly_refunded", 300, 1700)
    assert (payment.paid_at, payment.created_at) == (100, 90)
    for count in range(len(delivered)):
        so_far = delivered[:count]
        early = payment_after(so_far)
        if early is not None and early.paid_at is not None:
            assert PROOFS & {event.type for event in so_far}
