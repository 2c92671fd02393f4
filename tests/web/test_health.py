"""Data health: whether figures are final, which events need somebody, and reading them again."""

import json
import logging
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from linktracker import history
from reconciliation.actions import inbox, replaying, seeing, worker
from reconciliation.actions.replaying import CannotReplay, replay_all, replay_one
from reconciliation.core.event_filter import EventFilter
from reconciliation.core.fetched import Fetched
from reconciliation.models import InboxEvent, Replay, ReplayedEvent, Worker
from tests.factories import make_person
from tests.stripe_events import drain

PAGE = "/health/data/"


def event(id, **changes):
    return json.dumps({
        "id": id, "object": "event", "type": "customer.created", "created": 1_788_264_000,
        "livemode": False, "data": {"object": {"id": f"cus_{id}", "object": "customer"}}, **changes,
    }).encode()  # fmt: skip


UNREADABLE = "evt_bad"


@pytest.fixture
def events(db):
    """One that is kept, one that needs somebody, one of the live mode; nothing waits."""
    now = timezone.now()
    bodies = [
        event("evt_good"),
        event(UNREADABLE, account="acct_1"),
        event("evt_live", livemode=True),
    ]
    inbox.store_uploads(bodies=bodies, at=now)
    drain(at=now)
    worker.note_alive(name="here:1", started_at=now, at=now)


@pytest.fixture(autouse=True)
def signed_in(client, administrator):
    client.force_login(administrator)


def row(source_id):
    return InboxEvent.objects.get(source_id=source_id)


def test_the_page_counts_what_is_of_this_mode_and_names_what_needs_somebody(
    client, administrator, events
):
    page = client.get(PAGE).content.decode()
    assert "1 event needs you" in page
    assert "connected account" in page
    assert "evt_good" in page
    assert "evt_live" not in page
    assert "here:1" in page


def test_what_somebody_has_looked_at_needs_nobody_and_is_shown_apart(client, administrator, events):
    seeing.mark_seen(
        ids=[row(UNREADABLE).pk], by=administrator, reason="Theirs, not ours", at=timezone.now()
    )
    page = client.get(PAGE).content.decode()
    assert "Figures are final but for 1 event that somebody has looked at" in page
    assert "1 more seen and left aside" in page
    assert "Why events need you" not in page
    for state, shown in [("seen", True), ("set aside", False), ("kept", False)]:
        listed = client.get(PAGE, {"state": state}).context["page"].rows
        assert (row(UNREADABLE) in listed) is shown, state
    shown = client.get(reverse("health-event", args=[UNREADABLE])).content.decode()
    assert f"by {administrator}" in shown
    assert "Theirs, not ours" in shown


def test_figures_are_final_once_nothing_waits_and_nothing_is_set_aside(
    client, administrator, events
):
    inbox.replay(ids=[row(UNREADABLE).pk], at=timezone.now() + timedelta(hours=1))
    InboxEvent.objects.filter(source_id=UNREADABLE).update(state="kept")
    assert "Figures are final" in client.get(PAGE).content.decode()


def test_the_other_modes_trouble_is_told(client, administrator, events):
    InboxEvent.objects.filter(source_id="evt_live").update(state="set aside", sentence="Odd.")
    assert "The live mode has 1 event that needs you." in client.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("query", "shown"),
    [("state=set+aside", {UNREADABLE}), ("state=kept", {"evt_good"}), ("state=waiting", set()),
     ("q=evt_good", {"evt_good"}), ("q=cus_evt_bad", {UNREADABLE}), ("q=evt_goo", set()),
     ("q=evt_live", set()), ("type=customer.created", {"evt_good", UNREADABLE}),
     ("type=customer.create", set()), ("source=upload", {"evt_good", UNREADABLE}),
     ("source=webhook", set()), ("repeated=1", set()), ("contradicted=1", set())],
)  # fmt: skip
def test_a_filter_shows_the_events_that_it_names_and_no_other(
    client, administrator, events, query, shown
):
    page = client.get(f"{PAGE}?{query}").context["page"]
    assert {event.source_id for event in page.rows} == shown


def test_repeated_and_contradicting_events_are_found(client, administrator, events):
    inbox.store_uploads(bodies=[event("evt_good"), event("evt_good", created=1)], at=timezone.now())
    for query in ("repeated=1", "contradicted=1"):
        page = client.get(f"{PAGE}?{query}").context["page"]
        assert [event.source_id for event in page.rows] == ["evt_good"]
    standing = client.get(PAGE).context["standing"]
    assert (standing.repeated, standing.contradicted) == (1, 1)


