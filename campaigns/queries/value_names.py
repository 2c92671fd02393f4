"""What people call the values of a breakdown: a campaign's name by its code, a link's by its line."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, TypeAlias

from campaigns.core.breakdown import Row
from campaigns.core.breakdown_lines import Names
from campaigns.core.earnings_question import Question
from campaigns.models import Campaign, TrackedLink

Ask: TypeAlias = Callable[[Sequence[str], bool], dict[str, str]]


def names(question: Question, rows: Iterable[Row], *, livemode: bool) -> Names:
    """One query a dimension whose values have names, whatever the number of rows."""
    outer = list(rows)
    inner = [row for one in outer for row in one.rows]
    return {
        dimension.name: NAMED[dimension.name](_values(of), livemode)
        for dimension, of in zip(question.dimensions, (outer, inner), strict=False)
        if dimension.name in NAMED
    }


def _values(rows: Iterable[Row]) -> list[str]:
    return sorted({row.value for row in rows if row.value})


def _campaigns(codes: Sequence[str], livemode: bool) -> dict[str, str]:
    found = Campaign.objects.filter(livemode=livemode, code__in=codes)
    return dict(found.values_list("code", "name"))


def _links(lines: Sequence[str], livemode: bool) -> dict[str, str]:
    """The name of each link's current version; one without a name is known by its number."""
    found = TrackedLink.objects.filter(livemode=livemode, line__in=lines, superseded_at=None)
    return {str(line): name or f"link {line}" for line, name in found.values_list("line", "name")}


NAMED: Final[Mapping[str, Ask]] = {"campaign": _campaigns, "link": _links}
