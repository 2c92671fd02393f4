"""Matches are the same whatever arrives first, and the set-based lines are those of the rules."""

from dataclasses import astuple
from importlib import import_module
from itertools import permutations

import pytest
from django.db import connection

from campaigns.actions import conversions
from campaigns.models import Conversion
from linktracker.simulator.catalogue import CATALOGUE
from linktracker.simulator.chance import Chance
from linktracker.simulator.errands import SimLink, SimOrder
from linktracker.simulator.single import single_payment
from linktracker.simulator.world import build_world
from reconciliation.actions import matching, records
from reconciliation.core import findings
from reconciliation.core.matching import match
from reconciliation.core.matching_rules import ItemDue, PaymentMade
from reconciliation.core.paid_items import paid_items
from reconciliation.models import ExpectedPayment, Match, PaidItem
from reconciliation.queries import lines
from reconciliation.queries.lines import Scope
from reconciliation.queries.records import record_of_payment
from tests.open_items import AT, SECONDS, URL, payment, record
from tests.stripe_events import deliver

pytestmark = pytest.mark.django_db


def finding(paid):
    return record_of_payment(paid.payment.payment_id).finding


def matches():
    rows = Match.objects.order_by("payment_id")
    return [(row.payment_id, row.record.external_id, row.rule) for row in rows]


def test_a_payment_and_its_record_find_each_other_whichever_comes_first():
    record("INV-1")
    first = payment("one")
    second = payment("two", reference="INV-2-lt17q2m9xzv")
    record("INV-2")
    assert [finding(first), finding(second)] == ["agrees", "agrees"]
    assert {rule for _, _, rule in matches()} == {"R1"}


def test_every_order_of_payments_and_records_ends_in_the_same_rows():
    outcomes = {_after(number, order) for number, order in enumerate(permutations(range(4)))}
    assert outcomes == {(("a", "R9"), ("b", "R1"), ("c", "R0"))}


def _after(number, order):
    """Who got which rule, when a record of its own and three payments arrive in this order."""
    reference = f"ORDER-{number}"
    payments = [
        single_payment(
            f"{URL}?client_reference_id={reference}",
            at=SECONDS + hour,
            chance=Chance(f"{number} {name}"),
            amount=amount,
            currency="eur",
        )
        for name, hour, amount in (("a", 0, 4500), ("b", 60, 4900), ("c", 120, 4900))
    ]
    for step in order:
        if step == 3:
            record(reference)
        else:
            deliver(event.body for event in payments[step].events)
    rules = dict(Match.objects.values_list("payment_id", "rule"))
    names = zip("abc", payments, strict=True)
    return tuple((name, rules.get(paid.payment.payment_id)) for name, paid in names)


def test_a_changed_record_matches_again_and_lets_its_old_reference_go():
    paid = payment("one")
    other = payment("two", reference="INV-9")
    record()
    assert finding(paid) == "agrees"
    record(amount=5000)
    assert finding(paid) == "short"
    record(reference="INV-9")
    assert [finding(paid), finding(other)] == ["no_record", "agrees"]
    assert len(matches()) == 1


def test_a_voided_record_lets_its_payment_go(finance):
    paid = payment("one")
    record()
    row = ExpectedPayment.objects.get()
    records.void(record_id=row.pk, livemode=False, by=finance, at=AT)
    assert finding(paid) == "no_record"
    assert matches() == []


def test_a_second_record_in_another_currency_leaves_a_payment_in_a_third_with_none():
    paid = payment("one", currency="gbp")
    record()
    assert finding(paid) == "other_currency"
    record("INV-1b", reference="INV-1", currency="usd")
    told = record_of_payment(paid.payment.payment_id)
    assert told.finding == "no_record"
    assert told.reasons == ("2 open items carry the reference INV-1, so none is chosen.",)


def test_paid_twice_other_currency_and_no_record_are_told_apart():
    record()
    first = payment("one")
    again = payment("two", at=SECONDS + 60)
    dollars = payment("three", currency="usd")
    stranger = payment("four", reference="INV-10")
    assert [finding(each) for each in (first, again, dollars, stranger)] == [
        "agrees",
        "paid_twice",
        "other_currency",
        "no_record",
    ]


def test_a_small_further_payment_is_over_and_the_exact_one_still_agrees():
    record()
    first, more = payment("one"), payment("two", amount=500, at=SECONDS + 60)
    assert [finding(first), finding(more)] == ["agrees", "over"]
    assert "EUR 5.00 more" in record_of_payment(more.payment.payment_id).reasons[-1]


def test_many_payments_agree_with_one_record():
    record("MEMBER", kind="many", amount=None)
    paid = [payment(str(number), amount=100, reference="MEMBER") for number in range(3)]
    assert {finding(each) for each in paid} == {"agrees"}
    assert {rule for _, _, rule in matches()} == {"R3"}


def test_a_payment_that_is_unknown_has_no_record_at_all():
    assert record_of_payment("pi_unknown") is None


def paid():
    rows = PaidItem.objects.order_by("record__external_id")
    return [(row.record.external_id, row.payments, row.paid, row.received) for row in rows]