@pytest.mark.parametrize(
    ("query", "found"),
    [("plink_1@1790000000", True), ("plink_1", True), ("plink_1@1790000001", False),
     ("plink_2@1790000000", False), ("1790000000", False)],
)  # fmt: skip
def test_a_fetched_object_is_found_by_its_own_id_and_by_that_of_what_came(
    client, events, query, found
):
    body = b'{"id": "plink_1", "object": "payment_link", "livemode": false}'
    one = Fetched("plink_1", False, 1_790_000_000, "", body)
    inbox.store_fetches(fetches=[one], at=timezone.now())
    page = client.get(PAGE, {"q": query})
    assert [row.source_id for row in page.context["page"].rows] == [one.source_id] * found


@pytest.mark.parametrize(
    "query", ["state=x", "source=%00", "q=%00", "q=a%20b", "type=%27", "cursor=x", "state=%ff"]
)
def test_what_cannot_be_asked_for_is_said_or_left_out(client, administrator, events, query):
    assert client.get(f"{PAGE}?{query}").status_code == 200


def test_one_event_is_shown_with_its_reason_and_its_bytes_behind_their_permission(
    client, administrator, events, caplog
):
    caplog.set_level(logging.INFO, logger="reconciliation")
    page = client.get(reverse("health-event", args=[UNREADABLE])).content.decode()
    assert "connected account" in page
    assert "acct_1" in page
    raw = client.get(reverse("health-event-raw", args=[UNREADABLE])).content.decode()
    assert "cus_evt_bad" in raw
    assert f"raw_facts.opened event={UNREADABLE} by={administrator.pk}" in caplog.text
    kept = LogEntry.objects.get()
    assert (kept.user, kept.object_id) == (administrator, str(row(UNREADABLE).pk))
    assert kept.change_message == history.OPENED


def test_bytes_that_were_refused_are_not_in_the_history(client, events):
    client.force_login(make_person("Marketing"))
    assert client.get(reverse("health-event-raw", args=[UNREADABLE])).status_code == 403
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("name", ["health-event", "health-event-raw", "health-event-replay"])
@pytest.mark.parametrize("source_id", ["evt_none", "evt_live", "x" * 3000, "a b"])
def test_an_event_of_the_other_mode_or_of_none_is_not_found(
    client, administrator, events, name, source_id
):
    assert client.get(reverse(name, args=[source_id])).status_code == 404


def test_a_replay_is_read_again_and_stands_on_record(client, administrator, events):
    path = reverse("health-event-replay", args=[UNREADABLE])
    answer = client.post(path, {"reason": "The account is ours now."})
    assert answer.status_code == 302
    assert (row(UNREADABLE).state, row(UNREADABLE).attempts) == ("waiting", 0)
    done = Replay.objects.get()
    assert (done.by, done.events, done.reason) == (administrator, 1, "The account is ours now.")
    before = ReplayedEvent.objects.get()
    assert (before.source_id, before.state_before) == (UNREADABLE, "set aside")
    assert "connected account" in before.sentence_before
    drain()
    assert row(UNREADABLE).state == "set aside"


def test_without_a_reason_nothing_is_replayed(client, administrator, events):
    path = reverse("health-event-replay", args=[UNREADABLE])
    assert "Give a reason" in client.post(path, {"reason": "  "}).content.decode()
    assert row(UNREADABLE).state == "set aside"
    assert not Replay.objects.exists()


def test_all_of_a_filter_are_replayed_and_no_other(client, administrator, events):
    path = reverse("health-replay") + "?state=kept"
    assert "Replay 1 event" in client.get(path).content.decode()
    sent = {"reason": "A newer version folds them.", "seen": "1"}
    assert client.post(path, sent).status_code == 302
    assert row("evt_good").state == "waiting"
    assert (row(UNREADABLE).state, row("evt_live").state) == ("set aside", "kept")
    assert Replay.objects.get().chosen == "Kept"


@pytest.mark.parametrize("query", ["state=set%2Baside", "source=post", "type=%27", "q=a%20b"])
def test_a_filter_that_cannot_be_read_replays_nothing(client, events, query):
    path = f"{reverse('health-replay')}?{query}"
    for answer in (client.get(path), client.post(path, {"reason": "r", "seen": "2"})):
        assert answer.status_code == 200
        page = answer.content.decode()
        assert "Nothing is replayed" in page
        assert answer.context["asked"].problems[0] in page
        assert 'name="reason"' not in page
    assert not Replay.objects.exists()
    assert "Replay all of this filter" not in client.get(f"{PAGE}?{query}").content.decode()
    assert "Replay all of this filter" in client.get(PAGE).content.decode()


