"""A person lets objects be folded again from what is stored of them, and their payments judged."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import models, transaction

from linktracker import history
from linktracker.lib.json_read import Json
from linktracker.lib.outcome import Changed, Outcome, Skipped
from linktracker.models import User
from reconciliation.actions import folding, payment_links, payments, turn
from reconciliation.actions.folding import PROJECTIONS
from reconciliation.core.fold import Folded

NOT_THERE = "not there"
UNCHANGED = "unchanged"
Key = tuple[str, str]


@transaction.atomic
def fold_again(*, keys: Sequence[Key], by: User, reason: str, at: datetime) -> Outcome:
    """Fold these objects, `(kind, id)`, as the worker would; a fold that changes nothing is noted too.

    Raises `NoReason` without one.
    """
    reason = history.given(reason)
    turn.work_beside_others()
    states = folding.fold_known(keys)
    before = _rows(keys)
    folding.write_projections(states)
    payment_links.learn(states, at=at)
    payments.project(states, at=at)
    after = _rows(keys)
    judged = [_judged(key, states, before, after) for key in sorted(set(keys))]
    return history.record(Outcome.of(judged), what="Folded again", by=by, reason=reason)


def _rows(keys: Sequence[Key]) -> dict[Key, models.Model]:
    """The projections of these objects as they stand."""
    found: dict[Key, models.Model] = {}
    for kind, projection in PROJECTIONS.items():
        ids = [id for one, id in keys if one == kind]
        rows = projection.model._default_manager.filter(pk__in=ids) if ids else ()
        found |= {(kind, row.pk): row for row in rows}
    return found


def _judged(
    key: Key,
    states: Mapping[Key, Folded],
    before: Mapping[Key, models.Model],
    after: Mapping[Key, models.Model],
) -> Changed | Skipped:
    if key not in states:
        return Skipped(key[1], "no event that is stored says anything about it")
    if key not in after:
        return Skipped(key[1], "nothing is kept of it beside its payment link")
    was, now = _facts(before.get(key)), _facts(after[key])
    differing = sorted(name for name in was.keys() | now.keys() if was.get(name) != now.get(name))
    if not differing:
        return Changed(after[key], "as it was", UNCHANGED)
    if key not in before:
        return Changed(after[key], NOT_THERE, "folded")
    return Changed(after[key], _told(was, differing), _told(now, differing))


def _facts(row: models.Model | None) -> dict[str, Json]:
    return dict(getattr(row, "facts", None) or {})


def _told(facts: Mapping[str, Json], names: Sequence[str]) -> str:
    return ", ".join(f"{name} {facts.get(name)}"[:100] for name in names[:5])
