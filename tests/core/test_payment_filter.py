"""The Payments list's address: read whole, and what cannot be used is said, not hidden."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.core.payment_filter import read_filter

TODAY = date(2026, 9, 30)


def read(**asked):
    return read_filter(asked, TODAY)


def test_an_empty_address_shows_the_last_90_days_of_everything():
    asked = read()
    assert (asked.period.key, asked.basis, asked.problems) == ("90d", "created", ())
    assert not asked.is_narrowed


def test_a_search_looks_through_all_time_unless_a_period_is_named():
    assert read(q="INV-1").period.key == "all"
    assert read(q="INV-1", period="7d").period.key == "7d"
    assert read(q="  ").period.key == "90d"


def test_every_filter_of_the_address_is_read():
    asked = read(
        basis="paid", period="30d", currency="eur", state="refunded", grade="U", scope="links",
        link="17", plink="plink_1Ab", utm_source="newsletter", utm_medium="(none)",
    )  # fmt: skip
    assert asked.problems == ()
    assert (asked.basis, asked.currency, asked.state) == ("paid", "eur", "refunded")
    assert (asked.grade, asked.scope, asked.link, asked.plink) == ("U", "links", 17, "plink_1Ab")
    assert asked.codes == {"utm_source": "newsletter", "utm_medium": ""}
    assert (asked.state_word, asked.grade_word) == ("Refunded", "Unknown")
    assert asked.scope_word == "Through a payment link"


def test_no_link_is_not_the_same_as_any_link():
    assert read(link="none").link == "none"
    assert read().link is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("state", "PAID"), ("state", "open"), ("grade", "D"), ("grade", "u"), ("scope", "all"),
        ("currency", "EUR"), ("currency", "euro"), ("link", "1.5"), ("link", "-1"), ("link", "None"),
        ("link", "9" * 19), ("link", "١"), ("plink", "17"), ("basis", "due"), ("period", "90"),
        ("period", "2026-09-31..2026-10-01"),
    ],
)  # fmt: skip
def test_a_value_that_means_nothing_is_left_out_with_a_sentence(name, value):
    asked = read(**{name: value})
    assert len(asked.problems) == 1
    assert value[:40] in asked.problems[0]
    assert not asked.is_narrowed


@pytest.mark.parametrize("name", ["q", "utm_source", "state", "link", "period"])
@pytest.mark.parametrize("value", ["a" * 10_000, "a\x00b"])
def test_what_no_database_can_look_for_is_left_out(name, value):
    asked = read(**{name: value})
    assert len(asked.problems) == 1
    assert not asked.is_narrowed


@pytest.mark.parametrize(
    "narrowed",
    [{"q": "x"}, {"link": "none"}, {"utm_term": "(none)"}, {"basis": "paid"}, {"plink": "plink_1"}],
)
def test_the_list_knows_that_it_is_narrowed(narrowed):
    assert read(**narrowed).is_narrowed


NAMES = st.sampled_from(["q", "period", "basis", "state", "link", "currency", "utm_term", "plink"])


@given(st.dictionaries(NAMES, st.text(max_size=30)))
def test_any_address_can_be_read(asked):
    assert read_filter(asked, TODAY).period.days >= 1


def test_a_search_without_buyers_is_otherwise_the_same_and_says_why():
    asked = read_filter({"q": "Sam", "period": "2020"}, TODAY)
    without = asked.without_buyers("Too many.")
    assert (without.search, without.buyers, asked.buyers) == ("Sam", False, True)
    assert without.problems == (*asked.problems, "Too many.")
