"""Replays beside deliveries that come at the same moment."""

import json
import threading
import time

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.utils import timezone

from reconciliation.actions import inbox, replaying
from reconciliation.actions.replaying import replay_all
from reconciliation.core.event_filter import EventFilter
from reconciliation.models import InboxEvent

WAITS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def event(id):
    return json.dumps({
        "id": id, "object": "event", "type": "x.y", "created": 1_788_264_000, "livemode": False,
        "data": {"object": {"id": f"cus_{id}"}},
    }).encode()  # fmt: skip


def store(*ids):
    inbox.store_uploads(bodies=[event(id) for id in ids], at=timezone.now())


def of_the_filter(by):
    replay_all(asked=EventFilter(), seen=2, livemode=False, by=by, reason="r", at=timezone.now())


def of_the_ticked(by):
    ids = list(InboxEvent.objects.values_list("pk", flat=True))
    replaying.replay(ids=ids, by=by, reason="r", at=timezone.now())


def release(by):
    ids = list(InboxEvent.objects.values_list("pk", flat=True))
    replaying.release(ids=ids, by=by, reason="r", at=timezone.now())


def until_one_waits():
    for _ in range(500):
        with connection.cursor() as cursor:
            cursor.execute(WAITS)
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)
    pytest.fail("Nobody waits.")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", [of_the_filter, of_the_ticked, release])
@pytest.mark.parametrize(("first", "second"), [("evt_a", "evt_b"), ("evt_B", "evt_a")])
def test_it_waits_for_a_delivery_and_never_in_a_circle(administrator, change, first, second):
    store(second)
    store(first)
    InboxEvent.objects.update(state="kept")
    problems = []

    def changed_elsewhere():
        try:
            change(administrator)
        except OperationalError as problem:
            problems.append(problem)
        finally:
            connections.close_all()

    thread = threading.Thread(target=changed_elsewhere)
    with transaction.atomic():
        store(first)
        thread.start()
        until_one_waits()
        store(second)
    thread.join(timeout=30)
    assert problems == []
    assert set(InboxEvent.objects.values_list("deliveries", flat=True)) == {2}
