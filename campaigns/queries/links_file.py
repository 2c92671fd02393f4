"""What a file of links would do, row by row; nothing is written."""

from collections.abc import Iterable, Iterator

from campaigns.core.links_file import LinkRow
from campaigns.queries import same_links
from campaigns.queries.same_links import Saved
from linktracker.lib.batches import batches

BATCH = 2_000

Prospect = tuple[LinkRow, Saved | None, str]
"""A row, the link that it finds saved, and its problem."""


def prospects(rows: Iterable[LinkRow]) -> Iterator[Prospect]:
    """Each row with what is known about it, in a fixed number of queries a batch."""
    for batch in batches(rows, BATCH):
        drafts = [row.draft for row in batch if row.draft is not None and not row.problem]
        strangers = same_links.strangers(draft.payment_url for draft in drafts)
        known = same_links.by_shape(drafts)
        for row in batch:
            if row.draft is None or row.problem:
                yield row, None, row.problem
            elif stranger := strangers.get(row.draft.payment_url.host):
                yield row, None, stranger
            else:
                yield row, known.get(row.draft.shape), ""
