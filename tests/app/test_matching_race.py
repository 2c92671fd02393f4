"""A payment and its record that arrive at the same moment still find each other."""

import threading

import pytest
from django.db import connection, transaction

from reconciliation.actions import heads
from reconciliation.models import Match
from tests.open_items import payment, record

WHILE = 0.6  # seconds in which one side has written and not yet committed


def at_the_same_moment(first, second):
    """`second` runs from start to end, unless it waits, while `first` has not committed."""
    has_written = threading.Event()
    faults = []

    def slow():
        with transaction.atomic():
            first()
            has_written.set()
            threading.Event().wait(WHILE)

    def quick():
        has_written.wait(20)
        second()

    def run(work):
        try:
            work()
        except Exception as fault:  # noqa: BLE001 - told to the test's own thread
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in (slow, quick)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert faults == []


def pays():
    payment("one")


def is_recorded():
    record("INV-1")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("order", [(pays, is_recorded), (is_recorded, pays)])
def test_whoever_comes_second_waits_and_sees_what_the_first_has_written(order):
    at_the_same_moment(*order)
    assert [match.rule for match in Match.objects.all()] == ["R1"]


@pytest.mark.django_db(transaction=True)
def test_without_the_heads_the_two_would_miss_each_other(monkeypatch):
    """The test above can fail: the race is real, and only the heads keep it away."""
    monkeypatch.setattr(heads, "lock", lambda keys: set())
    at_the_same_moment(is_recorded, pays)
    assert not Match.objects.exists()
