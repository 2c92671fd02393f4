"""The Reconciliation page: the bridge of one currency, its tabs, and the lines behind a figure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from django.utils.timezone import get_current_timezone

from campaigns.core.period import Period
from reconciliation.core.findings import (
    FINDINGS,
    LABELS,
    TO_LOOK_AT,
    Bridge,
    Finding,
    Tally,
)
from reconciliation.queries import lines
from reconciliation.queries.lines import CurrencyTally, LineRow, Scope

PAGE_SIZE = 50
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
CURSOR = re.compile("([0-9]{1,16})~([A-Za-z0-9_ ]{1,255})")
TO_LOOK = "look"
ALL = "all"
MANY = "many"
EXPECTED = "expected"
RECEIVED = "received"

# What the address calls a view of the lines, and what people read.
VIEWS: Mapping[str, str] = {
    TO_LOOK: "To look at",
    **LABELS,
    ALL: "All",
    MANY: "For many payments",
    EXPECTED: "Expected",
    RECEIVED: "Received",
}


@dataclass(frozen=True, slots=True)
class Sums:
    """What a list adds up to, in one currency: the line below it."""

    lines: int
    expected: int
    received: int

    @property
    def difference(self) -> int:
        return self.received - self.expected


@dataclass(frozen=True, slots=True)
class Currencies:
    """Every currency of the period with its bridge; they are never added to each other."""

    bridges: Mapping[str, Bridge]
    beside: Mapping[str, Sums]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(sorted({*self.bridges, *self.beside}))

    def choose(self, asked: str) -> str:
        """The currency that was asked for, else the one with the most lines; "" where none is."""
        if asked in self.codes:
            return asked
        return max(self.codes, key=lambda code: (self.of(code).count(FINDINGS), code), default="")

    def of(self, currency: str) -> Bridge:
        return self.bridges.get(currency) or Bridge({})

    def sums(self, currency: str, view: str) -> Sums | None:
        """What a view of this currency adds up to; None for one that cuts through findings."""
        if view in (EXPECTED, RECEIVED):
            return None
        if view == MANY:
            return self.beside.get(currency) or Sums(0, 0, 0)
        bridge = self.of(currency)
        tallies = [bridge.of(name) for name in _findings(view) or FINDINGS]
        return Sums(
            lines=sum(tally.lines for tally in tallies),
            expected=sum(tally.expected for tally in tallies),
            received=sum(tally.received for tally in tallies),
        )


def currencies(*, livemode: bool, period: Period, numbered: bool = False) -> Currencies:
    """All lines of the period, added up in one query."""
    found = lines.tallies(replace(_of_period(livemode, period), numbered=numbered))
    bridges: dict[str, dict[str, Tally]] = {}
    beside: dict[str, list[CurrencyTally]] = {}
    for each in found:
        if each.beside:
            beside.setdefault(each.currency, []).append(each)
        else:
            bridges.setdefault(each.currency, {})[each.tally.finding] = each.tally
    return Currencies(
        bridges={currency: Bridge(tallies) for currency, tallies in bridges.items()},
        beside={currency: sums(tallies) for currency, tallies in beside.items()},
    )


def scope(
    *,
    livemode: bool,
    period: Period,
    currency: str,
    view: str,
    text: str = "",
    numbered: bool = False,
) -> Scope:
    """The lines of one view; a view that does not exist is that of lines to look at."""
    return replace(
        _of_period(livemode, period),
        currency=currency,
        findings=_findings(view),
        beside=view == MANY,
        expecting=view == EXPECTED,
        receiving=view == RECEIVED,
        numbered=numbered,
        text=text,
    )


def _of_period(livemode: bool, period: Period) -> Scope:
    if period.key == ALL:
        return Scope(livemode)
    zone = get_current_timezone()
    return Scope(livemode, starts_at=period.starts_at(zone), ends_at=period.ends_at(zone))


def _findings(view: str) -> tuple[Finding, ...] | None:
    if view in (ALL, MANY, EXPECTED, RECEIVED):
        return None
    return tuple(name for name in FINDINGS if name == view) or TO_LOOK_AT


def sums(tallies: Sequence[CurrencyTally]) -> Sums:
    """Tallies of one currency added up."""
    return Sums(
        lines=sum(each.tally.lines for each in tallies),
        expected=sum(each.tally.expected for each in tallies),
        received=sum(each.tally.received for each in tallies),
    )


@dataclass(frozen=True, slots=True)
class LinePage:
    """Lines in their order, and the cursor of the next page, "" on the last."""

    rows: Sequence[LineRow]
    next: str


def page(asked: Scope, *, cursor: str) -> LinePage:
    """The page of lines after `cursor`; one that cannot be read is the first page."""
    found = lines.rows(asked, after=_read_cursor(cursor), limit=PAGE_SIZE + 1)
    shown = found[:PAGE_SIZE]
    more = len(found) > PAGE_SIZE
    return LinePage(shown, _cursor(shown[-1]) if more else "")


def _cursor(row: LineRow) -> str:
    """Where a row stands in the order: microseconds since 1970, and its key."""
    return f"{(row.moment - EPOCH) // MICROSECOND}~{row.key}"


def _read_cursor(cursor: str) -> tuple[datetime, str] | None:
    found = CURSOR.fullmatch(cursor)
    return (EPOCH + int(found[1]) * MICROSECOND, found[2]) if found else None
