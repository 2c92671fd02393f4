"""Order cannot matter: the same events, however they come, give the same rows."""

import hashlib
import io
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from campaigns.models import Conversion, EvidenceChange
from linktracker.simulator.histories import histories
from reconciliation.actions import folding, heads, inbox, rebuild, worker
from reconciliation.actions.digest import digest
from reconciliation.core.fold import Observation
from tests.factories import PAYMENT_LINK, make_link
from tests.stripe_events import LATER, drain, pay

PROJECTIONS = (
    "reconciliation_checkoutsession",
    "reconciliation_paymentintent",
    "reconciliation_charge",
    "reconciliation_refund",
    "reconciliation_invoice",
    "reconciliation_invoicepayment",
    "reconciliation_buyer",
    "campaigns_conversion",
    "campaigns_movement",
)
NO_SURROGATES = "SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {} t"


def bodies(seed: int, lives: int) -> list[bytes]:
    return [event.body for world in histories(seed, lives) for event in world.events]


def shuffled(things: list[bytes], seed: str) -> list[bytes]:
    return sorted(things, key=lambda body: hashlib.sha256(seed.encode() + body).digest())


def deliver(things: list[bytes]) -> None:
    inbox.store_uploads(bodies=things, at=LATER)


def rows() -> dict[str, str]:
    """A digest of each table; a table that differs names itself in the failure."""
    found = {}
    with connection.cursor() as cursor:
        for table in PROJECTIONS:
            cursor.execute(NO_SURROGATES.format(table))
            found[table] = cursor.fetchone()[0]
    return found


def empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # none waits for the transaction's end
        cursor.execute(
            "TRUNCATE reconciliation_inboxevent, reconciliation_eventvariant, "
            "reconciliation_observation, reconciliation_head, campaigns_attribution, "
            "campaigns_evidencechange, " + ", ".join(PROJECTIONS)
        )


def test_small_batches_give_the_rows_of_one_batch(db):
    """As events arrive, with every state in between written and read back (P5)."""
    events = shuffled(bodies(2, 40), "s")
    deliver(events)
    drain()
    at_once = rows()
    empty()
    for start in range(0, len(events), 7):
        deliver(events[start : start + 7])
        drain()
    assert rows() == at_once


def test_the_books_hold_what_really_happened(db):
    """Every payment under its one id, older subscriptions (named by their session) among them."""
    worlds = histories(5, 150)
    events = [event.body for world in worlds for event in world.events]
    deliver(shuffled(events, "truth"))
    drain()
    columns = ("payment_id", "state", "currency", "amount", "refunded", "session_id")
    truth = {
        (
            payment.payment_id, payment.state, payment.currency, payment.amount, payment.refunded,
            payment.session_id or "",
        )
        for world in worlds
        for payment in world.payments
    }  # fmt: skip
    assert set(Conversion.objects.values_list(*columns)) == truth
    assert any(one[0].startswith("cs_") and one[1] == "paid" for one in truth)


def test_a_rebuild_gives_the_same_rows(db):
    make_link(url="https://buy.stripe.com/test_eVa5nPg1j1wmfXq5kr", utm_source="newsletter")
    deliver(shuffled(bodies(3, 60), "r"))
    drain()
    incremental = rows()
    assert rebuild.check(at=LATER) == []
    assert rebuild.rebuild(at=LATER) == []
    assert rows() == incremental


def test_a_check_finds_a_row_that_somebody_changed(db):
    deliver(bodies(4, 10))
    drain()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE campaigns_conversion SET tax = 777")
        changed = cursor.rowcount
    (found,) = rebuild.check(at=LATER)
    assert found.table == "campaigns_conversion"
    assert found.rows == 2 * changed
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM campaigns_conversion WHERE tax = 777")
        assert cursor.fetchone() == (changed,), "a check must keep nothing of what it derived"


@pytest.mark.parametrize("options", [["--check"], []])
def test_evidence_that_waits_for_the_worker_is_no_difference(db, options):
    pay(PAYMENT_LINK)
    make_link(mode="none")
    told = io.StringIO()
    call_command("rebuild_projections", *options, stdout=told)
    assert told.getvalue().splitlines() == [
        "Changes of evidence that wait for the worker: 1, made first.",
        "Everything came out the same.",
    ]
    assert EvidenceChange.objects.exists() is bool(options), "a check must leave it to the worker"
    assert Conversion.objects.get().grade == ("U" if options else "C")


def in_threads(*works: Callable[[], object]) -> None:
    """Run each piece of work with a connection of its own; the first failure is raised."""

    def run(work: Callable[[], object]) -> None:
        try:
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        for running in [pool.submit(run, work) for work in works]:
            running.result()


@pytest.mark.django_db(transaction=True)
def test_5000_events_give_the_same_rows_in_order_shuffled_and_twice(monkeypatch):
    """By one worker and by two; each variant starts from nothing."""
    monkeypatch.setattr(worker, "BATCH", 200)
    events = bodies(1, 920)
    assert len(events) >= 5000
    deliver(events)
    drain()
    in_order = rows()
    empty()
    deliver(shuffled(events * 2, "one worker"))
    drain()
    assert rows() == in_order
    empty()
    deliver(shuffled(events, "two workers"))
    in_threads(drain, drain)
    assert rows() == in_order


def held_at_barriers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let two workers meet before and after they insert observations: neither has committed then."""
    meeting = threading.Barrier(2, timeout=20)
    insert = folding.store

    def store(observations: Sequence[Observation]) -> None:
        meeting.wait()
        insert(observations)
        meeting.wait()

    monkeypatch.setattr(folding, "store", store)


def halves_at_once(monkeypatch: pytest.MonkeyPatch, events: list[bytes]) -> None:
    """Two workers digest one half each, so that they share payments and objects, at the same time."""
    deliver(events)
    half = (len(events) + 1) // 2
    claimed = threading.Event()

    @transaction.atomic
    def first() -> None:
        rows = inbox.claim_fresh(at=LATER, limit=half)
        claimed.set()
        digest(claimed=rows, at=LATER)

    @transaction.atomic
    def second() -> None:
        claimed.wait(20)
        digest(claimed=inbox.claim_fresh(at=LATER, limit=half), at=LATER)

    with monkeypatch.context() as patch:
        held_at_barriers(patch)
        in_threads(first, second)


@pytest.mark.django_db(transaction=True)
def test_two_workers_held_around_the_insert_give_the_rows_of_one(monkeypatch):
    """No event comes twice: a repeat would make the insert wait, and hide the race."""
    events = shuffled(bodies(5, 60), "barriers")
    deliver(events)
    drain()
    by_one = rows()
    empty()
    halves_at_once(monkeypatch, events)
    assert rows() == by_one


@pytest.mark.django_db(transaction=True)
def test_without_the_heads_two_workers_lose_what_the_other_saw(monkeypatch):
    """The test above can fail: the race is real, and only the heads keep it away."""
    events = shuffled(bodies(5, 60), "barriers")
    deliver(events)
    drain()
    by_one = rows()
    empty()
    monkeypatch.setattr(heads, "lock", lambda keys: set())
    halves_at_once(monkeypatch, events)
    assert rows() != by_one
