"""The same event again, and another under its name."""

import threading

import pytest
from django.db import (
    IntegrityError,
    connection,
    connections,
)
from django.test import Client
from django.utils import timezone

from reconciliation.actions import inbox
from reconciliation.core.signature import sign
from reconciliation.models import EventVariant
from tests.web.webhook.door import SECRET, LaneClient, event, now, send, stored

VARIANTS = "ALTER TABLE reconciliation_eventvariant"
COPIES = 24


def test_a_repeated_delivery_is_counted_and_changes_nothing(client, db):
    """WH-20."""
    for _ in range(3):
        assert send(client, event()).json() == {"received": True}
    assert stored().deliveries == 3
    assert not EventVariant.objects.exists()


def test_a_captured_request_played_again_is_a_repeat(client, db):
    """WH-22."""
    body = event()
    header = sign(body, SECRET, now())
    assert {send(client, body, header=header).status_code for _ in range(3)} == {200}
    assert stored().deliveries == 3


@pytest.mark.parametrize("kind", [Client, LaneClient])
@pytest.mark.django_db(transaction=True)
def test_simultaneous_copies_are_one_event(kind):
    """WH-21."""
    together = threading.Barrier(COPIES)
    answers = []

    def deliver():
        client = kind()
        together.wait(timeout=10)
        answers.append(send(client, event()).status_code)
        connections.close_all()

    threads = [threading.Thread(target=deliver) for _ in range(COPIES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert answers == [200] * COPIES
    assert stored().deliveries == COPIES


def test_another_body_under_the_same_id_is_kept_beside_the_first_and_logged(client, db, caplog):
    """WH-23."""
    first, second = event(), event(created=1_788_264_001)
    for body in (first, second, second):
        assert send(client, body).json() == {"received": True}
    assert (bytes(stored().body), stored().deliveries) == (first, 3)
    variant = EventVariant.objects.get()
    assert (variant.source_id, bytes(variant.body)) == ("evt_1", second)
    assert "webhook.conflict id=evt_1" in caplog.text
    assert [record.levelname for record in caplog.records].count("ERROR") == 2


@pytest.mark.django_db(transaction=True)
def test_a_delivery_whose_other_body_cannot_be_kept_is_not_counted():
    keep = {"secret": 0, "secret_livemode": None, "at": timezone.now()}
    inbox.store_delivery(body=event(), **keep)
    with connection.cursor() as cursor:
        cursor.execute(f"{VARIANTS} ADD CONSTRAINT full_up CHECK (false)")
        try:
            with pytest.raises(IntegrityError, match="full_up"):
                inbox.store_delivery(body=event(created=1_788_264_001), **keep)
        finally:
            cursor.execute(f"{VARIANTS} DROP CONSTRAINT full_up")
    assert stored().deliveries == 1
    assert not EventVariant.objects.exists()
    assert inbox.store_delivery(body=event(created=1_788_264_001), **keep).conflict
    assert (stored().deliveries, EventVariant.objects.count()) == (2, 1)
