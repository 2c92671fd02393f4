"""A breakdown as it is shown: each row named, with its share, and the payments behind it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from campaigns.core.breakdown import Row
from campaigns.core.earnings import change, share, total
from campaigns.core.earnings_question import (
    NO_VALUE_WRITTEN,
    Dimension,
    Question,
    written_value,
)
from linktracker.lib.money import to_decimal

Names: TypeAlias = Mapping[str, Mapping[str, str]]
"""What people call a value: by the dimension's name, then by value."""


@dataclass(frozen=True, slots=True)
class Step:
    """A value of a dimension and what people call it; several values together have no `value`."""

    dimension: Dimension
    value: str
    name: str

    @property
    def code(self) -> str:
        """The value, where it is called something else."""
        return self.value if self.value != self.name else ""


@dataclass(frozen=True, slots=True)
class Line:
    """One row on the screen: `path` leads to it through the dimensions.

    `share` and `change` are of what was received; `payments` is a query string of the Payments
    page, "" for values that are shown together.
    """

    path: tuple[Step, ...]
    row: Row
    payments: str
    share: float | None
    change: float | None

    @property
    def step(self) -> Step:
        return self.path[-1]

    @property
    def bar(self) -> float:
        """The share as far as it can be drawn: what was mostly refunded is no bar."""
        return min(max(self.share or 0, 0), 1)

    @property
    def is_nested(self) -> bool:
        return len(self.path) > 1


def lines(question: Question, rows: Sequence[Row], names: Names) -> tuple[Line, ...]:
    """Every row, each followed by those of the second dimension."""
    whole = total(row.now for row in rows).received
    return tuple(_line(question, path, row, whole) for path, row in _walk(question, rows, names))


def _walk(
    question: Question, rows: Iterable[Row], names: Names
) -> Iterator[tuple[tuple[Step, ...], Row]]:
    for row in rows:
        outer = _step(question.by, row, names)
        yield (outer,), row
        for inner in row.rows if question.then else ():
            yield (outer, _step(question.dimensions[-1], inner, names)), inner


def _step(dimension: Dimension, row: Row, names: Names) -> Step:
    if row.merged:
        return Step(dimension, "", f"{row.merged} other value{'s' if row.merged > 1 else ''}")
    if row.is_none:
        return Step(dimension, "", NO_VALUE_WRITTEN)
    return Step(dimension, row.value, names.get(dimension.name, {}).get(row.value) or row.value)


def _line(question: Question, path: tuple[Step, ...], row: Row, whole: int) -> Line:
    filters = {step.dimension.filter: written_value(step.dimension, step.value) for step in path}
    before = row.before.received if question.period.before else None
    return Line(
        path=path,
        row=row,
        payments="" if row.merged else question.payments_query(**filters),
        share=share(row.now.received, whole),
        change=change(row.now.received, before),
    )


def table_header(question: Question) -> list[str]:
    """The columns of a file with these lines."""
    named = [label for dimension in question.dimensions for label in _labels(dimension)]
    return [*named, "Currency", "Payments", "Before refunds", "Refunded", "Received", "Average"]


def table(question: Question, lines: Iterable[Line]) -> Iterator[list[str | int | Decimal | None]]:
    """The lines as cells, in units of the currency; subtotals are left out, so that columns add up."""
    for line in lines:
        if not line.row.rows:
            yield [*_written_path(question, line), *_written_sum(question.currency, line.row)]


def _labels(dimension: Dimension) -> list[str]:
    return [label for label in (dimension.label, dimension.code_label) if label]


def _written_path(question: Question, line: Line) -> Iterator[str]:
    for place, dimension in enumerate(question.dimensions):
        step = line.path[place] if place < len(line.path) else Step(dimension, "", "")
        yield step.name
        if dimension.code_label:
            yield step.value


def _written_sum(currency: str, row: Row) -> list[str | int | Decimal | None]:
    now = row.now
    average = None if now.average is None else to_decimal(now.average, currency)
    money = [to_decimal(minor, currency) for minor in (now.paid, now.refunded, now.received)]
    return [currency.upper(), now.payments, *money, average]
