"""The payments' search box: what was typed is told by its shape, and nothing is guessed twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.core.search import read_search


@pytest.mark.parametrize(
    "typed",
    ["pi_3Q1", "cs_test_a1B2", "ch_1", "in_1", "re_1", "evt_1", "sub_9", "plink_1", " py_1 "],
)
def test_an_id_of_stripe_is_looked_up_as_one(typed):
    assert read_search(typed).stripe_id == typed.strip()


@pytest.mark.parametrize(
    "typed",
    [
        "pi_",
        "cus_1",
        "PI_3Q1",
        "pi-3Q1",
        "xpi_3Q1",
        "pi_3Q 1",
        "pi_ö",
        "pi_1\n2",
        "pi_" + "a" * 251,
    ],
)
def test_what_only_looks_like_an_id_is_text(typed):
    found = read_search(typed)
    assert (found.stripe_id, found.text) == ("", typed)


def test_an_at_sign_makes_it_an_e_mail_address():
    assert read_search("ann@example.com").email == "ann@example.com"
    assert read_search("ann@example.com").text == ""


@pytest.mark.parametrize(
    ("typed", "amounts"),
    [
        ("49.00", {2: 4900, 3: 49000}),
        ("4900", {0: 4900, 2: 490000, 3: 4900000}),
        ("€49", {0: 49, 2: 4900, 3: 49000}),
        ("49 €", {0: 49, 2: 4900, 3: 49000}),
        ("1,234.50", {2: 123450, 3: 1234500}),
    ],
)
def test_a_figure_is_an_amount_in_each_kind_of_currency(typed, amounts):
    assert dict(read_search(typed).amounts) == amounts
    assert read_search(typed).text == typed


@pytest.mark.parametrize(
    ("typed", "currency", "amounts"),
    [
        ("49.00 EUR", "eur", {2: 4900}),
        ("usd 49", "usd", {2: 4900}),
        ("JPY4900", "jpy", {0: 4900}),
        ("49.5 jpy", "jpy", {}),
    ],
)
def test_a_currency_beside_it_leaves_one_meaning(typed, currency, amounts):
    found = read_search(typed)
    assert (found.currency, dict(found.amounts)) == (currency, amounts)


@pytest.mark.parametrize(
    "typed", ["-49", "49.0000", "1,2", "49,00", "4 900", "49.", ".5", "", "1e3", "４９"]
)
def test_what_is_no_amount_is_text_alone(typed):
    assert not read_search(typed).amounts


@given(st.text(max_size=60))
def test_anything_can_be_typed(typed):
    found = read_search(typed)
    assert [bool(found.stripe_id), bool(found.email), bool(found.text)].count(True) <= 1
