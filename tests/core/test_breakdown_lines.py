"""It names every row, says its share, and leads to the payments behind it."""

from datetime import date
from decimal import Decimal
from urllib.parse import parse_qsl

import pytest

from campaigns.core.breakdown import Group, Row, breakdown
from campaigns.core.breakdown_lines import lines, table, table_header
from campaigns.core.earnings import Sum
from campaigns.core.earnings_question import read_question

TODAY = date(2026, 11, 24)
NAMES = {"campaign": {"spring": "Spring sale"}, "link": {"12": "Newsletter link"}}


def question(**asked):
    return read_question({"currency": "eur", "by": "source", **asked}, TODAY)


def filters(line):
    return parse_qsl(line.payments)[3:]


def test_a_value_is_called_by_its_name_and_keeps_its_code():
    asked = question(by="campaign")
    (named, bare, _) = lines(
        asked, breakdown([Group("spring", "", Sum(1, 9)), Group("fall", "", Sum(1, 1))]), NAMES
    )
    assert (named.step.name, named.step.code) == ("Spring sale", "spring")
    assert (bare.step.name, bare.step.code) == ("fall", "")


def test_a_value_and_payments_without_one_open_their_payments():
    (newsletter, none) = lines(question(), breakdown([Group("newsletter", "", Sum(1, 9))]), {})
    assert filters(newsletter) == [("utm_source", "newsletter")]
    assert (none.step.name, filters(none)) == ("(none)", [("utm_source", "(none)")])


def test_payments_without_a_link_have_a_word_of_their_own():
    (line, none) = lines(question(by="link"), breakdown([Group("12", "", Sum(1, 9))]), NAMES)
    assert (line.step.name, filters(line)) == ("Newsletter link", [("link", "12")])
    assert filters(none) == [("link", "none")]


def test_a_nested_value_opens_the_payments_of_both():
    asked = question(then="medium")
    rows = breakdown([Group("google", "cpc", Sum(1, 9)), Group("", "cpc", Sum(1, 2))], nested=True)
    found = lines(asked, rows, {})
    assert [(line.step.name, line.is_nested) for line in found] == [
        ("google", False),
        ("cpc", True),
        ("(none)", False),
        ("cpc", True),
    ]
    assert filters(found[1]) == [("utm_source", "google"), ("utm_medium", "cpc")]
    assert filters(found[3]) == [("utm_source", "(none)"), ("utm_medium", "cpc")]


@pytest.mark.parametrize(("merged", "name"), [(1, "1 other value"), (37, "37 other values")])
def test_values_that_are_shown_together_are_counted_and_open_nothing(merged, name):
    (line,) = lines(question(), (Row("", Sum(1, 9), merged=merged),), {})
    assert (line.step.name, line.payments) == (name, "")


def test_shares_are_of_everything_received():
    groups = [Group("a", "", Sum(2, 80)), Group("b", "", Sum(1, 30, 10)), Group("c", "", Sum())]
    found = lines(question(), breakdown(groups), {})
    assert [(line.share, line.bar) for line in found] == [(0.8, 0.8), (0.2, 0.2), (0, 0)]


def test_a_value_that_was_mostly_refunded_has_no_bar():
    groups = [Group("a", "", Sum(1, 100)), Group("b", "", Sum(0, 0, 50))]
    (a, b, _) = lines(question(), breakdown(groups), {})
    assert (a.share, a.bar) == (2, 1)
    assert (b.share, b.bar) == (-1, 0)


def test_there_are_no_shares_of_nothing():
    (a, _) = lines(question(), breakdown([Group("a", "", Sum(0, 0, 50))]), {})
    assert (a.share, a.bar) == (None, 0)


def test_a_change_is_against_the_period_before():
    groups = [Group("a", "", Sum(1, 150), before=Sum(1, 100))]
    assert lines(question(), breakdown(groups), {})[0].change == 0.5
    assert lines(question(period="all"), breakdown(groups), {})[0].change is None


def test_a_file_has_a_column_for_every_dimension_and_the_codes_behind_names():
    assert table_header(question(by="campaign", then="source")) == [
        "Campaign",
        "Campaign code",
        "Source",
        "Currency",
        "Payments",
        "Before refunds",
        "Refunded",
        "Received",
        "Average",
    ]


def test_a_file_leaves_out_subtotals_and_is_in_units_of_the_currency():
    asked = question(by="campaign", then="source")
    groups = [
        Group("spring", "google", Sum(2, 9_800, 2_000)),
        Group("spring", "", Sum(0, 0, 100)),
    ]
    rows = table(asked, lines(asked, breakdown(groups, nested=True), NAMES))
    assert [[str(cell) for cell in row] for row in rows] == [
        ["Spring sale", "spring", "google", "EUR", "2", "98.00", "20.00", "78.00", "39.00"],
        ["Spring sale", "spring", "(none)", "EUR", "0", "0.00", "1.00", "-1.00", "None"],
        ["(none)", "", "", "EUR", "0", "0.00", "0.00", "0.00", "None"],
    ]


def test_a_file_in_yen_has_no_decimals():
    asked = question(currency="jpy")
    (first, _) = table(asked, lines(asked, breakdown([Group("a", "", Sum(1, 6_800))]), {}))
    assert first == ["a", "JPY", 1, Decimal(6800), Decimal(0), Decimal(6800), Decimal(6800)]
