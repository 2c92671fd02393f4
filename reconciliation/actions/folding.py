"""From observations to the projections of their objects: insert, lock, read back, fold, write."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from django.db import models

from linktracker.lib import bulk, direct
from linktracker.lib.json_read import Json
from reconciliation.actions import heads
from reconciliation.core.fold import Folded, Observation, fold
from reconciliation.models import (
    Charge,
    CheckoutSession,
    Invoice,
    InvoicePayment,
    PaymentIntent,
    Refund,
)
from reconciliation.models import (
    Observation as ObservationRow,
)

Facts = Mapping[str, Json]


@dataclass(frozen=True)
class Projection:
    """Where a kind of object is kept, and which facts have a column of their own."""

    model: type[models.Model]
    columns: tuple[str, ...]
    has_moment: bool = True


PROJECTIONS: dict[str, Projection] = {
    "checkout_session": Projection(
        CheckoutSession,
        (
            "status", "payment_status", "mode", "amount_total", "currency", "client_reference_id",
            "payment_link", "payment_intent", "invoice", "subscription",
        ),
    ),
    "payment_intent": Projection(PaymentIntent, ("status", "amount", "currency", "invoice")),
    "charge": Projection(
        Charge, ("status", "amount", "currency", "payment_intent", "invoice")
    ),
    "refund": Projection(Refund, ("status", "amount", "currency", "payment_intent", "charge")),
    "invoice": Projection(
        Invoice,
        ("status", "amount_paid", "currency", "subscription", "payment_intent", "charge"),
    ),
    "invoice_payment": Projection(
        InvoicePayment, ("status", "invoice", "payment_intent", "charge"), has_moment=False
    ),
}  # fmt: skip


def store(observations: Sequence[Observation]) -> None:
    """Insert what is new; an observation that we hold already changes nothing."""
    rows = [
        {
            "object_id": seen.object_id,
            "source_id": seen.source_id,
            "kind": seen.kind,
            "livemode": seen.livemode,
            "fetched": seen.fetched,
            "stripe_at": seen.stripe_at,
            "rank": seen.rank,
            "facts": seen.facts,
        }
        for seen in observations
    ]
    bulk.insert_new(ObservationRow, rows, key=("object_id", "source_id"))


def fold_touched(observations: Sequence[Observation]) -> dict[tuple[str, str], Folded]:
    """Lock every object that these are about and fold all that is known of it: `(kind, id)` → state."""
    given: dict[tuple[str, str], list[Observation]] = defaultdict(list)
    for seen in observations:
        given[seen.kind, seen.object_id].append(seen)
    new = heads.lock(given)
    known = _read_back([key for key in given if key not in new])
    return {key: fold(known.get(key) or _once_a_source(given[key])) for key in given}


def fold_known(keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Folded]:
    """Fold these objects, `(kind, id)`, from the observations that are stored."""
    heads.lock(keys)
    return {key: fold(seen) for key, seen in _read_back(keys).items()}


def _once_a_source(observations: Sequence[Observation]) -> list[Observation]:
    """What the table would keep of these: the first of each source."""
    return list({seen.source_id: seen for seen in reversed(observations)}.values())


READ_BACK = """
SELECT kind, object_id, source_id, fetched, stripe_at, rank, livemode, facts::text
FROM reconciliation_observation
WHERE object_id = ANY(%s)
"""


def _read_back(keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], list[Observation]]:
    if not keys:
        return {}
    found: dict[tuple[str, str], list[Observation]] = defaultdict(list)
    ids = [object_id for _, object_id in keys]
    for kind, id, source, fetched, stripe_at, rank, livemode, facts in direct.rows_of_lists(
        READ_BACK, [ids]
    ):
        found[kind, id].append(
            Observation(kind, id, source, fetched, stripe_at, rank, livemode, orjson.loads(facts))
        )
    return found


def write_projections(states: Mapping[tuple[str, str], Folded]) -> None:
    """Bring the projection of every object to its folded state, one statement a kind."""
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for (kind, object_id), state in states.items():
        if kind in PROJECTIONS:
            rows[kind].append(_row(PROJECTIONS[kind], object_id, state))
    for kind, projected in sorted(rows.items()):
        bulk.upsert(PROJECTIONS[kind].model, projected, key="id")


def _row(projection: Projection, object_id: str, state: Folded) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": object_id,
        "livemode": state.livemode,
        "facts": state.facts,
        "ambiguous": state.ambiguous,
    }
    for column in projection.columns:
        row[column] = state.facts.get(column)
    if projection.has_moment:
        row["created_at"] = moment(state.facts.get("created"))
    return row


def moment(seconds: Json) -> datetime | None:
    """Stripe's unix seconds as a moment in UTC."""
    return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int) else None
