"""It adds up: rows, grades and days are each all of the payments, to the cent, and no other's."""

from dataclasses import astuple, replace
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from campaigns.actions import decisions
from campaigns.core import breakdown
from campaigns.core.breakdown import Group
from campaigns.core.earnings import NOTHING, Sum, total
from campaigns.core.earnings_question import DIMENSIONS, LINK, Question
from campaigns.core.earnings_trend import earnings_trend
from campaigns.core.period import Period, read_period
from campaigns.core.url_parameters import UTM_NAMES
from campaigns.models import Campaign, Conversion, Movement, TrackedLink
from campaigns.queries.earnings import currencies, earnings, free_orders
from campaigns.queries.value_names import names
from linktracker.simulator.catalogue import CATALOGUE
from linktracker.simulator.histories import histories
from linktracker.simulator.world import SimLink, SimPayment, build_world
from tests.factories import make_link, make_person
from tests.stripe_events import LATER, deliver

pytestmark = pytest.mark.django_db

ZONE = ZoneInfo("Europe/Amsterdam")
TODAY = date(2026, 9, 30)
NOON = int(datetime(2026, 9, 30, 12, tzinfo=UTC).timestamp())
MONTH = read_period("30d", TODAY)
PERIODS = [
    read_period(key, TODAY) for key in ("7d", "30d", "365d", "2026-08-20..2026-09-21", "all")
]
PAID = {"paid", "partly_refunded", "refunded"}
CODES = (
    ("newsletter", "email", "spring", "header", ""),
    ("newsletter", "email", "autumn", "footer", "shoes"),
    ("google", "cpc", "spring", "", "shoes"),
    ("linkedin", "social", "autumn", "", ""),
    ("flyer", "print", "", "", ""),
)


def save_links():
    names = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term")
    marketer = make_person("Marketing")
    return [
        make_link(by=marketer, url=link.url, mode=mode, **dict(zip(names, codes, strict=True)))
        for link, codes, mode in zip(CATALOGUE, CODES, ("tag", "none") * 3, strict=False)
    ]


@pytest.fixture(scope="module")
def payments(django_db_setup, django_db_blocker):
    """A few hundred payments of two months, many refunded, through the inbox; the truth about them."""
    with django_db_blocker.unblock(), transaction.atomic():
        links = [SimLink(link.url, link.name, 1) for link in save_links()]
        world = build_world(
            seed=4, until=NOON, links=links, days=61, test_visits=220, live_visits=30
        )
        crowd = histories(seed=4, count=140)
        deliver(event.body for event in world.events)
        deliver(event.body for one in crowd for event in one.events)
        yield [*world.payments, *(payment for one in crowd for payment in one.payments)]
        transaction.set_rollback(True)


def ask(question: Question, *, livemode: bool = False):
    return earnings(question, livemode=livemode, zone=ZONE)


def in_euros(period: Period = MONTH, **asked) -> Question:
    return Question(period, currency="eur", **asked)


def paid_in(payments: list[SimPayment], period: Period, *, livemode=False, currency="eur"):
    """What the simulator knows of payments that were paid on the days of a period."""
    return [
        payment
        for payment in payments
        if (payment.livemode, payment.currency) == (livemode, currency)
        and payment.state in PAID
        and payment.paid_at is not None
        and period.first <= datetime.fromtimestamp(payment.paid_at, ZONE).date() <= period.last
    ]


def sum_of(payments: list[SimPayment]) -> Sum:
    return Sum(
        len(payments),
        sum(payment.amount for payment in payments),
        sum(payment.refunded for payment in payments),
    )


def test_the_world_has_what_these_tests_are_about(payments):
    month = paid_in(payments, MONTH)
    assert len(month) > 150
    assert sum(payment.refunded > 0 for payment in month) > 20
    assert Movement.objects.filter(moved_at__lt=MONTH.starts_at(ZONE)).exists()
    assert set(Conversion.objects.values_list("grade", flat=True)) >= {"A", "B", "U"}
    assert Conversion.objects.filter(livemode=False).values("currency").distinct().count() >= 3


