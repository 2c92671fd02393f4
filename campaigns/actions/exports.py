"""Downloads are on record: begun before the first row is read, counted when the last is sent."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TypeVar

from campaigns.models import Export
from linktracker.models import User

Row = TypeVar("Row")
LONGEST_QUESTION = 4000


def recorded(
    rows: Iterable[Row],
    *,
    what: str,
    asked: str,
    form: str,
    livemode: bool,
    by: User,
    at: datetime,
) -> Iterator[Row]:
    """The same rows; `asked` is the query string of the list that they are."""
    export = Export.objects.create(
        what=what,
        asked=asked.replace("\0", "")[:LONGEST_QUESTION],
        form=form,
        livemode=livemode,
        by=by,
        at=at,
    )
    return _counted(rows, export)


def _counted(rows: Iterable[Row], export: Export) -> Iterator[Row]:
    export.rows = 0
    for row in rows:
        yield row
        export.rows += 1
    export.save(update_fields=["rows"])
