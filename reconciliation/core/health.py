"""Whether the figures can be relied on: what has come in, what still waits, and who works on it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

WORKER_IS_GONE: Final = timedelta(seconds=60)
TOO_LONG: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Standing:
    """The inbox of one mode. `received` counts the last 24 hours, everything else what is held.

    `oldest_waiting_at` is when the first of those came that still wait to be read; `repeated`
    counts events that came more than once, `contradicted` those that came with another body too.
    `set_aside` needs somebody; `seen` is set aside too, but somebody has looked at it and let it be.
    """

    received: int = 0
    waiting: int = 0
    parked: int = 0
    set_aside: int = 0
    seen: int = 0
    repeated: int = 0
    contradicted: int = 0
    oldest_waiting_at: datetime | None = None
    last_event_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A sentence for people; `tone` is ok, warn or bad."""

    tone: str
    sentence: str


def finality(standing: Standing) -> Verdict:
    """Whether this mode's figures are final as far as Stripe has told us."""
    if standing.set_aside:
        return Verdict("bad", f"{_need(standing.set_aside)} you: {NOT_FINAL}")
    if standing.waiting or standing.parked:
        return Verdict("warn", f"{_wait(standing)}: figures are provisional until they are read.")
    if standing.seen:
        return Verdict("ok", f"Figures are final but for {_events(standing.seen)} {LEFT_ASIDE}")
    if standing.last_event_at is None:
        return Verdict("warn", "Stripe has told us of nothing yet, so there are no figures.")
    return Verdict("ok", "Figures are final: everything that Stripe has told us of is in them.")


NOT_FINAL: Final = "what they say is in no figure until they can be read."
LEFT_ASIDE: Final = "that somebody has looked at and left aside: what they say is in no figure."


def _need(count: int) -> str:
    return f"{_events(count)} need{'s' if count == 1 else ''}"


def _wait(standing: Standing) -> str:
    waiting = f"{_events(standing.waiting)} wait{'s' if standing.waiting == 1 else ''}"
    if not standing.parked:
        return waiting
    if not standing.waiting:
        return f"{_events(standing.parked)} will be tried again"
    return f"{waiting} and {standing.parked:,} will be tried again"


def _events(count: int) -> str:
    return f"{count:,} event{'' if count == 1 else 's'}"


def alarm(
    *, seen_at: datetime | None, oldest_waiting_at: datetime | None, at: datetime
) -> Verdict | None:
    """What everybody should know on every page: nobody reads events, or they wait too long.

    `seen_at` is when a background worker last gave a sign of life, None when none ever did.
    """
    if seen_at is None:
        return Verdict("bad", f"No background worker has run yet. {START_ONE}")
    if at - seen_at >= WORKER_IS_GONE:
        return Verdict(
            "bad", f"No background worker has been seen for {duration(at - seen_at)}. {START_ONE}"
        )
    if oldest_waiting_at is not None and at - oldest_waiting_at >= TOO_LONG:
        waited = duration(at - oldest_waiting_at)
        return Verdict("warn", f"Events wait for {waited} by now: figures are behind.")
    return None


START_ONE: Final = "Payments that arrive are kept, but no figure has them until one runs."


def duration(length: timedelta) -> str:
    """61 seconds is 1 min, 25 hours is 1 d: whole units, the largest that fits."""
    seconds = int(length.total_seconds())
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{max(seconds, 0)} s"
