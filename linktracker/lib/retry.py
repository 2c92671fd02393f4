"""When a transaction may simply be done again: others were in the way."""

from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError

Answer = TypeVar("Answer")

MOST_TRIES = 5
IN_THE_WAY = {"40001", "40P01"}  # serialization failure, deadlock


def is_in_the_way(problem: Exception) -> bool:
    """Whether the database ended this transaction only because others were at the same rows."""
    return getattr(problem.__cause__, "sqlstate", "") in IN_THE_WAY


def redo_when_in_the_way(work: Callable[[], Answer]) -> Answer:
    """Do a whole transaction, and again where two have waited for each other in a circle."""
    for _ in range(MOST_TRIES - 1):
        try:
            return work()
        except OperationalError as problem:
            if not is_in_the_way(problem):
                raise
    return work()
