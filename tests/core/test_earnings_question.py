"""It reads what an address asks, passes over what it does not know, and writes addresses of payments."""

from datetime import date
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.core.earnings_question import (
    CAMPAIGN,
    DIMENSIONS,
    LINK,
    Question,
    asked_days,
    read_question,
    written_value,
)
from campaigns.core.period import read_period

TODAY = date(2026, 11, 24)


def test_an_address_that_asks_nothing_is_the_last_thirty_days_by_campaign():
    assert read_question({}, TODAY) == Question(read_period("30d", TODAY))


def test_every_word_is_read():
    asked = {
        "period": "7d",
        "currency": "usd",
        "by": "source",
        "then": "link",
        "grade": "B",
        "scope": "links",
        "refunds": "sale",
    }
    assert read_question(asked, TODAY) == Question(
        period=read_period("7d", TODAY),
        currency="usd",
        by=DIMENSIONS["source"],
        then=LINK,
        grade="B",
        through_links=True,
        refunds="sale",
    )


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("by", "utm_source"),
        ("by", "Source"),
        ("then", "nothing"),
        ("then", "campaign"),
        ("grade", "a"),
        ("grade", "AB"),
        ("grade", "D"),
        ("scope", "all"),
        ("refunds", "moved"),
        ("refunds", "SALE"),
        ("currency", "EUR"),
        ("currency", "euro"),
        ("currency", "eu\x00"),
        ("currency", "eur\n"),
        ("currency", "été"),
        ("period", "\x00"),
        ("grade", "U" * 10_000),
    ],
)
def test_a_word_that_is_not_known_is_as_good_as_none(key, value):
    assert read_question({key: value}, TODAY) == read_question({}, TODAY)


@given(st.dictionaries(st.sampled_from(["by", "then", "grade", "currency", "period"]), st.text()))
def test_no_address_breaks_it(asked):
    assert isinstance(read_question(asked, TODAY), Question)


def test_the_second_dimension_follows_the_first():
    question = read_question({"by": "source", "then": "medium"}, TODAY)
    assert question.dimensions == (DIMENSIONS["source"], DIMENSIONS["medium"])
    assert read_question({}, TODAY).dimensions == (CAMPAIGN,)


def test_payments_are_asked_for_by_the_day_they_were_paid():
    question = read_question({"period": "7d"}, TODAY).in_currency("eur")
    assert parse_qsl(question.payments_query(utm_source="newsletter")) == [
        ("basis", "paid"),
        ("period", "7d"),
        ("currency", "eur"),
        ("utm_source", "newsletter"),
    ]


def test_payments_are_narrowed_as_the_page_is():
    question = read_question({"grade": "B", "scope": "links", "currency": "eur"}, TODAY)
    assert parse_qsl(question.payments_query())[-2:] == [("grade", "B"), ("scope", "links")]


def test_only_all_time_begins_later():
    first = date(2026, 11, 20)
    assert read_question({"period": "all"}, TODAY).since(first).period.first == first
    week = read_question({"period": "7d"}, TODAY).since(first).period
    assert (week.first, week.last) == (read_period("7d", TODAY).first, TODAY)


@pytest.mark.parametrize(
    ("dimension", "value", "written"),
    [
        ("source", "newsletter", "newsletter"),
        ("source", "", "(none)"),
        ("link", "12", "12"),
        ("link", "", "none"),
    ],
)
def test_a_payment_without_a_value_has_a_word_in_the_address(dimension, value, written):
    assert written_value(DIMENSIONS[dimension], value) == written


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ("2026-09-01", "2026-09-30", "2026-09-01..2026-09-30"),
        ("2026-09-30", "2026-09-01", "2026-09-01..2026-09-30"),
        ("2026-09-01", "", ""),
        ("", "2026-09-01", ""),
        ("2026-9-1", "2026-09-02", ""),
        ("2026-09-01\n", "2026-09-02", ""),
        ("x&grade=U", "2026-09-02", ""),
    ],
)
def test_two_dates_of_a_form_are_a_period(first, last, days):
    assert asked_days({"first": first, "last": last}) == days
