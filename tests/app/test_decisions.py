"""A person's word about a payment's link: it outranks the rules, can be undone, and stays on record."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from campaigns.actions import decisions
from campaigns.actions.decisions import CannotDecide
from campaigns.models import Attribution, AttributionDecision, Conversion
from linktracker.simulator.catalogue import CATALOGUE, LIVE_CATALOGUE
from tests.factories import NOON, PAYMENT_LINK, make_link, make_person
from tests.stripe_events import deliver, pay

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=30)


@pytest.fixture
def person():
    return make_person("Marketing", name="Ann")


@pytest.fixture
def two_links(person):
    return [make_link(by=person, utm_source=source) for source in ("newsletter", "flyer")]


@pytest.fixture
def unknown(two_links):
    payment_id = pay(PAYMENT_LINK).payment_intent
    assert row(payment_id).grade == "U"
    return payment_id


def row(payment_id):
    return Conversion.objects.get(pk=payment_id)


def assign(payment_id, line, person, reason="The buyer told us", **changed):
    given = {"livemode": False, "at": LATER, **changed}
    decisions.assign(payment_id=payment_id, line=line, reason=reason, by=person, **given)


def undo(payment_id, person, reason="A mix-up", **changed):
    given = {"livemode": False, "at": LATER, **changed}
    decisions.undo(payment_id=payment_id, reason=reason, by=person, **given)


def test_an_assignment_is_the_payments_answer_at_once(unknown, two_links, person):
    assign(unknown, two_links[1].line, person)
    payment = row(unknown)
    assert (payment.grade, payment.link_line, payment.utm_source) == (
        "M",
        two_links[1].line,
        "flyer",
    )
    assert "The buyer told us" in payment.reasons[0]


def test_it_outranks_a_certain_answer_and_shows_the_conflict(two_links, person):
    payment_id = pay(two_links[0].url, seed="tagged").payment_intent
    assert row(payment_id).grade == "A"
    assign(payment_id, two_links[1].line, person)
    assert (row(payment_id).grade, row(payment_id).link_line) == ("M", two_links[1].line)
    assert row(payment_id).conflicts


def test_undone_the_rules_answer_stands_again_and_all_of_it_is_on_record(
    unknown, two_links, person
):
    before = row(unknown)
    assign(unknown, two_links[0].line, person)
    undo(unknown, person)
    after = row(unknown)
    assert (after.grade, after.link_line, after.reasons) == ("U", None, before.reasons)
    decided = AttributionDecision.objects.order_by("pk").values_list("what", "by__name", "reason")
    assert list(decided) == [
        ("assigned", "Ann", "The buyer told us"),
        ("undone", "Ann", "A mix-up"),
    ]
    grades = Attribution.objects.filter(payment_id=unknown).order_by("pk")
    assert list(grades.values_list("grade", flat=True))[-3:] == ["U", "M", "U"]


def test_facts_that_arrive_later_do_not_undo_it(two_links, person):
    told = pay(PAYMENT_LINK)
    assign(told.payment_intent, two_links[0].line, person)
    deliver(event.body for event in told.events)
    pay(PAYMENT_LINK, seed="another")
    make_link(utm_source="late")
    assert (row(told.payment_intent).grade, row(told.payment_intent).link_line) == (
        "M",
        two_links[0].line,
    )


def test_it_outlives_the_id_that_it_was_taken_under(person, two_links):
    """An intent on the books is found to be part of an invoice's payment by later events."""
    recurring = next(link for link in CATALOGUE if link.recurring)
    told = pay(recurring.url, seed="subscription")
    payment = Conversion.objects.get(session_id=told.session)
    assert payment.aliases
    AttributionDecision.objects.create(
        payment_id=payment.aliases[0], livemode=False, what="assigned",
        link_line=two_links[0].line, reason="Known by its intent", by=person, at=LATER,
    )  # fmt: skip
    deliver([told.events[0].body])
    with pytest.raises(CannotDecide, match="that link already"):
        assign(payment.payment_id, two_links[0].line, person)
    undo(payment.payment_id, person)
    assert row(payment.payment_id).grade != "M"


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_it_needs_a_reason_of_readable_length(unknown, two_links, person, reason):
    with pytest.raises(CannotDecide, match=r"[Rr]eason"):
        assign(unknown, two_links[0].line, person, reason=reason)
    with pytest.raises(CannotDecide, match=r"[Rr]eason"):
        undo(unknown, person, reason=reason)
    assert not AttributionDecision.objects.exists()


def test_a_payment_that_does_not_exist_cannot_be_assigned(two_links, person):
    with pytest.raises(CannotDecide, match="no payment pi_nobody in test data"):
        assign("pi_nobody", two_links[0].line, person)


def test_a_link_that_does_not_exist_cannot_be_chosen(unknown, person):
    with pytest.raises(CannotDecide, match="no link 999999"):
        assign(unknown, 999_999, person)


def test_test_and_live_never_meet(unknown, two_links, person):
    live = make_link(by=person, url=LIVE_CATALOGUE[0].url)
    with pytest.raises(CannotDecide, match=f"no link {live.line} in test data"):
        assign(unknown, live.line, person)
    with pytest.raises(CannotDecide, match="in live data"):
        assign(unknown, two_links[0].line, person, livemode=True)
    assert not AttributionDecision.objects.exists()


def test_the_same_link_twice_is_refused(unknown, two_links, person):
    assign(unknown, two_links[0].line, person)
    with pytest.raises(CannotDecide, match="already"):
        assign(unknown, two_links[0].line, person)
    assign(unknown, two_links[1].line, person)
    assert row(unknown).link_line == two_links[1].line


def test_what_nobody_decided_cannot_be_undone(unknown, two_links, person):
    with pytest.raises(CannotDecide, match="nothing to undo"):
        undo(unknown, person)
    assign(unknown, two_links[0].line, person)
    undo(unknown, person)
    with pytest.raises(CannotDecide, match="nothing to undo"):
        undo(unknown, person)


def test_nobody_can_change_what_was_decided(unknown, two_links, person):
    assign(unknown, two_links[0].line, person)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AttributionDecision.objects.update(reason="Other")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AttributionDecision.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_leave_one_standing_decision(serialized_decisions):
    payment_id, lines, people = serialized_decisions
    problems = []

    def decide(line, person):
        try:
            assign(payment_id, line, person)
        except CannotDecide as problem:
            problems.append(problem)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=decide, args=(line, person))
        for line, person in zip(lines, people, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    last = AttributionDecision.objects.order_by("pk").last()
    assert not problems
    assert last is not None
    assert row(payment_id).link_line == last.link_line


@pytest.fixture
def serialized_decisions(transactional_db):
    people = [make_person(None, name=name) for name in ("Ann", "Bo")]
    lines = [make_link(by=people[0], utm_source=source).line for source in ("a", "b")]
    return pay(PAYMENT_LINK).payment_intent, lines, people
