"""One transaction for what several requests of a process want kept at the same moment.

A commit waits for the disk, and the disk takes as long for many rows as for one. Whoever comes
while a transaction is under way waits for the next and shares it; nobody is answered before the
transaction that holds his row is durable, and nobody waits for company.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Generic, TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")

MOST_AT_ONCE = 64


@dataclass(eq=False)
class _Place(Generic[Item, Answer]):
    """Where one caller stands: in the queue, or past the transaction that was to hold his item."""

    item: Item
    called: Event = field(default_factory=Event)
    answers: list[Answer] = field(default_factory=list)
    is_past: bool = False


class GroupCommit(Generic[Item, Answer]):
    """`write_all` keeps any number of items in one transaction of its own, one answer an item."""

    def __init__(self, write_all: Callable[[Sequence[Item]], Sequence[Answer]]) -> None:
        self._write_all = write_all
        self._lock = Lock()
        self._queue: list[_Place[Item, Answer]] = []
        self._is_writing = False

    def write(self, item: Item) -> Answer:
        """Returns the answer once the item is committed; raises what `write_all` raises for it.

        Where a group is refused, each of its callers writes his own item alone, so that one bad
        item fails nobody else.
        """
        place: _Place[Item, Answer] = _Place(item)
        with self._lock:
            self._queue.append(place)
            waits, self._is_writing = self._is_writing, True
        if waits:
            place.called.wait()
        if not place.is_past:
            self._write_for_all()
        return place.answers[0] if place.answers else self._write_all([item])[0]

    def _write_for_all(self) -> None:
        """The first in the queue writes for those behind him, and calls up the next."""
        with self._lock:
            group, self._queue = self._queue[:MOST_AT_ONCE], self._queue[MOST_AT_ONCE:]
        try:
            self._answer(group)
        finally:
            for place in group:
                place.is_past = True
            with self._lock:
                heirs = self._queue[:1]
                self._is_writing = bool(heirs)
            for place in heirs + group:
                place.called.set()

    def _answer(self, group: Sequence[_Place[Item, Answer]]) -> None:
        try:
            answers = self._write_all([place.item for place in group])
        except Exception:
            if len(group) == 1:
                raise
            return
        for place, answer in zip(group, answers, strict=True):
            place.answers.append(answer)
