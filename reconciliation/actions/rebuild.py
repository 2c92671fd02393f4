"""Derive everything again from the bytes that Stripe sent, and say what came out otherwise.

The incremental way (a batch as it arrives) and this one must give the same rows. Where retention
has removed the bytes, the observations that were derived from them stand in.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, models, transaction

from campaigns.actions import conversions, reattribution
from campaigns.queries.evidence import tables_of_conversions
from linktracker.lib.batches import batches
from reconciliation.actions import buyers, folding, inbox, matching, payment_links, payments, turn
from reconciliation.actions.digest import Reading, read_all
from reconciliation.actions.inbox import Claimed
from reconciliation.core.components import Name
from reconciliation.models import Buyer, InboxEvent, Match, Observation, PaidItem

BATCH = 500
PROJECTED: tuple[type[models.Model], ...] = (
    Observation,
    *(projection.model for projection in folding.PROJECTIONS.values()),
    Buyer,
    Match,
    PaidItem,
)


@dataclass(frozen=True)
class Difference:
    """A table whose rows came out otherwise: how many, and one of them as it was and as it is."""

    table: str
    rows: int
    example: str


def rebuild(*, at: datetime) -> list[Difference]:
    """Replace every projection by what the stored facts give now; returns what changed."""
    with transaction.atomic():
        return _derive_and_compare(at)


def check(*, at: datetime) -> list[Difference]:
    """Derive everything, compare, and keep nothing of it."""
    with transaction.atomic():
        differences = _derive_and_compare(at)
        transaction.set_rollback(True)
    return differences


def _derive_and_compare(at: datetime) -> list[Difference]:
    turn.work_alone()
    _attribute_what_waits(at)
    tables = [model._meta.db_table for model in PROJECTED] + tables_of_conversions()
    _keep_copies(tables)
    _derive_observations()
    _fold_all(at)
    _judge_all(at)
    return [difference for table in tables if (difference := _difference(table))]


def _attribute_what_waits(at: datetime) -> None:
    """What new evidence will change is no difference: the worker has only not come to it yet."""
    while reattribution.work_once(at=at):
        pass


def _keep_copies(tables: list[str]) -> None:
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"CREATE TEMP TABLE before_{table} ON COMMIT DROP AS TABLE {table}")


DELETE_DERIVED = """
DELETE FROM reconciliation_observation seen USING reconciliation_inboxevent told
WHERE told.source_id = seen.source_id AND length(told.body) > 0
"""


def _derive_observations() -> None:
    """Read all stored bytes again; observations whose bytes are gone are left as they are."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL linktracker.deriving_again = 'on'")
        cursor.execute(DELETE_DERIVED)
    Buyer.objects.all().delete()
    for rows in batches(_stored_rows(), BATCH):
        reading = read_all(rows)
        folding.store(reading.observations)
        buyers.remember(reading.events)
        _mark_newly_folded(reading)
        inbox.set_aside(problems=reading.problems)


def _mark_newly_folded(reading: Reading) -> None:
    """A type that an older version only kept may be folded by this one."""
    InboxEvent.objects.filter(pk__in=reading.done, state=InboxEvent.State.KEPT).update(
        state=InboxEvent.State.DONE
    )


def _stored_rows() -> Iterator[Claimed]:
    rows = InboxEvent.objects.filter(state__in=["done", "kept"]).order_by("pk")
    for row in rows.iterator(chunk_size=BATCH):
        if row.body:
            yield inbox.as_claimed(row)


def _fold_all(at: datetime) -> None:
    keys = Observation.objects.order_by("kind", "object_id").values_list("kind", "object_id")
    for some in batches(keys.distinct().iterator(chunk_size=BATCH), BATCH):
        states = folding.fold_known(some)
        folding.write_projections(states)
        payment_links.learn(states, at=at)
    for kind, projection in folding.PROJECTIONS.items():
        known = Observation.objects.filter(kind=kind).values("object_id")
        projection.model._default_manager.exclude(pk__in=known).delete()


def _judge_all(at: datetime) -> None:
    """Judge every payment; a conversion or match that nothing gives any more goes."""
    named: set[Name] = set()
    for kind, projection in folding.PROJECTIONS.items():
        if payments.may_be_a_payment(kind):
            ids = projection.model._default_manager.values_list("pk", flat=True)
            named.update((kind, id) for id in ids)
    standing: set[str] = set()
    for some in batches(sorted(named), BATCH):
        standing |= payments.project_named(set(some), at=at)
    conversions.withdraw_all_but(payment_ids=standing)
    unfounded = Match.objects.exclude(payment_id__in=standing).order_by("payment_id")
    for gone in batches(list(unfounded.values_list("payment_id", flat=True)), BATCH):
        matching.rematch_payments([], withdrawn=gone)
    PaidItem.objects.exclude(record__matches__pays=True).delete()


def _difference(table: str) -> Difference | None:
    """Rows that are in one of the two and not in the other, surrogate keys left out."""
    columns = _compared_columns(table)
    before = f"SELECT {columns} FROM before_{table}"
    after = f"SELECT {columns} FROM {table}"
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH gone AS ({before} EXCEPT {after}), new AS ({after} EXCEPT {before}), "
            "differing AS (SELECT 'was ' || gone::text AS told FROM gone "
            "UNION ALL SELECT 'is ' || new::text FROM new) "
            "SELECT count(*), min(told) FROM differing"
        )
        rows, example = cursor.fetchone()
    return Difference(table, rows, example) if rows else None


def _compared_columns(table: str) -> str:
    with connection.cursor() as cursor:
        description = connection.introspection.get_table_description(cursor, table)
    serial = {"id"} if table == Observation._meta.db_table else set()
    return ", ".join(column.name for column in description if column.name not in serial)
