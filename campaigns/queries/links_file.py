"""What a file of links would do, row by row; nothing is written."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from campaigns.core.link_draft import Shape
from campaigns.core.links_file import LinkRow
from campaigns.core.url_parameters import Verdict
from campaigns.queries import same_links
from campaigns.queries.same_links import Saved
from linktracker.lib.batches import batches

BATCH = 2_000


class Prospect(NamedTuple):
    """A row, the link that it finds saved, its problem, and whether an earlier row makes the same."""

    row: LinkRow
    saved: Saved | None = None
    problem: str = ""
    is_copy: bool = False

    @property
    def is_new(self) -> bool:
        return self.saved is None and not self.problem and not self.is_copy

    @property
    def kept(self) -> tuple[Verdict, ...]:
        """The values of the row that Stripe keeps."""
        return self._judged("kept")

    @property
    def dropped(self) -> tuple[Verdict, ...]:
        """The values that Stripe would drop, for which the row is refused."""
        return self._judged("dropped")

    def _judged(self, verdict: str) -> tuple[Verdict, ...]:
        verdicts = self.row.draft.verdicts if self.row.draft else ()
        return tuple(each for each in verdicts if each.verdict == verdict)


def prospects(rows: Iterable[LinkRow]) -> Iterator[Prospect]:
    """Each row with what is known about it, in a fixed number of queries a batch."""
    seen: set[Shape] = set()
    for batch in batches(rows, BATCH):
        drafts = [row.draft for row in batch if row.draft is not None and not row.problem]
        strangers = same_links.strangers(draft.payment_url for draft in drafts)
        known = same_links.by_shape(drafts)
        for row in batch:
            if row.draft is None or row.problem:
                yield Prospect(row, problem=row.problem)
            elif stranger := strangers.get(row.draft.payment_url.host):
                yield Prospect(row, problem=stranger)
            else:
                shape = row.draft.shape
                yield Prospect(row, known.get(shape), is_copy=shape in seen)
                seen.add(shape)
