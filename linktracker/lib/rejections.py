"""Counting refused deliveries, so that a flood of them fills neither the log nor our time.

A sender is known by the beginning of its address. What is authentic is never counted, so that no
number of forgeries holds up a delivery of Stripe's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network
from threading import Lock
from typing import Final, TypeVar

Key = TypeVar("Key")

QUIET: Final = 10  # seconds between two lines about the same sender and cause
WINDOW: Final = 60  # seconds over which a sender's refusals are counted
MOST: Final = 600  # refusals in a window
MOST_SENDERS: Final = 1_000  # remembered at once; the first of them is forgotten for another
NETWORK: Final = {4: 24, 6: 48}  # leading bits that are kept of an address


@dataclass(frozen=True)
class Line:
    """What the log says of one sender's deliveries that were refused alike."""

    cause: str
    sender: str
    count: int


@dataclass(frozen=True)
class Rejection:
    """What follows from a refusal: lines that are due, and seconds to wait for one of too many."""

    lines: Sequence[Line]
    wait: int = 0


@dataclass
class _Count:
    """Since when, and how many."""

    since: float
    count: int = 0


@dataclass
class Rejections:
    """The refusals of one process, whose threads share it.

    Moments (`at`) are seconds of a clock that never goes back, so that entries stand in order.
    """

    _untold: dict[tuple[str, str], _Count] = field(default_factory=dict)
    _windows: dict[str, _Count] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def note(self, cause: str, address: str, at: float) -> Rejection:
        """Count a refusal. The first of its kind is told at once, others with the next line."""
        sender = network_of(address)
        with self._lock:
            lines = self._overdue(at)
            if told := self._untold.get((cause, sender)):
                told.count += 1
            else:
                _keep(self._untold, (cause, sender), _Count(at))
                lines.append(Line(cause, sender, 1))
            return Rejection(lines, self._wait(sender, at))

    def overdue(self, at: float) -> Sequence[Line]:
        """The last counts of floods that are over: no refusal comes that would tell them."""
        if not self._untold:
            return ()
        with self._lock:
            return self._overdue(at)

    def _overdue(self, at: float) -> list[Line]:
        lines = []
        while self._untold:
            (cause, sender), told = next(iter(self._untold.items()))
            if at - told.since < QUIET:
                break
            del self._untold[cause, sender]
            if told.count:
                lines.append(Line(cause, sender, told.count))
        return lines

    def _wait(self, sender: str, at: float) -> int:
        window = self._windows.get(sender)
        if window is None or at - window.since >= WINDOW:
            self._windows.pop(sender, None)
            window = _keep(self._windows, sender, _Count(at))
        window.count += 1
        return max(1, round(window.since + WINDOW - at)) if window.count > MOST else 0


def _keep(counts: dict[Key, _Count], key: Key, count: _Count) -> _Count:
    if len(counts) >= MOST_SENDERS:
        del counts[next(iter(counts))]
    counts[key] = count
    return count


@lru_cache(maxsize=256)
def network_of(address: str) -> str:
    """The beginning of an address: what a log may keep of it."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    return str(ip_network((parsed, NETWORK[parsed.version]), strict=False))
