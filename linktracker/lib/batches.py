"""Any number of things, a bounded number at a time."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Thing = TypeVar("Thing")


def batches(things: Iterable[Thing], size: int) -> Iterator[list[Thing]]:
    """Lists of `size` things in their order; the last may be shorter, and none is empty."""
    iterator = iter(things)
    while batch := list(islice(iterator, size)):
        yield batch