@pytest.mark.parametrize("period", PERIODS, ids=lambda period: period.key)
@pytest.mark.parametrize("refunds", ["moved", "sale"])
@pytest.mark.parametrize("through_links", [False, True])
def test_rows_grades_and_days_each_add_up_to_the_total(payments, period, refunds, through_links):
    for by, then in product(DIMENSIONS.values(), [None, *DIMENSIONS.values()]):
        question = in_euros(period, by=by, then=then, refunds=refunds, through_links=through_links)
        earned = ask(question)
        assert total(row.now for row in earned.rows) == earned.now
        assert total(earned.grades.values()) == earned.now
        chart = earnings_trend(earned.days, period, TODAY).chart
        assert chart.total == earned.now.received
        assert earned.rows[-1].is_none
        for row in earned.rows:
            assert not row.rows or total(inner.now for inner in row.rows) == row.now


@pytest.mark.parametrize("period", PERIODS, ids=lambda period: period.key)
@pytest.mark.parametrize("currency", ["eur", "usd", "jpy"])
@pytest.mark.parametrize("livemode", [False, True])
def test_what_was_paid_is_what_the_simulator_knows(payments, period, currency, livemode):
    known = sum_of(paid_in(payments, period, livemode=livemode, currency=currency))
    question = Question(period, currency=currency, refunds="sale")
    assert ask(question, livemode=livemode).now == known
    moved = ask(replace(question, refunds="moved"), livemode=livemode).now
    assert (moved.payments, moved.paid) == (known.payments, known.paid)


@pytest.mark.parametrize("livemode", [False, True])
def test_all_refunds_move_once_however_they_are_counted(payments, livemode):
    ever = read_period("all", date(2030, 1, 1))
    moved, sale = (
        ask(in_euros(ever, refunds=refunds), livemode=livemode).now for refunds in ("moved", "sale")
    )
    assert moved == sale == sum_of(paid_in(payments, ever, livemode=livemode))
    assert moved.paid > 0


def test_a_refund_counts_on_the_day_it_moved_whatever_sale_it_belongs_to(payments):
    """Days of which one has the sale and another its refund."""
    late = next(
        (refund, sale)
        for refund in Movement.objects.filter(livemode=False, currency="eur").order_by("pk")
        for sale in Conversion.objects.filter(payment_id=refund.payment_id)
        if refund.moved_at - sale.paid_at > timedelta(days=2)
    )
    moved_on, paid_on = (
        moment.astimezone(ZONE).date() for moment in (late[0].moved_at, late[1].paid_at)
    )
    day = Period("", "", moved_on, moved_on)
    moves = Movement.objects.filter(
        livemode=False, currency="eur", moved_at__range=(day.starts_at(ZONE), day.ends_at(ZONE))
    )
    assert ask(in_euros(day)).now.refunded == sum(move.amount for move in moves)
    sold = Period("", "", paid_on, paid_on)
    with_sale = ask(in_euros(sold, refunds="sale")).now.refunded
    assert with_sale == sum_of(paid_in(payments, sold)).refunded
    assert with_sale >= late[0].amount


EARNED_BY = (
    "livemode", "currency", "through_link", "grade", "link_line", "utm_source", "utm_medium",
    "utm_campaign", "utm_content", "utm_term",
)  # fmt: skip


def refunds_beside_payments() -> list[tuple[Movement, Conversion]]:
    paid = Conversion.objects.in_bulk()
    return [(one, paid[one.payment_id]) for one in Movement.objects.order_by("pk")]


def test_a_refund_says_who_earned_its_payment_whatever_becomes_known(payments):
    """As stored, as a person decides, and as the rules say again when that is undone."""
    unknown = next(one for one, paid in refunds_beside_payments() if paid.grade == "U")
    asked = {"payment_id": unknown.payment_id, "livemode": unknown.livemode}
    asked |= {"reason": "They told us.", "by": make_person("Marketing"), "at": LATER}
    seen = []
    for decide in (
        lambda: None,
        lambda: decisions.assign(line=TrackedLink.objects.earliest("pk").line, **asked),
        lambda: decisions.undo(**asked),
    ):
        decide()
        for one, paid in refunds_beside_payments():
            assert [getattr(one, of) for of in EARNED_BY] == [getattr(paid, of) for of in EARNED_BY]
        seen.append(Movement.objects.get(pk=unknown.pk).grade)
    assert seen == ["U", "M", "U"]


