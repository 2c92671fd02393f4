"""The worker: everything that is due, in batches; what fails rests, and holds up nobody."""

import json
import signal
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection

from campaigns.models import Conversion
from linktracker.simulator.chance import Chance
from linktracker.simulator.single import single_payment
from reconciliation.actions import inbox, worker
from reconciliation.models import EventVariant, InboxEvent, Observation, Worker
from tests.factories import PAYMENT_LINK
from tests.stripe_events import LATER, drain

REFUSED = "refused by the test"


def store(*bodies, at=LATER):
    inbox.store_uploads(bodies=bodies, at=at)


def test_one_upload_with_an_event_twice_and_once_with_another_body_keeps_all_of_it(db):
    event = {
        "id": "evt_1", "object": "event", "type": "customer.created", "livemode": False,
        "data": {"object": {"id": "cus_1"}},
    }  # fmt: skip
    bodies = [json.dumps({**event, "created": at}).encode() for at in (1, 1, 2)]
    other = json.dumps({**event, "id": "evt_0", "created": 1}).encode()
    told = inbox.store_uploads(bodies=[*bodies, other, b"no event"], at=LATER)
    assert (told.new, told.duplicate, told.refused) == (2, 2, 1)
    rows = InboxEvent.objects.order_by("pk").values_list("source_id", "deliveries")
    assert list(rows) == [("evt_1", 3), ("evt_0", 1)]
    assert bytes(InboxEvent.objects.get(source_id="evt_1").body) == bodies[0]
    assert bytes(EventVariant.objects.get().body) == bodies[2]


def payment(seed, at=1_788_264_000):
    return single_payment(PAYMENT_LINK, at=at, chance=Chance(seed))


def completed(paid):
    """The one event of a payment that its session is complete: its id and its bytes."""
    for told in paid.events:
        body = json.loads(told.body)
        if body["type"] == "checkout.session.completed":
            return body["id"], told.body
    raise AssertionError("no completed session")


def poison(event_id, *, code="22001"):
    """Let the database refuse what this one event says, with this SQLSTATE."""
    run(
        "CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF NEW.source_id = '{event_id}' THEN RAISE EXCEPTION '{REFUSED}' "
        f"USING ERRCODE = '{code}'; END IF; RETURN NEW; END $$; "
        "CREATE TRIGGER poison BEFORE INSERT ON reconciliation_observation "
        "FOR EACH ROW EXECUTE FUNCTION poison()"
    )


def cure():
    run("DROP TRIGGER poison ON reconciliation_observation; DROP FUNCTION poison()")


