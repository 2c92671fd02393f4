"""When people buy: office hours and evenings more than nights, weekdays more than Sundays, and
a little more every week."""

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

from linktracker.simulator.chance import Chance

HOUR, DAY = 3600, 86400
GROWTH = 0.45  # the last day brings so much more than the first
# Index 0 is Monday; index 0 is midnight UTC.
WEEKDAYS = (1.15, 1.25, 1.2, 1.1, 1.0, 0.6, 0.7)
HOURS = (
    *(2, 1, 1, 1, 1, 2, 5, 9, 14, 18, 19, 18),
    *(15, 17, 18, 17, 15, 13, 14, 17, 19, 15, 9, 4),
)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The hours from `start` (unix seconds), with the running sum of how busy they are."""

    start: int
    busy: tuple[float, ...]

    def moment(self, chance: Chance) -> int:
        """A second (unix) in one of the hours, busy ones more often."""
        drawn = chance.fraction("hour") * self.busy[-1]
        hour = min(bisect_right(self.busy, drawn), len(self.busy) - 1)
        return self.start + hour * HOUR + chance.between("second", 0, HOUR - 1)


def rhythm_until(until: int, days: int) -> Rhythm:
    """The `days` before `until` (unix seconds)."""
    start = until - days * DAY
    hours = range(days * 24)
    busy = (_busy(start + hour * HOUR) * (1 + GROWTH * hour / len(hours)) for hour in hours)
    return Rhythm(start, tuple(accumulate(busy)))


def _busy(moment: int) -> float:
    """The unix epoch was a Thursday, hence the 3."""
    return WEEKDAYS[(moment // DAY + 3) % 7] * HOURS[moment % DAY // HOUR]