def test_the_migration_tells_refunds_that_are_stored_already_the_same(payments):
    fill_in = import_module("campaigns.migrations.0018_fill_in_who_earned_refunded_payments")
    told = list(Movement.objects.order_by("pk").values())
    blank = dict.fromkeys(UTM_NAMES, "") | {"grade": "U", "link_line": None, "through_link": False}
    Movement.objects.update(**blank)
    assert list(Movement.objects.order_by("pk").values()) != told
    with connection.cursor() as cursor:
        cursor.execute(fill_in.FILL_IN)
    assert list(Movement.objects.order_by("pk").values()) == told


@pytest.mark.parametrize("refunds", ["moved", "sale"])
def test_the_period_before_is_that_period_itself(payments, refunds):
    question = in_euros(read_period("2026-09-16..2026-09-30", TODAY), refunds=refunds)
    earned = ask(question)
    earlier = ask(replace(question, period=question.period.before))
    assert earned.before == earlier.now != NOTHING
    before = {row.value: row.before for row in earned.rows}
    for row in earlier.rows:
        assert before.get(row.value, row.now) == row.now


def test_all_time_has_no_period_before(payments):
    assert ask(in_euros(read_period("all", TODAY))).before is None


def test_grades_narrow_every_figure_and_together_are_all(payments):
    whole = ask(in_euros())
    for grade, of in whole.grades.items():
        only = ask(in_euros(grade=grade))
        assert only.now == of
        assert set(only.grades) == {grade}
    assert whole.grades["U"].paid > 0


def test_payments_that_no_link_made_can_be_left_out(payments):
    """A renewal says nothing itself: it follows the payment that began it."""
    through = [
        payment
        for payment in paid_in(payments, MONTH)
        if payment.payment_link_id or (payment.renewal and payment.link_url)
    ]
    question = in_euros(refunds="sale", through_links=True)
    assert ask(question).now == sum_of(through)
    assert len(through) < ask(replace(question, through_links=False)).now.payments


def test_a_value_is_what_the_payments_behind_it_say(payments):
    rows = ask(in_euros(by=DIMENSIONS["source"], refunds="sale")).rows
    paid = Conversion.objects.filter(
        livemode=False,
        currency="eur",
        paid_at__gte=MONTH.starts_at(ZONE),
        paid_at__lt=MONTH.ends_at(ZONE),
    )
    assert {row.value for row in rows} >= {"newsletter", "google", ""}
    for row in rows:
        behind = list(paid.filter(utm_source=row.value))
        assert row.now.payments == len(behind)
        assert row.now.received == sum(one.received for one in behind)


def test_days_are_those_of_the_zone(payments):
    tokyo, honolulu = ZoneInfo("Asia/Tokyo"), ZoneInfo("Pacific/Honolulu")
    for zone in (tokyo, honolulu):
        earned = earnings(in_euros(), livemode=False, zone=zone)
        of_days = {day: value for day, value in earned.days.items() if day >= MONTH.first}
        assert sum(of_days.values()) == earned.now.received
    moments = Conversion.objects.filter(livemode=False, currency="eur", paid_at__isnull=False)
    first = min(
        moment.astimezone(tokyo).date() for moment in moments.values_list("paid_at", flat=True)
    )
    ever = earnings(in_euros(read_period("all", TODAY)), livemode=False, zone=tokyo)
    assert min(ever.days) == first


def test_currencies_are_each_counted_alone(payments):
    found = {seen.currency: seen for seen in currencies(in_euros(), livemode=False, zone=ZONE)}
    for currency, seen in found.items():
        of = Question(MONTH, currency=currency)
        assert seen.payments == ask(of).now.payments
        assert seen.payments == len(paid_in(payments, MONTH, currency=currency))
    assert sorted(found) == list(found)
    assert found["eur"].payments > 150


def test_a_currency_without_payments_in_the_period_is_known_still(payments):
    none = read_period("2026-10-01..2026-10-02", TODAY)
    found = currencies(in_euros(none), livemode=False, zone=ZONE)
    assert {seen.currency for seen in found} >= {"eur", "jpy"}
    assert {seen.payments for seen in found} == {0}