def run(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


def state_of(event_id):
    row = InboxEvent.objects.get(source_id=event_id)
    return row.state, row.attempts, row.sentence


@pytest.fixture
def poisoned(db):
    """The id of an event that the database refuses, waiting among those of a good payment."""
    event_id, body = completed(payment("poison"))
    poison(event_id)
    good = [told.body for told in payment("good").events]
    store(*good[:2], body, *good[2:])
    return event_id


def test_a_poison_event_is_parked_with_its_sentence(poisoned):
    drain()
    sentence = f"The database refused a value: {REFUSED}"
    assert state_of(poisoned) == ("parked", 1, sentence)


def test_a_poison_event_holds_up_nobody(poisoned):
    drain()
    others = InboxEvent.objects.exclude(source_id=poisoned)
    assert others.count() >= 4
    assert set(others.values_list("state", flat=True)) == {"done"}
    assert Conversion.objects.get().session_id == payment("good").session


def test_nothing_of_a_poison_event_stays(poisoned):
    drain()
    assert not Observation.objects.filter(source_id=poisoned).exists()


def test_a_failure_that_is_not_about_a_value_names_its_kind(db):
    event_id, body = completed(payment("poison"))
    poison(event_id, code="23514")
    store(body)
    drain()
    sentence = "Reading it failed (IntegrityError); the log has the details."
    assert state_of(event_id) == ("parked", 1, sentence)


def test_a_parked_event_rests_until_it_is_due(poisoned):
    drain()
    drain(at=LATER + timedelta(seconds=29))
    assert state_of(poisoned)[1] == 1
    drain(at=LATER + timedelta(seconds=30))
    assert state_of(poisoned)[1] == 2
    drain(at=LATER + timedelta(seconds=30 + 59))
    assert state_of(poisoned)[1] == 2
    drain(at=LATER + timedelta(seconds=30 + 60))
    assert state_of(poisoned)[1] == 3


def test_new_events_pass_a_parked_one(poisoned):
    drain()
    at = LATER + timedelta(seconds=30)
    store(*(told.body for told in payment("later").events), at=at)
    drain(at=at)
    assert state_of(poisoned)[:2] == ("parked", 2)
    assert Conversion.objects.filter(session_id=payment("later").session).exists()


def test_after_its_last_try_it_is_set_aside_with_its_sentence(poisoned):
    at = LATER
    for attempt in range(1, inbox.LAST_ATTEMPT):
        drain(at=at)
        assert state_of(poisoned)[:2] == ("parked", attempt)
        at += inbox.pause(attempt)
    drain(at=at)
    sentence = f"The database refused a value: {REFUSED}"
    assert state_of(poisoned) == ("set aside", inbox.LAST_ATTEMPT, sentence)
    drain(at=at + timedelta(days=30))
    assert state_of(poisoned)[1] == inbox.LAST_ATTEMPT


def test_the_pauses_of_a_day_and_a_half_are_enough_for_somebody_to_mend_it():
    pauses = [inbox.pause(attempt) for attempt in range(1, inbox.LAST_ATTEMPT)]
    assert pauses[0] == timedelta(seconds=30)
    assert pauses[1] == timedelta(minutes=1)
    assert pauses[-1] == timedelta(hours=6)
    assert pauses == sorted(pauses)
    assert timedelta(hours=12) < sum(pauses, timedelta()) < timedelta(days=3)


def test_once_the_fault_is_mended_the_next_try_succeeds(poisoned):
    drain()
    cure()
    drain(at=LATER + timedelta(seconds=30))
    assert state_of(poisoned) == ("done", 2, "")
    assert Conversion.objects.count() == 2


def test_a_replay_starts_afresh(poisoned):
    at = LATER
    for attempt in range(1, inbox.LAST_ATTEMPT + 1):
        drain(at=at)
        at += inbox.pause(attempt)
    cure()
    row = InboxEvent.objects.get(source_id=poisoned)
    assert inbox.replay(ids=[row.pk], at=at) == 1
    assert state_of(poisoned) == ("waiting", 0, "")
    drain(at=at)
    assert state_of(poisoned) == ("done", 0, "")


def test_a_replay_of_what_is_done_changes_nothing(db):
    store(*(told.body for told in payment("good").events))
    drain()
    before = Conversion.objects.values().get()
    observed = list(Observation.objects.order_by("pk").values())
    inbox.replay(ids=list(InboxEvent.objects.values_list("pk", flat=True)), at=LATER)
    drain()
    assert Conversion.objects.values().get() == before
    assert list(Observation.objects.order_by("pk").values()) == observed


def test_two_poison_events_are_parked_each_by_itself(db):
    first, second = completed(payment("poison")), completed(payment("venom"))
    poison(f"{first[0]}' OR NEW.source_id = '{second[0]}")
    store(first[1], second[1], completed(payment("good"))[1])
    drain()
    assert state_of(first[0])[:2] == state_of(second[0])[:2] == ("parked", 1)
    assert state_of(completed(payment("good"))[0])[0] == "done"


def test_a_try_that_ended_with_the_worker_is_counted(db):
    event_id, body = completed(payment("good"))
    store(body)
    row = InboxEvent.objects.get(source_id=event_id)
    assert inbox.claim_for_a_try(id=row.pk, at=LATER).source_id == event_id
    assert state_of(event_id) == ("waiting", 1, "")
    assert inbox.claim_for_a_try(id=row.pk, at=LATER) is None
    drain()
    assert state_of(event_id)[:2] == ("waiting", 1)
    drain(at=LATER + timedelta(seconds=30))
    assert state_of(event_id)[:2] == ("done", 2)


@pytest.mark.parametrize("attempts", [inbox.LAST_ATTEMPT, inbox.LAST_ATTEMPT + 1])
def test_an_event_whose_tries_all_ended_with_the_worker_is_set_aside(db, attempts):
    event_id, body = completed(payment("good"))
    store(body)
    InboxEvent.objects.update(attempts=attempts)
    drain()
    assert state_of(event_id) == ("set aside", attempts, inbox.ENDED_THE_WORKER)
    assert not Observation.objects.exists()


def test_an_event_set_aside_without_a_try_keeps_what_an_earlier_try_said(db):
    event_id, body = completed(payment("good"))
    store(body)
    InboxEvent.objects.update(attempts=inbox.LAST_ATTEMPT, state="parked", sentence="It failed.")
    drain()
    assert state_of(event_id) == ("set aside", inbox.LAST_ATTEMPT, "It failed.")


def test_the_last_try_is_made(db):
    event_id, body = completed(payment("good"))
    store(body)
    InboxEvent.objects.update(attempts=inbox.LAST_ATTEMPT - 1)
    drain()
    assert state_of(event_id) == ("done", inbox.LAST_ATTEMPT, "")


def test_several_events_are_set_aside_each_for_its_own_reason(db):
    body = json.loads(completed(payment("good"))[1])
    charge, nothing = {"id": "ch_1", "object": "charge"}, {"id": None, "object": "checkout.session"}
    for id, wrong in [("evt_charge", charge), ("evt_nothing", nothing)]:
        store(json.dumps(body | {"id": id, "data": {"object": wrong}}).encode())
    drain()
    assert "should hold a" in state_of("evt_charge")[2]
    assert "id is none" in state_of("evt_nothing")[2]


@pytest.mark.parametrize(
    "changed",
    [{"payment_intent": "pi_1/2"}, {"client_reference_id": "r" * 256}, {"id": "cs_1/../2"}],
    ids=["id in a path", "long reference", "own id in a path"],
)
def test_an_event_that_no_column_or_address_could_hold_is_set_aside_at_once(db, changed):
    body = json.loads(completed(payment("good"))[1])
    body["data"]["object"] |= changed
    store(json.dumps(body | {"id": "evt_odd"}).encode())
    drain()
    state, attempts, sentence = state_of("evt_odd")
    assert (state, attempts) == ("set aside", 0)
    assert "cannot be read" in sentence
    assert not Conversion.objects.exists()


@pytest.mark.parametrize("code", ["40001", "40P01"])
def test_work_that_was_only_in_the_way_is_done_again_at_once(db, code):
    run("CREATE SEQUENCE tries")
    event_id, body = completed(payment("good"))
    poison(f"{event_id}' AND nextval('tries') < '4", code=code)
    store(body)
    drain()
    assert state_of(event_id) == ("done", 0, "")


def test_types_that_are_not_folded_are_kept_for_a_later_version(db):
    body = json.loads(completed(payment("good"))[1])
    body |= {"id": "evt_kept", "type": "customer.created", "data": {"object": {"id": "cus_1"}}}
    store(json.dumps(body).encode())
    drain()
    assert state_of("evt_kept") == ("kept", 0, "")
    assert not Observation.objects.exists()


def test_an_event_that_cannot_be_read_is_set_aside_at_once(db):
    body = json.loads(completed(payment("good"))[1])
    body |= {"id": "evt_wrong", "data": {"object": {"id": "ch_1", "object": "charge"}}}
    good_id, good = completed(payment("good"))
    store(json.dumps(body).encode(), good)
    drain()
    state, attempts, sentence = state_of("evt_wrong")
    assert (state, attempts) == ("set aside", 0)
    assert "should hold a" in sentence
    assert state_of(good_id)[0] == "done"


def test_rows_that_are_not_due_yet_are_left(db):
    event_id, body = completed(payment("good"))
    store(body)
    assert worker.work_once(at=LATER - timedelta(seconds=1)) == 0
    assert state_of(event_id) == ("waiting", 0, "")


def test_more_than_one_batch_is_drained(db):
    body = json.loads(completed(payment("good"))[1]) | {"type": "customer.created"}
    count = worker.BATCH + 1
    store(*(json.dumps(body | {"id": f"evt_{number}"}).encode() for number in range(count)))
    assert worker.work_once(at=LATER) == worker.BATCH
    assert worker.work_once(at=LATER) == 1
    assert worker.work_once(at=LATER) == 0


@pytest.fixture
def signals_as_before():
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_the_command_drains_what_is_due_and_ends(poisoned, signals_as_before):
    InboxEvent.objects.update(due_at=LATER - timedelta(days=3650))
    call_command("run_worker", until_idle=True)
    assert state_of(poisoned)[:2] == ("parked", 1)
    assert Conversion.objects.get().session_id == payment("good").session


def test_the_screens_learn_when_a_worker_was_last_alive(db):
    worker.note_alive(name="here:1", started_at=LATER, at=LATER)
    worker.note_alive(name="here:1", started_at=LATER, at=LATER + timedelta(seconds=10))
    row = Worker.objects.get()
    assert (row.started_at, row.seen_at) == (LATER, LATER + timedelta(seconds=10))
