"""The days that a campaign is planned for: from, to, both or neither."""

from dataclasses import dataclass
from datetime import date


class BadDays(Exception):
    """These days are no stretch of time; the sentence says what would be one."""


@dataclass(frozen=True)
class CampaignDays:
    """The first and the last day, both included; raises `BadDays` where it would end before it starts."""

    first: date | None = None
    last: date | None = None

    def __post_init__(self) -> None:
        if self.first and self.last and self.last < self.first:
            raise BadDays("The last day is before the first; give the first day or a later one.")

    @property
    def words(self) -> str:
        """As the history and the lists tell them; "" where none is known."""
        first, last = _told(self.first), _told(self.last)
        if first and last:
            return first if first == last else f"{first} – {last}"
        if first:
            return f"from {first}"
        return f"until {last}" if last else ""


def _told(day: date | None) -> str:
    return f"{day.day} {day:%b} {day.year}" if day else ""
