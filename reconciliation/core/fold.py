"""The fold: all that we were told of one object becomes what we hold of it.

A pure function of a set: the order in which observations arrive, and how often each does, cannot
matter. It knows no clock; Stripe's own moments, in whole seconds, and ranks within one second
say what came last.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from linktracker.lib.json_read import Json
from reconciliation.core.facts import Combine, Facts
from reconciliation.core.objects import KINDS


@dataclass(frozen=True, slots=True)
class Observation:
    """What one inbox row says of one Stripe object at one moment (`stripe_at`, unix seconds)."""

    kind: str
    object_id: str
    source_id: str
    fetched: bool
    stripe_at: int
    rank: int
    livemode: bool
    facts: Facts


@dataclass(frozen=True, slots=True)
class Folded:
    """The state of one object; `ambiguous` asks for a fetch, since one second says two things."""

    facts: dict[str, Json]
    ambiguous: bool
    livemode: bool


def fold(observations: Collection[Observation]) -> Folded:
    """The one state of the one object that these observations, at least one, are about."""
    ordered = sorted(observations, key=_place)
    final = ordered[-1]
    facts = _only(final) if len(ordered) == 1 else _combined(ordered)
    ambiguous = len(ordered) > 1 and _is_ambiguous(ordered)
    return Folded(facts, ambiguous, final.livemode)


def _place(seen: Observation) -> tuple[int, int, bool, str]:
    """A total order; its last two steps only choose, deterministically, among equals."""
    return seen.stripe_at, seen.rank, seen.fetched, seen.source_id


def _only(seen: Observation) -> dict[str, Json]:
    """Most objects are told of once; nothing is combined then."""
    return {name: seen.facts[name] for name in KINDS[seen.kind].facts if name in seen.facts}


def _combined(ordered: Sequence[Observation]) -> dict[str, Json]:
    facts: dict[str, Json] = {}
    for name, fact in KINDS[ordered[-1].kind].facts.items():
        told = [one.facts[name] for one in ordered if name in one.facts]
        if told:
            facts[name] = COMBINED[fact.combine](told)
    return facts


def _is_ambiguous(ordered: Sequence[Observation]) -> bool:
    """Whether the last place is shared by observations that differ in what only the last tells."""
    final = ordered[-1]
    last_place = final.stripe_at, final.rank
    rivals = [one.facts for one in ordered[:-1] if (one.stripe_at, one.rank) == last_place]
    return any(
        rival[name] != final.facts[name]
        for rival in rivals
        for name, fact in KINDS[final.kind].facts.items()
        if fact.combine is Combine.LAST and name in rival and name in final.facts
    )


def _last(values: Sequence[Json]) -> Json:
    return values[-1]


def _once(values: Sequence[Json]) -> Json:
    return next((value for value in values if value is not None), None)


def _earliest(values: Sequence[Json]) -> Json:
    return min((value for value in values if isinstance(value, int)), default=None)


COMBINED: Final = {Combine.LAST: _last, Combine.ONCE: _once, Combine.EARLIEST: _earliest}
