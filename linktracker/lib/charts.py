"""Where the marks of a chart go: pure geometry, in the units of the drawing's own viewBox.

Values are whole numbers (minor units of one currency, or counts). Colours and words are added by
the components that draw these shapes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from typing import Final, Literal

RIGHT_MARGIN: Final = 10
TOP_MARGIN: Final = 10
BRIDGE_WIDTH: Final = 1000
THINNEST_BAR: Final = 4  # of BRIDGE_WIDTH: a small difference stays visible


@dataclass(frozen=True, slots=True)
class DailyValue:
    """What one day came to."""

    on: date
    value: int


@dataclass(frozen=True, slots=True)
class Size:
    """A drawing's outline, the room its axes take, and how many day labels it has room for."""

    width: int
    height: int
    axis_left: int
    axis_below: int
    most_days: int


WIDE: Final = Size(width=720, height=300, axis_left=54, axis_below=28, most_days=8)
NARROW: Final = Size(width=340, height=210, axis_left=48, axis_below=26, most_days=4)


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the value axis."""

    y: float
    value: int


@dataclass(frozen=True, slots=True)
class DayLabel:
    """A day written below the plot."""

    x: float
    on: date


@dataclass(frozen=True, slots=True)
class Dot:
    """One point that stands out."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day of the table beside the drawing; `before` is the same day of the period before."""

    on: date
    value: int
    before: int | None


@dataclass(frozen=True, slots=True)
class Column:
    """The strip of the plot that belongs to one day, for its tooltip."""

    x: float
    width: float
    row: DayRow


@dataclass(frozen=True, slots=True)
class Plot:
    """One drawing of a trend; lines are `x,y x,y` as SVG's `points` reads them, "" for none."""

    size: Size
    baseline: float
    ticks: tuple[Tick, ...]
    day_labels: tuple[DayLabel, ...]
    columns: tuple[Column, ...]
    line: str
    area: str
    before: str
    unfinished: str
    today: Dot | None


@dataclass(frozen=True, slots=True)
class Trend:
    """Daily values of a period, drawn for wide and for narrow screens, and as a table."""

    wide: Plot
    narrow: Plot
    rows: tuple[DayRow, ...]
    total: int
    highest: DailyValue | None
    today: date | None
    compared: bool


def trend(
    days: Sequence[DailyValue],
    before: Sequence[DailyValue] = (),
    today: date | None = None,
) -> Trend:
    """Draw `days` in order, each above the day of `before` with the same position.

    `today` has only begun: it is drawn apart, so that the line does not seem to fall.
    """
    rows = tuple(
        DayRow(day.on, day.value, earlier.value if earlier else None)
        for day, earlier in zip_longest(days, before[: len(days)])
    )
    return Trend(
        wide=plot(rows, today, WIDE),
        narrow=plot(rows, today, NARROW),
        rows=rows,
        total=sum(row.value for row in rows),
        highest=max(days, key=lambda day: day.value, default=None),
        today=today if any(row.on == today for row in rows) else None,
        compared=any(row.before is not None for row in rows),
    )


def plot(rows: Sequence[DayRow], today: date | None, size: Size) -> Plot:
    """One drawing of these days."""
    earlier = [row.before for row in rows if row.before is not None]
    axis = value_axis([*(row.value for row in rows), *earlier])
    frame = _Frame(size, axis[0], axis[-1], len(rows))
    points = [(frame.x(place), frame.y(row.value)) for place, row in enumerate(rows)]
    begun = bool(rows) and rows[-1].on == today
    finished = points[:-1] if begun else points
    return Plot(
        size=size,
        baseline=frame.y(0),
        ticks=tuple(Tick(frame.y(value), value) for value in axis),
        day_labels=_day_labels(rows, frame),
        columns=tuple(frame.column(place, row) for place, row in enumerate(rows)),
        line=_points(finished),
        area=_area(finished, frame.y(0)),
        before=_points([(frame.x(place), frame.y(value)) for place, value in enumerate(earlier)]),
        unfinished=_points(points[-2:]) if begun else "",
        today=Dot(*points[-1]) if begun else None,
    )


