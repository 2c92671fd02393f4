"""Who earned what: payments by the values of one dimension, or of two, so that the rows add up.

Whatever the dimension, the row of payments without a value is there, and values that there is no
room for are one row together: the rows of a breakdown are always all of its payments.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from campaigns.core.earnings import NOTHING, Sum, total

MOST_ROWS: Final = 50
MOST_NESTED: Final = 10
NO_VALUE: Final = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Payments of one value, and of one value of the second dimension ("" where there is none).

    `merged` and `merged_then` tell how many values it stands for, where there was no room for them.
    """

    value: str
    then: str
    now: Sum
    before: Sum = NOTHING
    merged: int = 0
    merged_then: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """A value and what it earned; `merged` tells how many values a row stands for together.

    The rows of the second dimension add up to this one.
    """

    value: str
    now: Sum = NOTHING
    before: Sum = NOTHING
    merged: int = 0
    rows: "tuple[Row, ...]" = ()

    @property
    def is_none(self) -> bool:
        return self.value == NO_VALUE and not self.merged


def breakdown(groups: Iterable[Group], *, nested: bool = False) -> tuple[Row, ...]:
    """The rows, those that earned most first; then other values, then payments without a value."""
    by_value: dict[tuple[str, int], list[Group]] = defaultdict(list, {(NO_VALUE, 0): []})
    for group in groups:
        by_value[group.value, group.merged].append(group)
    return _arranged([_row(*key, each, nested) for key, each in by_value.items()], MOST_ROWS)


def _row(value: str, merged: int, groups: Sequence[Group], nested: bool) -> Row:
    inner = [Row(each.then, each.now, each.before, each.merged_then) for each in groups]
    is_parted = nested and not merged
    return Row(
        value,
        now=total(group.now for group in groups),
        before=total(group.before for group in groups),
        merged=merged,
        rows=tuple(row for row in _arranged(inner, MOST_NESTED) if row.now != NOTHING)
        if is_parted
        else (),
    )


def _arranged(rows: Sequence[Row], most: int) -> tuple[Row, ...]:
    """A value that earned nothing in this period is left out: it is no part of any sum."""
    known = [row for row in rows if row.value != NO_VALUE and row.now != NOTHING]
    known.sort(key=lambda row: (-row.now.received, row.value))
    without_value = [row for row in rows if row.is_none]
    merged = [row for row in rows if row.merged]
    return (*known[:most], *_merged([*known[most:], *merged]), *without_value)


def _merged(rows: Sequence[Row]) -> list[Row]:
    if not rows:
        return []
    now, before = total(row.now for row in rows), total(row.before for row in rows)
    return [Row(NO_VALUE, now, before, merged=sum(row.merged or 1 for row in rows))]
