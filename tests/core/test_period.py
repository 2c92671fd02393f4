"""It reads a period from an address, knows the one before, and cuts days where its zone does."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.core.period import CHOICES, FIRST_DAY, read_period

TODAY = date(2026, 11, 24)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
SAO_PAULO = ZoneInfo("America/Sao_Paulo")


@pytest.mark.parametrize(
    ("key", "first", "last"),
    [
        ("7d", date(2026, 11, 18), TODAY),
        ("30d", date(2026, 10, 26), TODAY),
        ("90d", date(2026, 8, 27), TODAY),
        ("365d", date(2025, 11, 25), TODAY),
        ("month", date(2026, 11, 1), TODAY),
        ("last-month", date(2026, 10, 1), date(2026, 10, 31)),
        ("all", FIRST_DAY, TODAY),
    ],
)
def test_every_choice_is_whole_days_with_both_ends_in(key, first, last):
    period = read_period(key, TODAY)
    assert (period.key, period.label, period.first, period.last) == (
        key,
        CHOICES[key],
        first,
        last,
    )


def test_named_days_are_read_with_their_label():
    period = read_period("2026-09-01..2026-09-30", TODAY)
    assert (period.first, period.last) == (date(2026, 9, 1), date(2026, 9, 30))
    assert (period.days, period.label) == (30, "1 Sep 2026 to 30 Sep 2026")
    assert read_period(period.key, TODAY) == period


@pytest.mark.parametrize(
    "text",
    [
        "",
        "30",
        "30D",
        "31d",
        "30d ",
        "30d\x00",
        "Month",
        "2026-09-01",
        "2026-09-01..",
        "2026-09-01...2026-09-30",
        "2026-09-30..2026-09-01",
        "2026-02-29..2026-03-01",
        "2026-13-01..2026-13-02",
        "2010-12-31..2026-01-01",
        "2026-01-01..9000-01-02",
        "2026-09-01..2026-09-30\n",
        "٢٠٢٦-09-01..2026-09-30",
        "2" * 10_000,
    ],
)
def test_what_cannot_be_read_is_the_default(text):
    assert read_period(text, TODAY) == read_period("30d", TODAY)
    assert read_period(text, TODAY, default="90d") == read_period("90d", TODAY)


@pytest.mark.parametrize(
    ("key", "first", "last", "label"),
    [
        ("30d", date(2026, 9, 26), date(2026, 10, 25), "the 30 days before"),
        ("last-month", date(2026, 8, 31), date(2026, 9, 30), "the 31 days before"),
        ("2026-11-20..2026-11-20", date(2026, 11, 19), date(2026, 11, 19), "the day before"),
    ],
)
def test_the_period_before_has_as_many_days_and_ends_where_this_one_begins(key, first, last, label):
    before = read_period(key, TODAY).before
    assert before is not None
    assert (before.first, before.last, before.label) == (first, last, label)


@pytest.mark.parametrize("key", ["all", "2011-01-01..2011-01-01", "2011-01-03..2011-01-05"])
def test_there_is_no_period_before_where_so_many_days_are_not_on_record(key):
    assert read_period(key, TODAY).before is None


def test_a_period_before_may_begin_on_the_first_day():
    before = read_period("2011-01-03..2011-01-04", TODAY).before
    assert before is not None
    assert before.first == FIRST_DAY


@pytest.mark.parametrize(("first", "compared"), [(11, True), (12, False), (18, False), (24, False)])
def test_a_period_is_compared_only_where_the_whole_period_before_is_on_record(first, compared):
    week = read_period("7d", TODAY).recorded_from(date(2026, 11, first))
    assert (week.before is not None) == compared


def test_all_time_stays_without_a_period_before_when_it_begins_later():
    since = read_period("all", TODAY).since(date(2026, 11, 1))
    assert (since.first, since.before) == (date(2026, 11, 1), None)


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        (date(2026, 11, 1), date(2026, 11, 18)),
        (date(2026, 11, 20), date(2026, 11, 20)),
        (date(2026, 12, 1), TODAY),
    ],
)
def test_a_period_since_a_day_keeps_its_last_day(first, expected):
    since = read_period("7d", TODAY).since(first)
    assert (since.first, since.last) == (expected, TODAY)


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (date(2026, 12, 1), TODAY),
        (date(2026, 11, 20), date(2026, 11, 20)),
        (date(2026, 11, 1), date(2026, 11, 18)),
    ],
)
def test_a_period_until_a_day_keeps_its_first_day(last, expected):
    until = read_period("7d", TODAY).until(last)
    assert (until.first, until.last) == (date(2026, 11, 18), expected)


def test_its_moments_are_those_of_the_zone():
    period = read_period("2026-10-24..2026-10-25", TODAY)
    assert period.starts_at(AMSTERDAM) == datetime(2026, 10, 23, 22, tzinfo=UTC)
    assert period.ends_at(AMSTERDAM) == datetime(2026, 10, 25, 23, tzinfo=UTC)


def test_a_day_whose_midnight_does_not_exist_begins_when_the_clock_has_jumped():
    period = read_period("2018-11-04..2018-11-04", TODAY)
    assert period.starts_at(SAO_PAULO) == datetime(2018, 11, 4, 3, tzinfo=UTC)
    assert period.ends_at(SAO_PAULO) == datetime(2018, 11, 5, 2, tzinfo=UTC)


DAYS = st.dates(date(2012, 1, 1), date(2030, 12, 31))


@given(first=DAYS, days=st.integers(0, 300), zone=st.sampled_from([UTC, AMSTERDAM, SAO_PAULO]))
def test_a_period_and_the_one_before_meet_without_gap(first, days, zone):
    last = date.fromordinal(first.toordinal() + days)
    period = read_period(f"{first}..{last}", TODAY)
    before = period.before
    assert before is not None
    assert before.days == period.days == days + 1
    assert before.ends_at(zone) == period.starts_at(zone) < period.ends_at(zone)