def value_axis(values: Sequence[int]) -> tuple[int, ...]:
    """The marked values: zero among them, in even steps of 1, 2 or 5 times a power of ten."""
    lowest, highest = min((0, *values)), max((0, *values))
    step = nice_step(highest - lowest)
    bottom = lowest // step * step
    top = max(-(-highest // step) * step, bottom + step)
    return tuple(range(bottom, top + step, step))


def nice_step(span: int) -> int:
    """The smallest round step that crosses `span` in four; 1 where there is nothing to cross."""
    rough = max(1, -(-span // 4))
    power: int = 10 ** (len(str(rough)) - 1)
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)


@dataclass(frozen=True, slots=True)
class _Frame:
    """Places positions and values inside a drawing."""

    size: Size
    lowest: int
    highest: int
    days: int

    @property
    def inner_width(self) -> int:
        return self.size.width - self.size.axis_left - RIGHT_MARGIN

    def x(self, place: int) -> float:
        """A single day stands in the middle."""
        share = place / (self.days - 1) if self.days > 1 else 0.5
        return round(self.size.axis_left + share * self.inner_width, 1)

    def y(self, value: int) -> float:
        inner = self.size.height - TOP_MARGIN - self.size.axis_below
        share = (value - self.lowest) / (self.highest - self.lowest)
        return round(TOP_MARGIN + (1 - share) * inner, 1)

    def column(self, place: int, row: DayRow) -> Column:
        width = self.inner_width / max(1, self.days - 1)
        return Column(round(self.x(place) - width / 2, 1), round(width, 1), row)


def _day_labels(rows: Sequence[DayRow], frame: _Frame) -> tuple[DayLabel, ...]:
    """Evenly spread, and half a gap away from the edge so that no label is cut."""
    gap = max(1, -(-len(rows) // frame.size.most_days))
    return tuple(
        DayLabel(frame.x(place), rows[place].on) for place in range(gap // 2, len(rows), gap)
    )


def _points(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in points)


def _area(points: Sequence[tuple[float, float]], baseline: float) -> str:
    """The line closed along zero."""
    if not points:
        return ""
    return _points([(points[0][0], baseline), *points, (points[-1][0], baseline)])


@dataclass(frozen=True, slots=True)
class BridgeStep:
    """A line of a bridge: a total stands on zero, a change starts where the line above ended."""

    label: str
    amount: int
    count: int | None = None
    href: str = ""
    total: bool = False


@dataclass(frozen=True, slots=True)
class BridgeBar:
    """Where a step's bar goes, out of `BRIDGE_WIDTH`."""

    step: BridgeStep
    x: float
    width: float
    kind: Literal["total", "more", "less"]


def bridge(steps: Sequence[BridgeStep]) -> tuple[BridgeBar, ...]:
    """A waterfall laid on its side: every bar on one scale, each change after the one before."""
    spans = _spans(steps)
    lowest = min((0, *(start for start, _ in spans)))
    highest = max((0, *(end for _, end in spans)))
    scale = BRIDGE_WIDTH / max(1, highest - lowest)
    return tuple(
        _bar(step, (start - lowest) * scale, (end - start) * scale)
        for step, (start, end) in zip(steps, spans, strict=True)
    )


def _spans(steps: Sequence[BridgeStep]) -> list[tuple[int, int]]:
    """From which value to which value every step reaches, the smaller first."""
    running, spans = 0, []
    for step in steps:
        start = 0 if step.total else running
        running = start + step.amount
        spans.append((min(start, running), max(start, running)))
    return spans


def _bar(step: BridgeStep, x: float, width: float) -> BridgeBar:
    wide = max(width, THINNEST_BAR) if step.amount else 0
    left = min(x, BRIDGE_WIDTH - wide)
    return BridgeBar(step, round(left, 1), round(wide, 1), _kind(step))


def _kind(step: BridgeStep) -> Literal["total", "more", "less"]:
    if step.total:
        return "total"
    return "less" if step.amount < 0 else "more"
