"""A file of links issued as a whole or not at all; the same file again changes nothing."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import transaction

from campaigns.actions.link_batches import Outcome, issue_all
from campaigns.core.links_file import LinkRow
from linktracker.lib.batches import batches
from linktracker.models import User

BATCH = 2_000


class CannotSaveFile(Exception):
    """A row cannot be saved, so nothing is."""


@transaction.atomic
def save(
    *,
    rows: Iterable[LinkRow],
    by: User | None,
    at: datetime,
    tell: Callable[[LinkRow, Outcome], None],
) -> None:
    """Issue the rows in batches, and tell the outcome of each.

    Raises `CannotSaveFile` at the first batch with a problem; what was told before holds no more.
    """
    for batch in batches(rows, BATCH):
        drafts = [row.draft for row in batch if row.draft is not None and not row.problem]
        if len(drafts) < len(batch):
            raise CannotSaveFile
        outcomes = issue_all(drafts=drafts, by=by, at=at)
        if any(outcome.problem for outcome in outcomes):
            raise CannotSaveFile
        for row, outcome in zip(batch, outcomes, strict=True):
            tell(row, outcome)
