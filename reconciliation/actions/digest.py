"""A batch of inbox rows becomes observations, states, payments and matches, in one transaction.

Safe to repeat: an observation that is held already changes nothing, and what is projected depends
on the set of observations alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from reconciliation.actions import buyers, folding, inbox, payment_links, payments, turn
from reconciliation.actions.inbox import Claimed
from reconciliation.core.events import (
    Event,
    UnreadableEvent,
    observations_of,
    read_event,
)
from reconciliation.core.fetched import read_fetched
from reconciliation.core.fold import Observation
from reconciliation.core.refusals import why_aside
from reconciliation.models import InboxEvent


@dataclass
class Reading:
    """What a batch says, and what became of each of its rows."""

    observations: list[Observation] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    done: list[int] = field(default_factory=list)
    kept: list[int] = field(default_factory=list)
    problems: dict[int, str] = field(default_factory=dict)


@transaction.atomic
def digest(*, claimed: Sequence[Claimed], at: datetime) -> Reading:
    """Read, fold, judge, attribute and match; rows that cannot be read are set aside by themselves."""
    turn.work_beside_others()
    reading = read_all(claimed)
    apply(reading.observations, reading.events, at=at)
    inbox.mark(ids=reading.done, state=InboxEvent.State.DONE)
    inbox.mark(ids=reading.kept, state=InboxEvent.State.KEPT)
    inbox.set_aside(problems=reading.problems)
    return reading


def apply(observations: Sequence[Observation], events: Sequence[Event], *, at: datetime) -> None:
    """Bring every projection up to these observations; inside the caller's transaction."""
    folding.store(observations)
    states = folding.fold_touched(observations)
    folding.write_projections(states)
    payment_links.learn(states, at=at)
    buyers.remember(events)
    payments.project(states, at=at)


def read_all(claimed: Sequence[Claimed]) -> Reading:
    """What these rows say; a row that cannot be read is a problem of its own."""
    reading = Reading()
    for row in claimed:
        try:
            _read(row, reading)
        except UnreadableEvent as problem:
            reading.problems[row.id] = str(problem)
    return reading


def _read(row: Claimed, reading: Reading) -> None:
    event = read_fetched(row.body, row.source_id) if row.fetched else read_event(row.body)
    if sentence := why_aside(event, row.secret_livemode):
        raise UnreadableEvent(sentence)
    if event.is_kept:
        reading.kept.append(row.id)
        return
    reading.observations += observations_of(event, row.source_id, row.fetched)
    reading.events.append(event)
    reading.done.append(row.id)
