"""What the Campaigns page is asked: read from its address, and written into the addresses it links to.

A word that is not known is as good as none, so that an old or a mangled link still shows a page.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal
from urllib.parse import urlencode

from campaigns.core.period import Period, read_period

Refunds = Literal["moved", "sale"]

GRADES: Final = ("A", "B", "C", "M", "U")
NO_VALUE_WRITTEN: Final = "(none)"
ANY_CURRENCY: Final = ""
_CURRENCY = re.compile(r"[a-z]{3}")
_RANGE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Dimension:
    """What payments are grouped by; `filter` is the word for it in the address of Payments.

    `code_label` is what the bare value is called where people have names for it.
    """

    name: str
    label: str
    filter: str
    code_label: str = ""


DIMENSIONS: Final[Mapping[str, Dimension]] = {
    dimension.name: dimension
    for dimension in (
        Dimension("campaign", "Campaign", "utm_campaign", "Campaign code"),
        Dimension("source", "Source", "utm_source"),
        Dimension("medium", "Medium", "utm_medium"),
        Dimension("content", "Content", "utm_content"),
        Dimension("term", "Term", "utm_term"),
        Dimension("link", "Link", "link", "Link number"),
    )
}
CAMPAIGN: Final = DIMENSIONS["campaign"]
LINK: Final = DIMENSIONS["link"]


@dataclass(frozen=True, slots=True)
class Question:
    """Which payments (`currency` "": not chosen yet), whose refunds, and grouped by what.

    `refunds`: "moved" counts a refund on the day it moved, whatever sale it belongs to; "sale"
    counts it with its sale, whenever it moved. `through_links` leaves out payments that did not
    come through a payment link.
    """

    period: Period
    currency: str = ANY_CURRENCY
    by: Dimension = CAMPAIGN
    then: Dimension | None = None
    grade: str = ""
    through_links: bool = False
    refunds: Refunds = "moved"

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        return (self.by, self.then) if self.then else (self.by,)

    def in_currency(self, currency: str) -> "Question":
        return replace(self, currency=currency)

    def since(self, first: date) -> "Question":
        """All time begins with the day of the first payment; no period is compared with days before it."""
        period = self.period.since(first) if self.period.is_all else self.period
        return replace(self, period=period.recorded_from(first))

    def payments_query(self, **filters: str) -> str:
        """The query string that lists this page's payments: those paid in the period."""
        words = {"basis": "paid", "period": self.period.key, "currency": self.currency}
        narrowed = {"grade": self.grade, "scope": "links" if self.through_links else ""}
        return urlencode({**words, **{k: v for k, v in narrowed.items() if v}, **filters})


def read_question(asked: Mapping[str, str], today: date) -> Question:
    """The question an address asks."""
    by = DIMENSIONS.get(asked.get("by", ""), CAMPAIGN)
    then = DIMENSIONS.get(asked.get("then", ""))
    grade = asked.get("grade", "")
    currency = asked.get("currency", "")
    return Question(
        period=read_period(asked.get("period", ""), today),
        currency=currency if _CURRENCY.fullmatch(currency) else ANY_CURRENCY,
        by=by,
        then=None if then == by else then,
        grade=grade if grade in GRADES else "",
        through_links=asked.get("scope") == "links",
        refunds="sale" if asked.get("refunds") == "sale" else "moved",
    )


def written_value(dimension: Dimension, value: str) -> str:
    """A value as the address of Payments says it; "" is a payment that has none."""
    if value:
        return value
    return "none" if dimension == LINK else NO_VALUE_WRITTEN


def asked_days(asked: Mapping[str, str]) -> str:
    """The period that a form with two dates asks for, as the address says it; "" for none."""
    first, last = asked.get("first", ""), asked.get("last", "")
    if not (_RANGE.fullmatch(first) and _RANGE.fullmatch(last)):
        return ""
    return f"{min(first, last)}..{max(first, last)}"
