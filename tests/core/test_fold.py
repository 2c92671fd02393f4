"""The fold: any order and any repetition gives one state, and the state is the right one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciliation.core import fold as fold_module
from reconciliation.core.facts import Combine
from reconciliation.core.fold import Folded, Observation, fold
from reconciliation.core.objects import KINDS


def seen(source_id, at, rank=0, kind="charge", fetched=False, **facts):
    return Observation(kind, "x_1", source_id, fetched, at, rank, False, facts)


def test_one_observation_is_the_state():
    assert fold([seen("evt_1", 5, status="pending", amount=None)]) == Folded(
        {"amount": None, "status": "pending"}, False, False
    )


def test_the_later_moment_wins_whatever_its_rank():
    folded = fold([seen("evt_b", 6, 0, status="failed"), seen("evt_a", 5, 4, status="succeeded")])
    assert folded.facts == {"status": "failed"}
    assert not folded.ambiguous


def test_the_higher_rank_wins_within_one_second():
    folded = fold([seen("evt_b", 5, 1, status="succeeded"), seen("evt_c", 5, 0, status="pending")])
    assert folded.facts["status"] == "succeeded"
    assert not folded.ambiguous


def test_a_fetched_state_wins_over_an_event_and_then_the_source_id_decides():
    fetched = seen("ch_1", 5, status="succeeded", fetched=True)
    assert fold([seen("evt_z", 5, status="pending"), fetched]).facts["status"] == "succeeded"
    tie = [seen("evt_b", 5, status="b"), seen("evt_a", 5, status="a")]
    assert fold(tie).facts["status"] == "b"


def test_two_states_in_one_second_and_rank_are_ambiguous_until_a_later_one():
    tie = [seen("evt_a", 5, status="a", amount=1), seen("evt_b", 5, status="b", amount=1)]
    assert fold(tie).ambiguous
    assert not fold([*tie, seen("evt_c", 6, status="c")]).ambiguous


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"status": "a"}, {"status": "a"}),
        ({"status": "a"}, {"amount": 1}),
        ({"balance_transaction": None}, {"balance_transaction": "txn_1"}),
        ({"paid_at": 5}, {"paid_at": 4}),
        ({"status": "a", "unknown": 1}, {"status": "a", "unknown": 2}),
    ],
)
def test_observations_that_agree_on_what_they_share_are_not_ambiguous(one, other):
    assert not fold([seen("evt_a", 5, **one), seen("evt_b", 5, **other)]).ambiguous


def test_null_beside_a_value_is_ambiguous():
    assert fold([seen("evt_a", 5, status=None), seen("evt_b", 5, status="a")]).ambiguous


def test_an_absent_field_keeps_the_older_value_and_null_does_not():
    older = seen("evt_a", 5, status="a", amount=7)
    assert fold([older, seen("evt_b", 6, amount=None)]).facts == {"amount": None, "status": "a"}


def test_a_write_once_field_never_goes_back():
    history = [
        seen("evt_a", 5, balance_transaction=None),
        seen("evt_b", 6, balance_transaction="txn_1"),
        seen("evt_c", 7, balance_transaction=None),
        seen("evt_d", 8),
    ]
    assert fold(history).facts == {"balance_transaction": "txn_1"}


def test_the_earliest_moment_stays():
    history = [seen("evt_a", 5), seen("evt_b", 6, paid_at=6), seen("evt_c", 7, paid_at=7)]
    assert fold(history).facts == {"paid_at": 6}
    assert fold([seen("evt_a", 5, paid_at=None), seen("evt_b", 6, paid_at=None)]).facts == {
        "paid_at": None
    }


def test_fields_that_are_no_longer_folded_are_dropped():
    assert fold([seen("evt_a", 5, gone=1)]).facts == {}
    assert fold([seen("evt_a", 5, gone=1), seen("evt_b", 5, gone=2)]).facts == {}


VALUES = {
    "status": st.sampled_from(["pending", "succeeded", "failed", None]),
    "amount_refunded": st.sampled_from([0, 500, 2000]),
    "balance_transaction": st.sampled_from([None, None, "txn_1"]),
    "paid_at": st.sampled_from([None, 3, 4]),
}


@st.composite
def histories(draw):
    """Observations of one charge, close in time, each lacking some fields or holding nulls."""
    count = draw(st.integers(1, 5))
    return [
        seen(
            f"evt_{number}",
            draw(st.sampled_from([5, 5, 6, 65])),
            draw(st.integers(0, 2)),
            fetched=draw(st.booleans()),
            **draw(st.fixed_dictionaries({}, optional=VALUES)),
        )
        for number in range(count)
    ]


@settings(max_examples=100)
@given(histories(), st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing(history, chance):
    delivered = history + chance.choices(history, k=3)
    chance.shuffle(delivered)
    assert repr(fold(delivered)) == repr(fold(history))


def test_facts_come_in_the_tables_order_however_they_were_stored():
    facts = dict.fromkeys(reversed(list(KINDS["charge"].facts)))
    one, other = seen("evt_a", 5, **facts), seen("evt_b", 6, **facts)
    assert list(fold([one]).facts) == list(fold([one, other]).facts) == list(KINDS["charge"].facts)


FEE_IN_THE_SAME_SECOND = [
    seen("evt_9", 5, 1, status="succeeded", balance_transaction=None, paid_at=5),
    seen("evt_1", 5, 3, status="succeeded", balance_transaction="txn_1"),
    seen("evt_5", 70, 4, status="succeeded", balance_transaction=None, amount_refunded=500),
    seen("evt_2", 90, 4, amount_refunded=0, paid_at=90),
]
TRUTH = {
    "amount_refunded": 0,
    "status": "succeeded",
    "balance_transaction": "txn_1",
    "paid_at": 5,
}


def test_the_fold_tells_the_truth_of_a_history():
    assert fold(FEE_IN_THE_SAME_SECOND).facts == TRUTH


@pytest.mark.parametrize(
    ("combine", "broken"),
    [
        (Combine.LAST, lambda values: values[0]),
        (Combine.LAST, lambda values: max(values, key=str)),
        (Combine.ONCE, lambda values: values[-1]),
        (Combine.ONCE, lambda values: values[0]),
        (Combine.EARLIEST, lambda values: values[-1]),
        (Combine.EARLIEST, max),
    ],
    ids=["first", "largest", "once-last", "once-first", "earliest-last", "earliest-latest"],
)
def test_a_broken_combination_would_be_noticed(monkeypatch, combine, broken):
    monkeypatch.setitem(fold_module.COMBINED, combine, broken)
    assert fold(FEE_IN_THE_SAME_SECOND).facts != TRUTH


@pytest.mark.parametrize(
    "broken",
    [
        lambda one: one.stripe_at,
        lambda one: (one.stripe_at, one.source_id),
        lambda one: (-one.stripe_at, one.rank),
        lambda one: 0,
    ],
    ids=["no-rank", "id-for-rank", "backwards", "arrival"],
)
def test_a_broken_order_would_be_noticed(monkeypatch, broken):
    history = [
        seen("evt_1", 5, 2, status="succeeded"),
        seen("evt_2", 5, 0, status="pending"),
        seen("evt_3", 4, 2, status="failed"),
    ]
    assert {fold(order).facts["status"] for order in (history, history[::-1])} == {"succeeded"}
    monkeypatch.setattr(fold_module, "_place", broken)
    found = {fold(order).facts["status"] for order in (history, history[::-1])}
    assert found != {"succeeded"}
