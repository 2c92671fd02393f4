"""Minor units: how many decimals a currency has, and how people write its amounts."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linktracker.lib.money import (
    BadAmount,
    BadCurrency,
    Money,
    exponent,
    parse_amount,
    parse_currency,
    to_decimal,
)


@pytest.mark.parametrize(
    ("currency", "decimals"),
    [
        ("usd", 2),
        ("JPY", 0),
        ("isk", 2),
        ("ugx", 2),
        ("kwd", 3),
        ("huf", 2),
        ("twd", 2),
        ("xyz", 2),
    ],
)
def test_exponent_is_stripes(currency, decimals):
    assert exponent(currency) == decimals


@pytest.mark.parametrize(
    ("written", "currency", "minor"),
    [
        ("49.00", "EUR", 4900),
        ("49", "eur", 4900),
        ("49.5", "eur", 4950),
        ("0.01", "usd", 1),
        ("0", "usd", 0),
        (" 12.30 ", "usd", 1230),
        ("4900", "JPY", 4900),
        ("5", "isk", 500),
        ("5.00", "isk", 500),
        ("5", "ugx", 500),
        ("5.12", "kwd", 5120),
        ("5.120", "kwd", 5120),
        ("10.45", "huf", 1045),
        ("10000000000", "usd", 10**12),
    ],
)
def test_parse_amount_reads_units_of_the_currency(written, currency, minor):
    assert parse_amount(written, currency) == minor


@pytest.mark.parametrize(
    ("written", "currency", "sentence"),
    [
        ("", "eur", "not an amount"),
        ("1,000.00", "eur", "not an amount"),
        ("1.000,00", "eur", "not an amount"),
        ("49,00", "eur", "not an amount"),
        ("1 000", "eur", "not an amount"),
        ("1_000", "eur", "not an amount"),
        ("1e3", "eur", "not an amount"),
        ("NaN", "eur", "not an amount"),
        ("Infinity", "eur", "not an amount"),
        ("-1", "eur", "not an amount"),
        ("+1", "eur", "not an amount"),
        ("€49", "eur", "not an amount"),
        (".5", "eur", "not an amount"),
        ("5.", "eur", "not an amount"),
        ("\u0664\u0669", "eur", "not an amount"),
        ("4\n9", "eur", "not an amount"),
        ("9" * 16, "eur", "not an amount"),
        ("49.000", "eur", "more decimals than EUR has \\(2\\)"),
        ("4900.0", "jpy", "more decimals than JPY has \\(0\\)"),
        ("5.50", "isk", "ISK has no smaller unit"),
        ("5.01", "ugx", "UGX has no smaller unit"),
        ("5.124", "kwd", "must end in 0"),
        ("5.1240", "kwd", "more decimals"),
        ("10000000000.01", "usd", "more than one payment"),
    ],
)
def test_parse_amount_refuses(written, currency, sentence):
    with pytest.raises(BadAmount, match=sentence):
        parse_amount(written, currency)


@pytest.mark.parametrize(
    ("minor", "currency", "shown"),
    [(1000, "usd", "10.00"), (500, "jpy", "500"), (500, "isk", "5.00"), (-5120, "kwd", "-5.120")],
)
def test_to_decimal_keeps_the_currencys_decimals(minor, currency, shown):
    assert str(to_decimal(minor, currency)) == shown


@given(st.integers(0, 10**12), st.sampled_from(["usd", "jpy", "eur", "krw"]))
def test_parse_amount_reads_back_what_to_decimal_writes(minor, currency):
    assert parse_amount(format(to_decimal(minor, currency), "f"), currency) == minor


def test_to_decimal_is_exact_at_64_bits():
    assert to_decimal(2**63 - 1, "usd") == Decimal(2**63 - 1) / 100


def test_parse_currency_writes_as_stripe_does():
    assert parse_currency(" EUR ") == "eur"


@pytest.mark.parametrize("written", ["", "EU", "EURO", "E R", "€", "EU1", "ЕUR"])
def test_parse_currency_refuses(written):
    with pytest.raises(BadCurrency, match="not a currency"):
        parse_currency(written)


def test_money_of_two_currencies_is_never_equal():
    assert Money(100, "usd") != Money(100, "eur")
