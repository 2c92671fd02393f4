"""What a change of several rows did: each row from what to what, and what it left alone, with why."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Model


@dataclass(frozen=True)
class Changed:
    """A row that was changed; the two texts are for whoever reads the history."""

    row: Model
    before: str
    after: str


@dataclass(frozen=True)
class Skipped:
    """A row that was left as it is, and the sentence that says why."""

    name: str
    why: str


@dataclass(frozen=True)
class Outcome:
    changed: tuple[Changed, ...] = ()
    skipped: tuple[Skipped, ...] = ()

    @classmethod
    def of(cls, judged: Iterable[Changed | Skipped]) -> "Outcome":
        judged = list(judged)
        return cls(
            tuple(one for one in judged if isinstance(one, Changed)),
            tuple(one for one in judged if isinstance(one, Skipped)),
        )

    @property
    def reasons_to_skip(self) -> dict[str, int]:
        """Each sentence once, with how many rows it is said of; the commonest first."""
        counted: dict[str, int] = {}
        for one in self.skipped:
            counted[one.why] = counted.get(one.why, 0) + 1
        return dict(sorted(counted.items(), key=lambda entry: -entry[1]))