def test_currencies_are_counted_as_the_page_is_narrowed(payments):
    (of_grade,) = (
        seen.payments
        for seen in currencies(in_euros(grade="U"), livemode=False, zone=ZONE)
        if seen.currency == "eur"
    )
    assert of_grade == ask(in_euros(grade="U")).now.payments
    assert currencies(in_euros(), livemode=True, zone=ZONE)[0].currency == "eur"


def test_free_orders_are_no_payments(payments):
    free = [
        payment
        for payment in payments
        if (payment.livemode, payment.currency, payment.state) == (False, "eur", "free")
        and MONTH.first <= datetime.fromtimestamp(payment.created, ZONE).date() <= MONTH.last
    ]
    counted = free_orders(in_euros(), livemode=False, zone=ZONE)
    assert counted == len(free) > 0
    of_grades = (free_orders(in_euros(grade=grade), livemode=False, zone=ZONE) for grade in "ABCMU")
    assert sum(of_grades) == counted
    assert free_orders(in_euros(through_links=True), livemode=False, zone=ZONE) <= counted


def test_links_and_campaigns_are_called_by_their_names_now(payments):
    nameless = TrackedLink.objects.earliest("pk")
    TrackedLink.objects.filter(pk=nameless.pk).update(name="")
    Campaign.objects.filter(code="spring").update(name="Spring sale")
    question = in_euros(by=LINK, then=DIMENSIONS["campaign"])
    earned = ask(question)
    known = names(question, earned.rows, livemode=False)
    saved = dict(TrackedLink.objects.values_list("line", "name"))
    assert known["link"] == {
        row.value: saved[int(row.value)] or f"link {nameless.line}"
        for row in earned.rows
        if row.value
    }
    assert str(nameless.line) in known["link"]
    assert known["campaign"] == {"spring": "Spring sale", "autumn": "autumn"}
    assert names(question, earned.rows, livemode=True) == {"link": {}, "campaign": {}}


def test_a_link_is_called_by_the_name_of_its_current_version(payments):
    first = TrackedLink.objects.earliest("pk")
    make_link(line=first.line, name="The new one", url=first.payment_link.url, utm_source="new")
    question = in_euros(by=LINK)
    known = names(question, ask(question).rows, livemode=False)
    assert known["link"][str(first.line)] == "The new one"


def test_its_queries_are_as_many_whatever_is_asked(payments):
    for question in (in_euros(), in_euros(by=LINK, then=DIMENSIONS["term"], refunds="sale")):
        with CaptureQueriesContext(connection) as asked:
            ask(question)
        statements = [one["sql"] for one in asked if "SAVEPOINT" not in one["sql"]]
        assert len(statements) == 2  # one of them makes room for the other


@pytest.mark.parametrize("refunds", ["moved", "sale"])
@pytest.mark.parametrize("period", PERIODS[:3], ids=lambda period: period.key)
def test_values_without_room_are_added_up_as_the_rule_says(payments, period, refunds, monkeypatch):
    """The same rows where the database adds them up, and where the rule does with all groups."""
    merged = 0
    for by, then in product(DIMENSIONS.values(), [None, *DIMENSIONS.values()]):
        question = in_euros(period, by=by, then=then, refunds=refunds)
        with monkeypatch.context() as roomy:
            roomy.setattr(breakdown, "MOST_ROWS", 10_000)
            roomy.setattr(breakdown, "MOST_NESTED", 10_000)
            every = ask(question).rows
        with monkeypatch.context() as narrow:
            narrow.setattr(breakdown, "MOST_ROWS", 2)
            narrow.setattr(breakdown, "MOST_NESTED", 1)
            ruled = breakdown.breakdown(groups_of(every), nested=then is not None)
            assert ask(question).rows == ruled
            merged += sum(row.merged for row in ruled)
    assert merged > 10


def groups_of(rows):
    """Each value's payments apart; what was earned only before is with no inner value of its own."""
    for row in rows:
        yield from (Group(row.value, inner.value, inner.now, inner.before) for inner in row.rows)
        inner = [each.before for each in row.rows]
        before = Sum(*(whole - part for whole, part in zip(
            astuple(row.before), astuple(total(inner)), strict=True)))  # fmt: skip
        now = NOTHING if row.rows else row.now
        if not row.rows or before != NOTHING:
            yield Group(row.value, "", now, before)
