"""One period governs every figure on a page: whole days of the report's time zone, both ends in.

It is read from the address (`7d`, `30d`, `90d`, `365d`, `month`, `last-month`, `all`, or
`2026-09-01..2026-09-30`), so that a link to a page shows the same figures to a colleague.
"""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

ALL = "all"
DAYS = {"7d": 7, "30d": 30, "90d": 90, "365d": 365}
CHOICES = {
    "7d": "Last 7 days",
    "30d": "Last 30 days",
    "90d": "Last 90 days",
    "365d": "Last 365 days",
    "month": "This month",
    "last-month": "Last month",
    ALL: "All time",
}
DEFAULT = "30d"
ONE_DAY = timedelta(days=1)
FIRST_DAY = date(2011, 1, 1)  # before Stripe took its first payment
RANGE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})\.\.([0-9]{4}-[0-9]{2}-[0-9]{2})")


@dataclass(frozen=True)
class Period:
    """From `first` to `last`, both included; `key` is how the address says it.

    `on_record` is the first day of which anything is known; no days before it are compared with.
    """

    key: str
    label: str
    first: date
    last: date
    on_record: date = FIRST_DAY

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Period | None":
        """As many days, ending where this period begins; None where so many are not on record."""
        last = self.first - ONE_DAY
        if self.is_all or last - self.on_record < self.last - self.first:
            return None
        label = "the day before" if self.days == 1 else f"the {self.days} days before"
        return Period("", label, last - (self.last - self.first), last)

    @property
    def is_all(self) -> bool:
        return self.key == ALL

    def recorded_from(self, first: date) -> "Period":
        """The same period, where nothing is known of the days before `first`."""
        return replace(self, on_record=first)

    def since(self, first: date) -> "Period":
        """The same period, less the days before `first`; never less than its last day."""
        return replace(self, first=min(max(self.first, first), self.last))

    def until(self, last: date) -> "Period":
        """The same period, less the days after `last`; never less than its first day."""
        return replace(self, last=max(min(self.last, last), self.first))

    def starts_at(self, zone: tzinfo) -> datetime:
        """The first moment of the period, in UTC."""
        return datetime.combine(self.first, time(), zone).astimezone(UTC)

    def ends_at(self, zone: tzinfo) -> datetime:
        """The first moment after the period, in UTC."""
        return datetime.combine(self.last + ONE_DAY, time(), zone).astimezone(UTC)


def read_period(text: str, today: date, default: str = DEFAULT) -> Period:
    """The period that an address names; one that cannot be read is the default."""
    if text in DAYS:
        return Period(text, CHOICES[text], today - timedelta(days=DAYS[text] - 1), today)
    if text == "month":
        return Period(text, CHOICES[text], today.replace(day=1), today)
    if text == "last-month":
        last = today.replace(day=1) - ONE_DAY
        return Period(text, CHOICES[text], last.replace(day=1), last)
    if text == ALL:
        return Period(text, CHOICES[text], FIRST_DAY, today)
    return _named_days(text) or read_period(default, today)


def _named_days(text: str) -> Period | None:
    found = RANGE.fullmatch(text)
    if not found:
        return None
    try:
        first, last = (date.fromisoformat(day) for day in found.groups())
    except ValueError:
        return None
    if not FIRST_DAY <= first <= last <= date(9000, 1, 1):
        return None
    return Period(text, f"{first:%-d %b %Y} to {last:%-d %b %Y}", first, last)
