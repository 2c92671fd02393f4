"""Which objects are one payment: by Stripe's own relations, in any order."""

from hypothesis import given
from hypothesis import strategies as st

from reconciliation.core.components import (
    Known,
    components,
    names_of,
    subscription_of,
    subscriptions_begun,
)

SESSION = Known("checkout_session", "cs_1", False, {"mode": "payment", "payment_intent": "pi_1"})
INTENT = Known("payment_intent", "pi_1", False, {"status": "succeeded"})
CHARGE = Known("charge", "ch_1", False, {"payment_intent": "pi_1"})
REFUND = Known("refund", "re_1", False, {"charge": "ch_1", "payment_intent": None})
SUBSCRIBED = Known(
    "checkout_session",
    "cs_2",
    False,
    {"mode": "subscription", "invoice": "in_2", "subscription": "sub_2"},
)
INVOICE = Known("invoice", "in_2", False, {"subscription": "sub_2"})
PAID_WITH = Known(
    "invoice_payment", "inpay_2", False, {"invoice": "in_2", "payment_intent": "pi_2"}
)
ITS_INTENT = Known("payment_intent", "pi_2", False, {"status": "succeeded"})
RENEWAL = Known("invoice", "in_3", False, {"subscription": "sub_2"})

ALL = [SESSION, INTENT, CHARGE, REFUND, SUBSCRIBED, INVOICE, PAID_WITH, ITS_INTENT, RENEWAL]


def grouped(objects):
    return {
        (frozenset(known.id for known in part.objects), *part.payment_ids)
        for part in components(objects)
    }


@given(st.permutations(ALL))
def test_objects_that_name_each_other_are_one_payment_in_any_order(objects):
    assert grouped(objects) == {
        (frozenset({"cs_1", "pi_1", "ch_1", "re_1"}), "pi_1"),
        (frozenset({"cs_2", "in_2", "inpay_2", "pi_2"}), "in_2"),
        (frozenset({"in_3"}), "in_3"),
    }


def test_a_refund_before_its_charge_stands_apart_from_the_intent():
    assert grouped([INTENT, REFUND]) == {
        (frozenset({"pi_1"}), "pi_1"),
        (frozenset({"re_1"}),),
    }


def test_a_subscription_never_joins_two_payments():
    assert grouped([INVOICE, RENEWAL]) == {
        (frozenset({"in_2"}), "in_2"),
        (frozenset({"in_3"}), "in_3"),
    }


OLD_SESSION = Known(
    "checkout_session", "cs_7", False, {"mode": "subscription", "subscription": "sub_7"}
)
FIRST = Known(
    "invoice", "in_7", False, {"subscription": "sub_7", "billing_reason": "subscription_create"}
)
SECOND = Known(
    "invoice", "in_8", False, {"subscription": "sub_7", "billing_reason": "subscription_cycle"}
)


def test_an_older_session_that_names_no_invoice_has_the_first_of_its_subscription():
    assert grouped([SECOND, FIRST, OLD_SESSION]) == {
        (frozenset({"cs_7", "in_7"}), "cs_7"),
        (frozenset({"in_8"}), "in_8"),
    }
    names = names_of(FIRST.kind, FIRST.id, FIRST.facts)
    assert subscriptions_begun(names) == ["sub_7"]


def test_an_intent_is_its_own_payment_until_its_invoice_is_known():
    assert grouped([ITS_INTENT]) == {(frozenset({"pi_2"}), "pi_2")}
    assert grouped([ITS_INTENT, PAID_WITH, INVOICE]) == {
        (frozenset({"pi_2", "inpay_2", "in_2"}), "in_2")
    }


def test_a_charge_without_an_intent_stands_for_itself():
    alone = Known("charge", "ch_9", False, {"payment_intent": None, "status": "succeeded"})
    assert grouped([alone]) == {(frozenset({"ch_9"}), "ch_9")}


def test_two_sessions_of_one_component_name_two_payments():
    other = Known("checkout_session", "cs_5", False, {"mode": "payment", "payment_intent": "pi_5"})
    one_invoice = [
        Known(
            "invoice_payment",
            f"inpay_{intent}",
            False,
            {"invoice": "in_9", "payment_intent": intent},
        )
        for intent in ("pi_1", "pi_5")
    ]
    (part,) = components([SESSION, other, *one_invoice])
    assert part.payment_ids == ["pi_1", "pi_5"]


def test_an_object_names_itself_and_its_relations_and_no_attribute():
    facts = {
        "payment_intent": "pi_1",
        "invoice": None,
        "customer": "cus_1",
        "subscription": "sub_1",
    }
    assert names_of("checkout_session", "cs_1", {**facts, "invoice": "in_1"}) == {
        ("checkout_session", "cs_1"),
        ("payment_intent", "pi_1"),
        ("invoice", "in_1"),
    }
    assert subscription_of("checkout_session", facts) == "sub_1"
    assert subscription_of("charge", facts) is None
    assert names_of("payment_link", "plink_1", facts) == {("payment_link", "plink_1")}


def test_of_two_payments_in_one_component_each_has_only_what_is_its_own():
    other = Known("checkout_session", "cs_5", False, {"mode": "payment", "payment_intent": "pi_5"})
    shared = [
        Known("invoice", "in_9", False, {"amount_paid": 500}),
        *(
            Known(
                "invoice_payment",
                f"inpay_{intent}",
                False,
                {"invoice": "in_9", "payment_intent": intent},
            )
            for intent in ("pi_1", "pi_5")
        ),
    ]
    their_refund = Known("refund", "re_5", False, {"payment_intent": "pi_5"})
    objects = [SESSION, INTENT, CHARGE, REFUND, other, *shared, their_refund]
    (part,) = components(objects)
    first, second = part.members("pi_1"), part.members("pi_5")
    assert (set(first.sessions), set(first.intents), set(first.charges)) == (
        {"cs_1"},
        {"pi_1"},
        {"ch_1"},
    )
    assert (set(first.refunds), set(second.refunds)) == ({"re_1"}, {"re_5"})
    assert not first.invoices


def test_a_component_is_of_the_mode_of_its_objects():
    live = Known("payment_intent", "pi_1", True, {})
    assert [part.livemode for part in components([live])] == [True]
    assert [part.livemode for part in components([INTENT])] == [False]
