"""Money: a whole number of a currency's minor units, and how people write it.

Exponents are those of Stripe's API, which differ from ISO 4217 in ISK and UGX: both have no
cents, yet their amounts are sent as if they had, always ending in 00 (5 ISK is 500).
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

LARGEST_AMOUNT: Final = 10**12

# fmt: off
WITHOUT_DECIMALS: Final = frozenset({
    "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga",
    "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf",
})
# fmt: on
THREE_DECIMALS: Final = frozenset({"bhd", "jod", "kwd", "omr", "tnd"})
WHOLE_UNITS_ONLY: Final = frozenset({"isk", "ugx"})

_CURRENCY = re.compile("[A-Za-z]{3}")
_AMOUNT = re.compile(r"([0-9]{1,15})(?:\.([0-9]{1,15}))?")


class BadCurrency(Exception):
    """The text is no currency code; the message says so to a person."""


class BadAmount(Exception):
    """The text is no amount of its currency; the message says what would be one."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (cents, or whole yen) with its lower-case ISO 4217 code."""

    minor: int
    currency: str


def parse_currency(written: str) -> str:
    """The lower-case code, as Stripe writes it; BadCurrency where it is not three letters."""
    code = written.strip()
    if not _CURRENCY.fullmatch(code):
        raise BadCurrency(f"“{code[:20]}” is not a currency; write a code of three letters: EUR.")
    return code.lower()


def exponent(currency: str) -> int:
    """How many decimals the minor unit stands for: 2 for usd, 0 for jpy, 3 for kwd."""
    code = currency.lower()
    if code in WITHOUT_DECIMALS:
        return 0
    return 3 if code in THREE_DECIMALS else 2


def to_decimal(minor: int, currency: str) -> Decimal:
    """Units of the currency, with all its decimals: 1000 usd is 10.00, 500 jpy is 500."""
    return Decimal(minor).scaleb(-exponent(currency))


def parse_amount(written: str, currency: str) -> int:
    """Minor units from a decimal in units of the currency: 49.00 EUR is 4900, 4900 JPY is 4900.

    Neither sign nor thousands separator nor exponent is read: one figure, one meaning.
    """
    amount = written.strip()
    found = _AMOUNT.fullmatch(amount)
    if not found:
        raise BadAmount(f"“{amount[:20]}” is not an amount; write digits and a point: 1234.50.")
    whole, decimals = found.group(1), found.group(2) or ""
    _refuse_decimals(amount, decimals, currency)
    minor = int(whole + decimals.ljust(exponent(currency), "0"))
    if minor > LARGEST_AMOUNT:
        raise BadAmount(f"{amount} is more than one payment can be.")
    return minor


def _refuse_decimals(amount: str, decimals: str, currency: str) -> None:
    code, allowed = currency.upper(), exponent(currency)
    if len(decimals) > allowed:
        raise BadAmount(f"{amount} has more decimals than {code} has ({allowed}).")
    if code.lower() in WHOLE_UNITS_ONLY and decimals.strip("0"):
        raise BadAmount(f"{amount} is not a whole number; {code} has no smaller unit.")
    if code.lower() in THREE_DECIMALS and len(decimals) == 3 and decimals[2] != "0":
        raise BadAmount(f"{amount} must end in 0; Stripe rounds {code} to two decimals.")
