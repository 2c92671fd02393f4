"""The Reconciliation page: the bridge of one currency, its tabs, and the lines behind a figure."""

import re
from collections.abc import Iterable, Mapping, Sequence
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
CURSOR = re.compile("([01])~([0-9]{1,16})~([A-Za-z0-9_ ]{1,255})")
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
class Currencies:
    """Every currency of the period with its bridge; they are never added to each other.

    `beside` adds up the open items for many payments, which no bridge counts.
    """

    bridges: Mapping[str, Bridge]
    beside: Mapping[str, Bridge]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(sorted({*self.bridges, *self.beside}))

    def choose(self, asked: str) -> str:
        """The currency that was asked for, else the one with the most lines; "" where none is."""
        if asked in self.codes:
            return asked
        return max(self.codes, key=lambda code: (self.of(code).lines, code), default="")

    def of(self, currency: str) -> Bridge:
        return self.bridges.get(currency) or Bridge({})

    def sums(self, currency: str, view: str) -> Bridge | None:
        """What a view of this currency adds up to; None for one that cuts through findings."""
        if view in (EXPECTED, RECEIVED):
            return None
        if view == MANY:
            return self.beside.get(currency) or Bridge({})
        return self.of(currency).only(_findings(view) or FINDINGS)


def currencies(*, livemode: bool, period: Period, numbered: bool = False) -> Currencies:
    """All lines of the period, added up in one query."""
    found = lines.tallies(replace(_of_period(livemode, period), numbered=numbered))
    return Currencies(
        bridges=_by_currency(each for each in found if not each.beside),
        beside=_by_currency(each for each in found if each.beside),
    )


def _by_currency(tallies: Iterable[CurrencyTally]) -> dict[str, Bridge]:
    grouped: dict[str, dict[Finding, Tally]] = {}
    for each in tallies:
        grouped.setdefault(each.currency, {})[each.tally.finding] = each.tally
    return {currency: Bridge(found) for currency, found in grouped.items()}


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


def sums(asked: Scope) -> Bridge:
    """What the lines of a scope of one currency add up to, asked of the database."""
    return Bridge({each.tally.finding: each.tally for each in lines.tallies(asked)})


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
    """Where a row stands in the order, its moment as microseconds since 1970."""
    strays = int(row.finding == "no_record")
    return f"{strays}~{(row.moment - EPOCH) // MICROSECOND}~{row.key}"


def _read_cursor(cursor: str) -> lines.Place | None:
    found = CURSOR.fullmatch(cursor)
    if found is None:
        return None
    return found[1] == "1", EPOCH + int(found[2]) * MICROSECOND, found[3]