@pytest.mark.parametrize("seen", ["0", "1", "3", "", "-2", "two", None])
def test_other_events_than_the_person_saw_are_asked_about_again(client, events, seen):
    sent = {"reason": "Because it helps."} | ({} if seen is None else {"seen": seen})
    answer = client.post(reverse("health-replay"), sent)
    page = answer.content.decode()
    assert "ook again" in page
    assert 'name="seen" value="2"' in page
    assert "Because it helps." in page
    assert not Replay.objects.exists()
    assert client.post(reverse("health-replay"), sent | {"seen": "2"}).status_code == 302
    assert Replay.objects.get().events == 2


def test_what_waits_already_is_not_replayed(client, administrator, events):
    replay_one(
        source_id="evt_good", livemode=False, by=administrator, reason="r", at=timezone.now()
    )
    with pytest.raises(CannotReplay, match="wait to be read already"):
        replay_one(
            source_id="evt_good", livemode=False, by=administrator, reason="r", at=timezone.now()
        )
    assert Replay.objects.count() == 1


@pytest.mark.parametrize("reason", ["", " \n ", "x" * 501])
def test_a_reason_of_no_use_is_refused_and_never_cut(administrator, events, reason):
    who = {"livemode": False, "by": administrator, "reason": reason, "at": timezone.now()}
    with pytest.raises(history.NoReason):
        replay_one(source_id="evt_good", **who)
    with pytest.raises(history.NoReason):
        replay_all(asked=EventFilter(), seen=2, **who)
    del who["livemode"]
    with pytest.raises(history.NoReason):
        replaying.replay(ids=[row("evt_good").pk], **who)
    assert not Replay.objects.exists()


def test_a_reason_is_kept_whole_on_one_line(administrator, events):
    replay_one(
        source_id="evt_good", livemode=False, by=administrator, reason=" a\n b " + "x" * 496,
        at=timezone.now(),
    )  # fmt: skip
    assert Replay.objects.get().reason == "a b " + "x" * 496


def test_too_many_at_once_are_refused_whole(client, administrator, events, monkeypatch):
    monkeypatch.setattr(replaying, "MOST_EVENTS", 1)
    with pytest.raises(CannotReplay, match="narrow the filter"):
        replay_all(
            asked=EventFilter(),
            seen=2,
            livemode=False,
            by=administrator,
            reason="r",
            at=timezone.now(),
        )
    assert not InboxEvent.objects.filter(state="waiting").exists()


def test_what_was_done_cannot_be_changed(administrator, events):
    replay_one(
        source_id="evt_good", livemode=False, by=administrator, reason="r", at=timezone.now()
    )
    for statement in ("UPDATE reconciliation_replay SET reason = 'x'",
                      "DELETE FROM reconciliation_replayedevent"):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.parametrize(
    ("group", "page", "replays"),
    [("Marketing", 403, 403), ("Finance", 200, 403), ("Finance approver", 200, 403),
     ("Auditor", 200, 403), ("Administrator", 200, 200)],
)  # fmt: skip
def test_who_may_see_and_who_may_replay(client, events, group, page, replays):
    client.force_login(make_person(group))
    assert client.get(PAGE).status_code == page
    assert client.get(reverse("health-event", args=["evt_good"])).status_code == page
    assert client.get(reverse("health-replay")).status_code == replays
    answer = client.post(reverse("health-event-replay", args=["evt_good"]), {"reason": "r"})
    assert answer.status_code == (302 if replays == 200 else 403)


def alarm_on(client):
    return client.get("/campaigns/").context["alarm"]


def test_a_worker_that_is_there_raises_no_alarm(client, administrator, events):
    assert not alarm_on(client)


def test_no_worker_for_a_minute_is_said_on_every_page(client, administrator, events):
    Worker.objects.update(seen_at=timezone.now() - timedelta(seconds=61))
    page = client.get("/campaigns/").content.decode()
    assert "No background worker has been seen for 1 min." in page


def test_where_none_ever_ran_everybody_is_told(client, db):
    client.force_login(make_person("Marketing"))
    assert "No background worker has run yet." in client.get("/campaigns/").content.decode()


def test_events_that_wait_for_long_are_said_too(client, administrator, events):
    InboxEvent.objects.filter(source_id="evt_good").update(
        state="waiting", due_at=timezone.now() - timedelta(minutes=6)
    )
    assert "Events wait for 6 min by now" in client.get("/campaigns/").content.decode()


def test_an_event_whose_next_try_is_to_come_is_no_alarm(client, administrator, events):
    InboxEvent.objects.filter(source_id="evt_good").update(
        state="waiting", due_at=timezone.now() + timedelta(minutes=6)
    )
    assert not alarm_on(client)


def test_the_page_costs_as_much_with_many_events_as_with_few(
    client, administrator, events, django_assert_num_queries
):
    client.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE)
    inbox.store_uploads(bodies=[event(f"evt_{n}") for n in range(60)], at=timezone.now())
    with django_assert_num_queries(len(few)):
        client.get(PAGE)