def test_what_an_open_item_has_received_is_kept_and_follows_both_sides(finance):
    record()
    assert paid() == []
    payment("one")
    payment("two", amount=500, at=SECONDS + 60)
    payment("three", at=SECONDS + 120)  # pays it once more
    payment("four", currency="usd")
    assert paid() == [("INV-1", 2, 5400, 5400)]
    record("MANY", kind="many", amount=None)
    payment("five", amount=100, reference="MANY")
    assert paid() == [("INV-1", 2, 5400, 5400), ("MANY", 1, 100, 100)]
    record(reference="INV-2")
    assert paid() == [("MANY", 1, 100, 100)]
    item = ExpectedPayment.objects.get(external_id="MANY", latest=True)
    records.void(record_id=item.pk, livemode=False, by=finance, at=AT)
    assert paid() == []
    assert not Match.objects.exists()


def test_a_payment_that_is_withdrawn_leaves_its_open_item_to_the_next():
    record()
    first, again = payment("one"), payment("two", at=SECONDS + 60)
    assert [finding(first), finding(again)] == ["agrees", "paid_twice"]
    conversions.save(payments=[], withdrawn=[first.payment.payment_id], at=AT)
    matching.rematch_payments([], withdrawn=[first.payment.payment_id])
    assert finding(again) == "agrees"
    assert matches() == [(again.payment.payment_id, "INV-1", "R1")]
    assert paid() == [("INV-1", 1, 4900, 4900)]


def test_rows_of_before_are_filled_as_matching_writes_them():
    record()
    record("MANY", kind="many", amount=None)
    payment("one")
    payment("two", amount=500, at=SECONDS + 60)
    payment("three", at=SECONDS + 120)
    payment("four", currency="usd")
    payment("five", amount=100, reference="MANY")
    written = list(Match.objects.order_by("pk").values()), list(PaidItem.objects.values())
    PaidItem.objects.all().delete()
    Match.objects.update(pays=True, paid_at=AT.replace(year=2000))
    filling = import_module("reconciliation.migrations.0061_add_up_what_open_items_received")
    with connection.cursor() as cursor:
        cursor.execute(filling.FORWARD)
    found = list(Match.objects.order_by("pk").values()), list(PaidItem.objects.values())
    assert found == written
    assert [match["pays"] for match in found[0]].count(False) == 2


def test_rematching_costs_the_same_for_any_number_of_payments(django_assert_num_queries):
    record("INV-1")
    record("INV-2")
    payment("one")
    payment("two", reference="INV-2")
    with django_assert_num_queries(6):
        matching.rematch_records({(False, "INV-1")}, [])
    with django_assert_num_queries(6):
        matching.rematch_records({(False, "INV-1"), (False, "INV-2")}, [])
    with django_assert_num_queries(0):
        matching.rematch_records(set(), [])


FATES = (
    "agrees", "short", "over", "other_currency", "paid_twice", "no_payment_yet", "no_record"
)  # fmt: skip


def test_a_company_finds_each_order_as_the_simulator_meant_it():
    url = f"{CATALOGUE[0].url}?client_reference_id="
    links = [SimLink(f"{url}GROUP", "Many", 1.0), SimLink(f"{url}BUSY", "Single", 1.0)]
    orders = [
        SimOrder(f"ORD-{fate}-{number}", 4900, "eur", CATALOGUE[number].url, fate)
        for fate in FATES
        for number in range(3)
    ]
    world = build_world(seed=7, until=SECONDS, links=links, orders=orders, test_visits=50)
    bodies = [event.body for event in world.events]
    deliver(bodies[::2])
    for order in orders:
        if order.fate != "no_record":
            record(order.reference, amount=order.amount, currency=order.currency)
    deliver(bodies[1::2])
    record("GROUP", kind="many", amount=None)
    record("BUSY", amount=CATALOGUE[0].amount)
    told = _told_by_order(orders)
    assert {order.reference: told[order.reference] >= {order.fate} for order in orders} == {
        order.reference: True for order in orders
    }
    for livemode in (False, True):
        _compare(livemode)


def _told_by_order(orders):
    """Every finding that a line with the order's reference has."""
    told = {order.reference: set() for order in orders}
    for line in lines.rows(Scope(False), limit=10_000):
        if line.own in told:
            told[line.own].add(line.finding)
    return told


def _compare(livemode):
    payments = [
        PaymentMade(
            row.payment_id, row.livemode, row.state, row.reference_own, row.renewal,
            row.currency, row.amount, row.received, row.paid_at or row.created_at,
        )
        for row in Conversion.objects.filter(livemode=livemode)
    ]  # fmt: skip
    items = [
        ItemDue(
            row.pk, row.livemode, row.external_id, row.reference, row.kind, row.currency,
            row.amount,
        )
        for row in ExpectedPayment.objects.filter(livemode=livemode, latest=True)
    ]  # fmt: skip
    ruled = findings.lines(payments, items)
    assert {
        (row.record_id, row.livemode, row.currency, row.beside, row.expected, row.payments,
            row.paid, row.received, row.paid_at, row.payment_id)
        for row in PaidItem.objects.filter(livemode=livemode)
    } == {astuple(paid) for paid in paid_items(payments, items, match(payments, items))}  # fmt: skip
    drawn = lines.rows(Scope(livemode), limit=10_000)
    assert {
        (row.key, row.currency, row.finding, row.beside, row.payments, row.expected, row.received)
        for row in drawn
    } == {
        (x.key, x.currency, x.finding, x.beside, x.payments, x.expected, x.received) for x in ruled
    }
    tallied = lines.tallies(Scope(livemode))
    for currency in {line.currency for line in ruled}:
        whole = findings.bridge(line for line in ruled if line.currency == currency)
        found = [x.tally for x in tallied if x.currency == currency and not x.beside]
        assert {tally.finding: tally for tally in found} == dict(whole.tallies)
        assert whole.expected + sum(step.difference for step in whole.steps) == whole.received
