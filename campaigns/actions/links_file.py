"""A file of links issued as a whole or not at all; the same file again changes nothing."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import transaction

from campaigns.actions.link_batches import Fate, issue_all, note_new, one_at_a_time
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
    tell: Callable[[LinkRow, Fate], None],
) -> None:
    """Issue the rows in batches, and tell what became of each.

    Somebody who saves one link may still be in the way (`redo_when_in_the_way`): the caller, who
    can read the rows again, begins anew.
    Raises `CannotSaveFile` at the first batch with a problem; what was told before holds no more.
    """
    one_at_a_time()
    new: list[tuple[bool, int]] = []
    for batch in batches(rows, BATCH):
        drafts = [row.draft for row in batch if row.draft is not None and not row.problem]
        if len(drafts) < len(batch):
            raise CannotSaveFile
        fates = issue_all(drafts=drafts, by=by, at=at)
        if any(fate.problem for fate in fates):
            raise CannotSaveFile
        for row, fate in zip(batch, fates, strict=True):
            tell(row, fate)
            if fate.link and not fate.already:
                new.append((fate.link.livemode, fate.link.line))
    note_new(lines=new, at=at)
