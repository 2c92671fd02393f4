"""A period has exactly the lines whose moment lies in it, whatever finds them, in every zone."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from reconciliation.queries import lines
from reconciliation.queries.lines import Scope
from tests.open_items import SECONDS, payment, record

pytestmark = pytest.mark.django_db

NOON = datetime.fromtimestamp(SECONDS, UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ZONES = ("UTC", "Europe/Amsterdam", "Pacific/Kiritimati", "Etc/GMT+12")  # and the farthest


def keys(**scope):
    return [(row.external_id, row.finding) for row in lines.rows(Scope(False, **scope), limit=500)]


def between(starts_at, ends_at):
    return keys(starts_at=starts_at, ends_at=ends_at)


@pytest.fixture
def books(db):
    """Lines of every kind, with their days: due, recorded and paid on either side of each other."""
    for number in range(-3, 4):
        due_on = (NOON + number * DAY).date()
        record(f"DUE-{number}", due_on=due_on, at=NOON + 20 * DAY)
        record(f"RECORDED-{number}", due_on=None, at=NOON + number * DAY)
        record(f"LATE-{number}", due_on=due_on, at=NOON - 30 * DAY)
        record(f"PAID-{number}", due_on=due_on, at=NOON - 30 * DAY)
        when = SECONDS - number * 86_400
        payment(f"pays {number}", reference=f"PAID-{number}", at=when)
        payment(f"again {number}", reference=f"PAID-{number}", at=when + 7 * 3600)
        payment(f"dollars {number}", reference=f"DUE-{number}", currency="usd", at=when)
        payment(f"nobody {number}", reference=f"NOBODY-{number}", at=when)


@pytest.mark.parametrize("zone", ZONES)
def test_a_period_has_the_lines_that_all_time_has_in_it(books, zone):
    with timezone.override(ZoneInfo(zone)):
        everything = lines.rows(Scope(False), limit=500)
        assert {row.finding for row in everything} >= {
            "agrees", "paid_twice", "other_currency", "no_record", "no_payment_yet"
        }  # fmt: skip
        moments = sorted({row.moment for row in everything})
        for starts_at in moments[:: max(1, len(moments) // 6)]:
            for length in (HOUR, DAY, 3 * DAY):
                scope = Scope(False, starts_at=starts_at, ends_at=starts_at + length)
                within = [row for row in everything if starts_at <= row.moment < starts_at + length]
                assert lines.rows(scope, limit=500) == within
                assert sum(each.tally.lines for each in lines.tallies(scope)) == len(within)
                assert list(lines.all_rows(scope)) == within


def test_the_first_moment_belongs_to_a_period_and_the_last_does_not(db):
    payment("one", reference="INV-9")
    moment = lines.rows(Scope(False), limit=1)[0].moment
    tick = timedelta(microseconds=1)
    assert between(moment, moment + tick) == [("", "no_record")]
    assert between(moment + tick, moment + DAY) == between(moment - DAY, moment) == []
    record("INV-9", at=NOON - 90 * DAY)
    assert between(moment, moment + tick) == [("INV-9", "agrees")]
    assert between(moment + tick, moment + DAY) == between(moment - DAY, moment) == []


@pytest.mark.parametrize("zone", ZONES)
def test_an_open_item_belongs_to_the_day_it_is_due_in_the_zone(db, zone):
    record("INV-1", due_on=date(2026, 9, 10), at=NOON + 30 * DAY)
    with timezone.override(ZoneInfo(zone)):
        midnight = datetime(2026, 9, 10, tzinfo=ZoneInfo(zone))
        tick = timedelta(microseconds=1)
        assert between(midnight, midnight + DAY) == [("INV-1", "no_payment_yet")]
        assert between(midnight, midnight + tick) == [("INV-1", "no_payment_yet")]
        assert between(midnight - DAY, midnight) == between(midnight + tick, midnight + DAY) == []


def test_an_open_item_that_is_due_in_a_period_and_paid_before_is_none_of_it(db):
    record("INV-1", due_on=date(2026, 9, 10), at=NOON + 30 * DAY)
    due = datetime(2026, 9, 10, tzinfo=UTC)
    assert between(due - DAY, due + 2 * DAY) == [("INV-1", "no_payment_yet")]
    payment("one")
    assert between(due - DAY, due + 2 * DAY) == []
    assert between(NOON - DAY, NOON + DAY) == [("INV-1", "agrees")]


def test_pages_go_through_the_first_kinds_and_then_through_payments_without_a_record(books):
    everything = lines.rows(Scope(False), limit=500)
    place, seen = None, []
    while found := lines.rows(Scope(False), after=place, limit=4):
        seen += found
        place = (found[-1].finding == "no_record", found[-1].moment, found[-1].key)
    assert seen == everything
    strays = [row.finding == "no_record" for row in everything]
    assert strays == sorted(strays)
    assert strays.count(True) == 7
