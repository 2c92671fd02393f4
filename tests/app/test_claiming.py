"""Who takes which rows: one worker the oldest, another beside it the newest, and what then fails."""

import pytest
from django.db import connection, transaction

from linktracker.simulator.chance import Chance
from linktracker.simulator.single import single_payment
from reconciliation.actions import inbox, worker
from reconciliation.models import InboxEvent
from tests.app.test_order import in_threads
from tests.app.test_worker import cure, poison
from tests.factories import PAYMENT_LINK
from tests.stripe_events import LATER, drain


def bodies(count: int) -> list[bytes]:
    paid = [
        single_payment(PAYMENT_LINK, at=1_788_264_000, chance=Chance(str(n))) for n in range(count)
    ]
    return [event.body for payment in paid for event in payment.events][:count]


def store(count: int) -> list[str]:
    """This many events; returns their ids, oldest first."""
    inbox.store_uploads(bodies=bodies(count), at=LATER)
    return list(InboxEvent.objects.order_by("pk").values_list("source_id", flat=True))


@transaction.atomic
def claimed(limit: int) -> list[str]:
    return [row.source_id for row in inbox.claim_fresh(at=LATER, limit=limit)]


@pytest.mark.django_db(transaction=True)
def test_one_worker_after_another_takes_the_oldest():
    ids = store(5)
    assert claimed(2) == ids[:2]
    assert claimed(2) == ids[:2]
    drain()
    assert claimed(2) == []


@pytest.mark.django_db(transaction=True)
def test_a_worker_beside_another_takes_the_newest_and_never_the_same():
    ids = store(5)
    found: list[str] = []
    with transaction.atomic():
        first = [row.source_id for row in inbox.claim_fresh(at=LATER, limit=3)]
        in_threads(lambda: found.extend(claimed(3)))
    assert first == ids[:3]
    assert found == [ids[4], ids[3]]


def test_a_claim_leaves_the_planner_as_it_was(db):
    store(1)
    inbox.claim_fresh(at=LATER, limit=1)
    with connection.cursor() as cursor:
        cursor.execute("SHOW enable_sort")
        assert cursor.fetchone() == ("on",)


def test_a_claim_walks_along_the_index_however_few_rows_the_planner_expects(db):
    """With a long queue, a sort would read every waiting row for each batch."""
    store(3)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE reconciliation_inboxevent")
        for statement in (inbox.OLDEST, inbox.NEWEST):
            cursor.execute(inbox.ALONG_THE_INDEX)
            cursor.execute(f"EXPLAIN {statement}", [LATER, 500])
            plan = "\n".join(line for (line,) in cursor.fetchall())
            assert "inbox_work" in plan
            assert "Sort" not in plan


@pytest.fixture
def refused_newest(transactional_db):
    """Five events of which the database refuses the newest; their ids, oldest first."""
    ids = store(5)
    poison(ids[4])
    yield ids
    cure()


@pytest.mark.django_db(transaction=True)
def test_a_failed_batch_of_the_newest_is_tried_one_by_one(refused_newest, monkeypatch):
    """Not the oldest instead, or what cannot be read would fail a batch again and again."""
    ids = refused_newest
    monkeypatch.setattr(worker, "BATCH", 2)
    with transaction.atomic():
        inbox.claim_fresh(at=LATER, limit=1)
        in_threads(lambda: worker.work_once(at=LATER))
    states = dict(InboxEvent.objects.values_list("source_id", "state"))
    assert [states[id] for id in ids] == ["waiting", "waiting", "waiting", "done", "parked"]
