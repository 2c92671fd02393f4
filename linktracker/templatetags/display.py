"""How figures and moments are written on every page; a builtin of all templates.

Money is whole minor units with a currency code; None is written as an en dash. Moments are shown
in the current time zone, days first.
"""

import math
import re
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

import segno
from babel.numbers import format_compact_decimal, get_currency_symbol
from django import template
from django.template.context import Context
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from heroicons.templatetags.heroicons import heroicon_micro, heroicon_outline

from linktracker.lib.money import WHOLE_UNITS_ONLY, to_decimal

register = template.Library()

NONE = "–"
MINUS = "−"
LOCALE = "en"
PAGE_KEYS = ("page", "after", "before")  # where a list stands; a new filter starts at its top
PIECE = re.compile(
    r"(?=[?&])|(?<=[^/:]/)(?=.)"
)  # of an address: its host, each part, each parameter
UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"))


@register.filter
def money(minor: int | None, currency: str) -> str:
    """4900 in eur is €49.00; a code without a sign of its own is written out: KWD 1.500."""
    if minor is None:
        return NONE
    return _signed(minor, _sign_of(currency) + f"{_units(minor, currency):,}")


@register.filter
def money_change(minor: int | None, currency: str) -> str:
    """A difference says its direction: +€49.00, −€20.00."""
    sign = "+" if minor and minor > 0 else ""
    return sign + money(minor, currency)


@register.filter
def money_short(minor: int, currency: str) -> str:
    """For an axis, where exact figures would not fit: €8K. Without a currency it is a count."""
    if not currency:
        return count(minor)
    amount = _units(minor, currency)
    written = f"{amount.normalize():f}" if amount == amount.to_integral_value() else f"{amount}"
    if amount >= 1000:
        written = format_compact_decimal(amount, locale=LOCALE, fraction_digits=1)
    return _signed(minor, _sign_of(currency) + written)


def _units(minor: int, currency: str) -> Decimal:
    """With Stripe's decimals, which babel's tables do not follow; none where they are always 00."""
    amount = to_decimal(abs(minor), currency)
    whole = currency.lower() in WHOLE_UNITS_ONLY and amount == amount.to_integral_value()
    return amount.to_integral_value() if whole else amount


def _sign_of(currency: str) -> str:
    symbol = get_currency_symbol(currency.upper(), locale=LOCALE)
    return symbol + "\u00a0" if symbol[-1:].isalpha() else symbol


@register.filter
def money_minor(minor: int | None, currency: str) -> str:
    """The bare figure that Stripe sends, for a tooltip: 4900 eur in minor units."""
    return "" if minor is None else f"{minor} {currency.lower()} in minor units"


def _signed(minor: int, written: str) -> str:
    return MINUS + written if minor < 0 else written


@register.filter
def count(number: int | str | None) -> str:
    """1533 is 1,533; a component's attribute may bring it as text."""
    if number is None:
        return NONE
    return _signed(int(number), f"{abs(int(number)):,}")


@register.filter
def percent(share: float | Decimal | None) -> str:
    """0.912 is 91.2 %. A share that is not quite all never reads 100.0 %."""
    if share is None:
        return NONE
    value = abs(float(share)) * 100
    if 99.95 <= value < 100:
        value = math.floor(value * 10) / 10
    return ("−" if share < 0 and value >= 0.05 else "") + f"{value:,.1f}\u00a0%"


@register.filter
def day(moment: date | datetime | None) -> str:
    """20 Nov 2026."""
    if moment is None:
        return NONE
    return date_format(localtime(moment) if isinstance(moment, datetime) else moment, "j M Y")


@register.filter
def short_day(on: date) -> str:
    """20 Nov, where the year is plain from the page."""
    return date_format(on, "j M")


@register.filter
def when(moment: datetime | None) -> str:
    """20 Nov 2026, 20:50."""
    return NONE if moment is None else date_format(localtime(moment), "j M Y, H:i")


@register.filter
def exact_time(moment: datetime | None) -> str:
    """20 Nov 2026, 20:50:02 CET: to the second, with the zone it is told in."""
    return NONE if moment is None else date_format(localtime(moment), "j M Y, H:i:s T")


@register.simple_tag
def ago(moment: datetime | None, at: datetime | None) -> str:
    """How long before `at`: 4 min ago, 2 d ago; the moment itself where no `at` is known."""
    if moment is None or not isinstance(at, datetime):
        return when(moment)
    seconds = int((at - moment).total_seconds())
    for size, unit in UNITS:
        if abs(seconds) >= size:
            amount = f"{abs(seconds) // size} {unit}"
            return f"{amount} ago" if seconds > 0 else f"in {amount}"
    return "just now"


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: object) -> str:
    """This page's query string with changes; None or "" takes a key out.

    The answer is never empty: an empty link would keep the query string it should clear.
    """
    asked = context["request"].GET.copy()
    for key in PAGE_KEYS:
        asked.pop(key, None)
    for key, value in changes.items():
        if value is None or value == "":
            asked.pop(key, None)
        else:
            asked[key] = str(value)
    return f"?{asked.urlencode()}"


@register.filter
def url_breaks(url: str) -> SafeString:
    """An address that breaks before its parameters, so that ids stay whole on a narrow screen."""
    pieces = PIECE.split(url)
    return format_html_join(SafeString("<wbr>"), "{}", ((piece,) for piece in pieces))


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str, kind: str = "outline", size: int | str = 18, css: str = "") -> SafeString:
    """A heroicon; drawn once a process, since a list has hundreds of a dozen different ones."""
    draw = heroicon_micro if kind == "micro" else heroicon_outline
    return mark_safe(draw(name, size=int(size), **{"class": css}, aria_hidden="true"))  # noqa: S308  # drawn by heroicons: its files, attributes escaped


@register.simple_tag
def qr_code(url: str) -> SafeString:
    """The URL as a QR code in inline SVG, with the quiet zone that readers need."""
    code = segno.make_qr(url, error="m")
    drawn = code.svg_inline(border=4, omitsize=True, svgclass="qr-code", lineclass="qr-line")
    return mark_safe(drawn)  # noqa: S308  # drawn by segno: numbers only, none of the URL's text
