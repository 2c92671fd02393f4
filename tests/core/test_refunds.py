"""The parts of a refunded amount add up to it, each on its day."""

from hypothesis import given
from hypothesis import strategies as st

from reconciliation.core.payment import Members, judge
from reconciliation.core.refunds import RefundMoved, refunds_of

INTENT = {
    "status": "succeeded",
    "amount_received": 900,
    "currency": "eur",
    "created": 100,
    "paid_at": 110,
}


def moved(refunds, **charge):
    members = Members(
        intents={"pi_1": INTENT},
        charges={"ch_1": {"status": "succeeded", "captured": True, "currency": "eur", **charge}},
        refunds=refunds,
    )
    payment = judge("pi_1", members)
    assert payment is not None
    return payment, refunds_of(members, payment)


def refund(amount, created, status="succeeded"):
    return {"amount": amount, "created": created, "status": status, "currency": "eur"}


def test_each_refund_moves_on_its_own_day_oldest_first():
    payment, parts = moved({"re_b": refund(300, 500), "re_a": refund(100, 900)})
    assert payment.refunded == 400
    assert parts == (RefundMoved("re_b", 300, 500), RefundMoved("re_a", 100, 900))


def test_a_refund_that_bounced_did_not_move():
    assert moved({"re_a": refund(300, 500, "failed")})[1] == ()


def test_what_only_the_charge_counts_stands_under_the_charge():
    _, parts = moved({"re_a": refund(100, 500)}, amount_refunded=400, refunded_at=700)
    assert parts == (RefundMoved("re_a", 100, 500), RefundMoved("ch_1", 300, 700))


def test_what_a_partial_capture_released_did_not_move():
    release = {**refund(500, 120), "charge": "ch_1"}
    given_back = {**refund(100, 900), "charge": "ch_1"}
    payment, parts = moved(
        {"re_a": release, "re_b": given_back},
        amount=1400,
        amount_captured=900,
        amount_refunded=600,
    )
    assert (payment.amount, payment.received) == (900, 800)
    assert parts == (RefundMoved("re_b", 100, 900),)


def test_a_counter_without_a_day_falls_on_the_day_of_the_payment():
    _, parts = moved({}, amount_refunded=400)
    assert parts == (RefundMoved("ch_1", 400, 110),)


def test_more_refunds_than_money_move_no_more_than_the_payment():
    payment, parts = moved({"re_a": refund(800, 500), "re_b": refund(800, 600)})
    assert payment.refunded == 900
    assert [part.amount for part in parts] == [800, 100]


@given(
    st.dictionaries(
        st.sampled_from(["re_a", "re_b", "re_c"]),
        st.builds(
            refund,
            st.integers(0, 1000),
            st.integers(200, 900),
            st.sampled_from(["succeeded", "pending", "failed", "canceled"]),
        ),
    ),
    st.integers(0, 1200),
)
def test_the_parts_always_add_up_to_what_was_refunded(refunds, counted):
    payment, parts = moved(refunds, amount_refunded=counted)
    assert sum(part.amount for part in parts) == payment.refunded
    assert all(part.amount > 0 for part in parts)
