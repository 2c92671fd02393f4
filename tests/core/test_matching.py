"""Which payment pays which open item, and what comes of comparing them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.core.findings import (
    FINDINGS,
    bridge,
    lines,
)
from reconciliation.core.line_words import Told, sentence, unmatched
from reconciliation.core.matching import match
from reconciliation.core.matching_rules import ItemDue, PaymentMade

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)


def paid(id="pi_1", own="INV-1", amount=4900, received=None, hour=0, **values):
    received = amount if received is None else received
    state = "paid" if received == amount else "partly_refunded" if received else "refunded"
    given = {"state": state, "livemode": False, "renewal": False, "currency": "eur"}
    return PaymentMade(
        payment_id=id,
        own=own,
        amount=amount,
        received=received,
        paid_at=NOON + timedelta(hours=hour),
        **(given | values),
    )


def due(id=1, reference="INV-1", amount=4900, **values):
    given = {"livemode": False, "kind": "single", "currency": "eur"}
    return ItemDue(
        record_id=id,
        external_id=f"external {id}",
        reference=reference,
        amount=amount,
        **(given | values),
    )


def rules(payments, items):
    return {id: (matched.rule, matched.record_id) for id, matched in match(payments, items).items()}


def findings(payments, items):
    return {line.key: line.finding for line in lines(payments, items)}


def test_it_settles_one_reference_and_one_amount():
    matched = match([paid()], [due()])["pi_1"]
    assert (matched.record_id, matched.rule) == (1, "R1")
    assert matched.reasons == (
        "Its reference INV-1 names exactly one open item.",
        "EUR 49.00 was paid; EUR 49.00 was expected.",
    )


@pytest.mark.parametrize(
    "payment",
    [
        paid(own="inv-1"),
        paid(own="INV-1 "),
        paid(own="INV-10"),
        paid(own="NV-1"),
        paid(own="INV_1"),
        paid(own="INV-l"),
        paid(own="İNV-1"),
        paid(own=""),
        paid(livemode=True),
        paid(state="pending"),
        paid(state="free"),
        paid(state="failed"),
        paid(state="canceled"),
        paid(renewal=True),
    ],
)
def test_it_matches_nothing_that_only_looks_the_same(payment):
    assert match([payment], [due()]) == {}
    assert findings([], [due()])["item 1"] == "no_payment_yet"


def test_it_never_matches_an_empty_reference_with_an_empty_reference():
    assert match([paid(own="")], [due(reference="")]) == {}


@pytest.mark.parametrize(("amount", "finding"), [(4899, "short"), (4901, "over"), (1, "short")])
def test_it_keeps_another_amount_with_its_record_as_a_difference(amount, finding):
    assert rules([paid(amount=amount)], [due()]) == {"pi_1": ("R9", 1)}
    assert findings([paid(amount=amount)], [due()]) == {"item 1": finding}


def test_it_chooses_none_of_two_open_items_with_one_reference():
    assert match([paid()], [due(1), due(2)]) == {}
    assert match([paid()], [due(1), due(2, amount=900)]) == {}
    assert match([paid()], [due(1), due(2, kind="many", amount=None)]) == {}


def test_it_tells_two_open_items_with_one_reference_by_currency():
    items = [due(1), due(2, currency="usd")]
    assert rules([paid(), paid("pi_2", currency="usd")], items) == {
        "pi_1": ("R1", 1),
        "pi_2": ("R1", 2),
    }
    assert match([paid(currency="gbp")], items) == {}


def test_it_keeps_another_currency_beside_its_record_and_pays_nothing_of_it():
    payment = paid(currency="usd")
    assert rules([payment], [due()]) == {"pi_1": ("R9", 1)}
    assert findings([payment], [due()]) == {"item 1": "no_payment_yet", "pi_1": "other_currency"}


def test_it_attaches_everything_to_an_open_item_for_many():
    items = [due(kind="many", amount=None)]
    payments = [paid(), paid("pi_2", amount=1), paid("pi_3", renewal=True)]
    assert set(rules(payments, items).values()) == {("R3", 1)}
    assert findings(payments, items) == {"item 1": "agrees"}
    assert findings([], items) == {"item 1": "no_payment_yet"}
    assert findings([paid(currency="usd")], items)["pi_1"] == "other_currency"


def test_it_makes_no_amount_test_for_many_even_with_an_amount():
    assert rules([paid(amount=1)], [due(kind="many")]) == {"pi_1": ("R3", 1)}
    assert findings([paid(amount=1)], [due(kind="many")]) == {"item 1": "agrees"}


def test_it_lets_the_earliest_exact_payment_pay_and_calls_the_next_paid_twice():
    payments = [paid("pi_2", hour=2), paid("pi_1", hour=1), paid("pi_3", hour=1)]
    assert rules(payments, [due()]) == {
        "pi_1": ("R1", 1),
        "pi_2": ("R0", 1),
        "pi_3": ("R0", 1),
    }
    assert findings(payments, [due()]) == {
        "item 1": "agrees",
        "pi_2": "paid_twice",
        "pi_3": "paid_twice",
    }


def test_it_prefers_a_later_exact_payment_to_an_earlier_larger_one():
    payments = [paid("pi_1", amount=6000, hour=1), paid("pi_2", hour=2)]
    assert rules(payments, [due()]) == {"pi_2": ("R1", 1), "pi_1": ("R0", 1)}


@pytest.mark.parametrize("amount", [1, 500, 4899])
def test_it_calls_a_smaller_payment_of_a_paid_record_a_difference_not_a_duplicate(amount):
    payments = [paid(), paid("pi_2", amount=amount, hour=1)]
    assert rules(payments, [due()]) == {"pi_1": ("R1", 1), "pi_2": ("R9", 1)}
    assert findings(payments, [due()]) == {"item 1": "over"}


def test_it_does_not_call_another_currency_paid_twice():
    payments = [paid(), paid("pi_2", currency="usd", hour=1)]
    assert findings(payments, [due()]) == {"item 1": "agrees", "pi_2": "other_currency"}


def test_it_adds_up_parts_while_something_is_open():
    parts = [paid("pi_1", amount=2450), paid("pi_2", amount=2450, hour=1)]
    assert rules(parts, [due()]) == {"pi_1": ("R9", 1), "pi_2": ("R9", 1)}
    assert findings(parts, [due()]) == {"item 1": "agrees"}
    again = paid("pi_3", amount=2450, hour=2)
    assert findings([*parts, again], [due()])["pi_3"] == "paid_twice"


def test_it_calls_the_same_wrong_amount_again_paid_twice():
    payments = [paid("pi_1", amount=4500), paid("pi_2", amount=4500, hour=1)]
    assert findings(payments, [due()]) == {"item 1": "short", "pi_2": "paid_twice"}


def test_a_partial_refund_leaves_its_record_short():
    payment = paid(received=2900)
    assert rules([payment], [due()]) == {"pi_1": ("R1", 1)}
    assert findings([payment], [due()]) == {"item 1": "short"}
    assert match([payment], [due()])["pi_1"].reasons[-1] == "EUR 20.00 was refunded since."


def test_a_full_refund_leaves_its_record_without_a_payment():
    payment = paid(received=0)
    assert rules([payment], [due()]) == {"pi_1": ("R1", 1)}
    assert findings([payment], [due()]) == {"item 1": "no_payment_yet"}
    assert "pays nothing" in match([payment], [due()])["pi_1"].reasons[-1]


def test_a_refund_of_the_first_payment_lets_the_second_pay():
    payments = [paid("pi_1", received=0), paid("pi_2", hour=1)]
    assert findings(payments, [due()]) == {"item 1": "agrees"}
    assert rules(payments, [due()])["pi_2"] == ("R1", 1)


def test_a_refund_down_to_the_expected_amount_agrees():
    payment = paid(amount=6000, received=4900)
    assert findings([payment], [due()]) == {"item 1": "agrees"}


def test_nothing_expected_and_nothing_paid_agrees():
    assert findings([], [due(amount=0)]) == {"item 1": "agrees"}
    assert findings([paid(amount=1)], [due(amount=0)]) == {"item 1": "over"}


def test_it_makes_no_line_of_what_is_not_paid():
    assert findings([paid(state="pending"), paid("pi_2", state="free", own="")], []) == {}


small = st.sampled_from([0, 1, 100, 200, 300, 400])


@st.composite
def worlds(draw):
    payments = []
    for number in range(draw(st.integers(0, 7))):
        amount = draw(small)
        payments.append(
            paid(
                f"pi_{number}",
                own=draw(st.sampled_from(["", "A", "B", "C"])),
                amount=amount,
                received=amount - draw(st.sampled_from([0, 0, min(amount, 100), amount])),
                hour=draw(st.integers(0, 3)),
                currency=draw(st.sampled_from(["eur", "eur", "usd"])),
                livemode=draw(st.sampled_from([False, False, True])),
                renewal=draw(st.sampled_from([False, False, False, True])),
            )
        )
    items = [
        due(
            number,
            reference=draw(st.sampled_from(["A", "B", "C"])),
            amount=draw(small),
            kind=draw(st.sampled_from(["single", "single", "single", "many"])),
            currency=draw(st.sampled_from(["eur", "eur", "usd"])),
            livemode=draw(st.sampled_from([False, False, True])),
        )
        for number in range(draw(st.integers(0, 4)))
    ]
    return payments, items


@given(worlds())
def test_expected_less_received_is_missing_and_short_less_over_and_unexpected(world):
    payments, items = world
    found = lines(payments, items)
    for livemode in (False, True):
        for currency in ("eur", "usd"):
            here = [x for x in found if (x.livemode, x.currency) == (livemode, currency)]
            whole = bridge(here)
            amount = {name: whole.of(name).difference for name in FINDINGS}
            missing, short = -amount["no_payment_yet"], -amount["short"]
            over = amount["over"]
            unexpected = sum(amount[name] for name in ("paid_twice", "other_currency", "no_record"))
            assert whole.expected - whole.received == missing + short - over - unexpected
            assert min(missing, short, over, unexpected) >= 0
            assert amount["agrees"] == 0
            assert missing == whole.of("no_payment_yet").expected
            mode = [x for x in items if (x.livemode, x.currency) == (livemode, currency)]
            assert whole.expected == sum(x.amount for x in mode if x.kind == "single")
            beside = sum(x.received for x in here if x.beside)
            mine = [x for x in payments if (x.livemode, x.currency) == (livemode, currency)]
            assert whole.received + beside == sum(x.received for x in mine)


@given(worlds(), st.randoms(use_true_random=False))
def test_any_order_of_arrival_gives_the_same_matches(world, chance):
    payments, items = world
    shuffled, others = list(payments), list(items)
    chance.shuffle(shuffled)
    chance.shuffle(others)
    assert match(shuffled, others) == match(payments, items)
    assert set(lines(shuffled, others)) == set(lines(payments, items))


@given(worlds())
def test_every_payment_and_every_item_is_on_exactly_one_line(world):
    payments, items = world
    found = lines(payments, items)
    assert sum(line.payments for line in found) == len(payments)
    assert len({line.key for line in found}) == len(found)
    assert sum(line.key.startswith("item ") for line in found) == len(items)
    sums = bridge([line for line in found if not line.beside])
    assert sums.payments + sum(x.payments for x in found if x.beside) == len(payments)
    assert sums.items == sum(item.kind == "single" for item in items)
    assert sums.lines == sum(not line.beside for line in found)
    assert sums.difference == sums.received - sums.expected
    parts = [sums.only(["agrees", "short", "over", "no_payment_yet"])]
    parts.append(sums.only(["paid_twice", "other_currency", "no_record"]))
    assert sum(part.difference for part in parts) == sums.difference


def test_the_bridge_tells_its_steps_in_order_even_when_nothing_was_found():
    assert [step.finding for step in bridge([]).steps] == [
        "no_payment_yet", "short", "over", "paid_twice", "other_currency", "no_record",
    ]  # fmt: skip


def told(finding, **values):
    given = {
        "currency": "eur", "beside": False, "payments": 1, "expected": 4900, "paid": 4900,
        "received": 4900, "external_id": "INV-1", "own": "INV-1", "reading": "plain",
        "renewal": False, "namesakes": 1, "elsewhere": 0,
    }  # fmt: skip
    return sentence(Told(finding=finding, **(given | values)))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (told("agrees"), "EUR 49.00 was paid, as you expected."),
        (
            told("short", received=2900),
            "EUR 49.00 was paid and EUR 20.00 refunded since: EUR 20.00 less than you expected.",
        ),
        (
            told("over", paid=5400, received=5400, payments=2),
            "EUR 54.00 was paid in 2 payments: EUR 5.00 more than you expected.",
        ),
        (told("paid_twice"), "Open item INV-1 is paid by another payment already."),
        (told("other_currency"), "Open item INV-1 is expected in another currency."),
        (
            told("no_payment_yet", payments=0, paid=0, received=0),
            "No payment with the reference INV-1 has arrived.",
        ),
        (told("no_payment_yet", received=0), "EUR 49.00 was paid and refunded in full."),
        (
            told("no_payment_yet", paid=0, received=0, namesakes=2),
            "2 open items carry this reference, so none is chosen.",
        ),
        (
            told("no_payment_yet", paid=0, received=0, elsewhere=1),
            "A payment in another currency carries this reference.",
        ),
        (
            told("agrees", beside=True, expected=None),
            "Any number of payments may carry this reference; 1 payment did.",
        ),
        (
            told("agrees", beside=True, expected=None, payments=1200),
            "Any number of payments may carry this reference; 1,200 payments did.",
        ),
        (
            told("no_record", own="X", expected=None, namesakes=0),
            "No open item carries the reference X.",
        ),
    ],
)
def test_a_line_says_in_words_what_was_found(words, expected):
    assert words == expected


@pytest.mark.parametrize(
    ("reading", "own", "namesakes", "renewal", "words"),
    [
        ("check failed", "", 0, False, "damaged"),
        ("absent", "", 0, False, "No number of yours"),
        ("tagged", "", 0, False, "No number of yours"),
        ("plain", "X", 0, True, "No open item carries the reference X"),
        ("tagged", "X", 1, True, "renewal repeats"),
        ("plain", "X", 3, False, "3 open items carry the reference X"),
    ],
)
def test_a_payment_without_a_record_says_why(reading, own, namesakes, renewal, words):
    assert words in unmatched(reading, own, namesakes, renewal=renewal)
