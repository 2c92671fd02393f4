"""Downloads are on record: begun before the first row is read, complete when the last byte is sent."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from campaigns.models import Export
from linktracker.models import User

Row = TypeVar("Row")
LONGEST_QUESTION = 4000


@dataclass
class Recording:
    """One download while it is sent: its rows go through `counted`, its bytes through `sealed`."""

    export: Export
    rows: int = 0

    def counted(self, rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            yield row
            self.rows += 1

    def sealed(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """The same bytes. Where they are broken off, no number and no digest is kept."""
        digest = hashlib.sha256()
        for piece in pieces:
            digest.update(piece)
            yield piece
        self.export.rows, self.export.sha256 = self.rows, digest.hexdigest()
        self.export.save(update_fields=["rows", "sha256"])


def begin(*, what: str, asked: str, form: str, livemode: bool, by: User, at: datetime) -> Recording:
    """`asked` is the query string of the list that is sent."""
    export = Export.objects.create(
        what=what,
        asked=asked.replace("\0", "")[:LONGEST_QUESTION],
        form=form,
        livemode=livemode,
        by=by,
        at=at,
    )
    return Recording(export)
