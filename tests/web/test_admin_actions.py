"""Actions of the administration: asked first, made by the actions, kept from what to what."""

import re

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from campaigns.models import Campaign, Conversion, LinkChange, PaymentLink, TrackedLink
from linktracker import admin_actions
from linktracker.simulator.account import SimAccount, SimKey
from linktracker.simulator.api import SimApi, running
from linktracker.simulator.catalogue import CATALOGUE
from linktracker.simulator.histories import histories
from reconciliation.actions import inbox
from reconciliation.models import Charge, CheckoutSession, InboxEvent, Observation
from tests.factories import NOON, make_link, make_person
from tests.stripe_events import LATER, deliver, drain, pay

REASON = "Because it was asked for"
ROLES = ["Marketing", "Finance", "Finance approver", "Auditor", None]


def list_of(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def send(client, model, action, rows, **fields):
    """The form as the list sends it first, or, with a reason, as the question sends it."""
    asked = {"action": action, "_selected_action": [row.pk for row in rows], **fields}
    return client.post(f"{list_of(model)}?mode=both", asked, follow=True)


def confirm(client, model, action, rows, **fields):
    return send(client, model, action, rows, confirmed="yes", **{"reason": REASON, **fields})


def told(answer):
    return [str(message) for message in answer.context["messages"]]


def kept():
    return list(LogEntry.objects.order_by("pk").values_list("change_message", flat=True))


@pytest.fixture
def admin_client(client, administrator):
    client.force_login(administrator)
    return client


@pytest.fixture
def stuck(db):
    """An event that needs somebody."""
    inbox.store_delivery(body=b"[]", secret=0, secret_livemode=None, at=NOON)
    return InboxEvent.objects.get(state="set aside")


@pytest.fixture
def link(db):
    return make_link(utm_source="news", utm_campaign="autumn")


@pytest.fixture
def payment(link):
    return pay(link.url)


def everything_that_can_be_done():
    return [
        (model, name)
        for model, registered in admin.site._registry.items()
        for name in getattr(registered, "actions", ())
        if isinstance(name, str) and model._meta.app_label in {"campaigns", "reconciliation"}
    ]


def row_of(model):
    return model._default_manager.order_by("pk").first()


FIELDS = {
    "move": lambda: {"campaign": Campaign.objects.create(
        livemode=False, name="New", code="new", created_at=NOON).pk},
    "hand_over": lambda: {"owner": make_person("Marketing").pk},
    "add_label": lambda: {"label": "print"},
    "plan": lambda: {"starts_on": "2026-09-01"},
    "rename": lambda: {"name": "Ticket"},
}  # fmt: skip


@pytest.fixture
def a_row_of_each(payment, stuck):
    """Refunds and renewals too."""
    deliver(event.body for world in histories(2, 12) for event in world.events)


def test_there_is_something_to_do():
    named = {(model._meta.model_name, name) for model, name in everything_that_can_be_done()}
    assert {
        ("campaign", "archive"), ("campaign", "restore"), ("trackedlink", "move"),
        ("trackedlink", "hand_over"), ("trackedlink", "archive"), ("trackedlink", "restore"),
        ("inboxevent", "replay"), ("inboxevent", "release"), ("observation", "fold_again"),
        ("campaign", "hand_over"), ("campaign", "plan"), ("paymentlink", "rename"),
        ("paymentlink", "hand_over"), ("paymentlink", "fetch_again"), ("inboxevent", "mark_seen"),
        ("checkoutsession", "fold_again"), ("charge", "fold_again"), ("refund", "fold_again"),
    } <= named  # fmt: skip


def test_an_administrator_is_asked_first_and_nothing_happens_yet(admin_client, a_row_of_each):
    for model, name in everything_that_can_be_done():
        row = row_of(model)
        page = send(admin_client, model, name, [row]).content.decode()
        assert 'name="reason"' in page, (model, name)
        assert f"1 {model._meta.verbose_name}" in page, (model, name)
        assert str(row) in page, (model, name)
    assert kept() == []


def test_an_administrator_with_a_reason_gets_it_done_or_is_told_why_not(
    admin_client, a_row_of_each
):
    for model, name in everything_that_can_be_done():
        with transaction.atomic():
            answer = confirm(admin_client, model, name, [row_of(model)], **FIELDS.get(name, dict)())
            sentences, history = told(answer), kept()
            transaction.set_rollback(True)
        assert len(sentences) == 1, (model, name)
        assert ("left alone:" in sentences[0]) == (history == []), (model, name)


@pytest.mark.parametrize("role", ROLES)
def test_no_other_role_gets_as_far(client, stuck, link, role):
    client.force_login(make_person(role, is_staff=True))
    for model, name in everything_that_can_be_done():
        row = row_of(model)
        answer = confirm(client, model, name, [row] if row else [])
        assert answer.status_code == 403, (model, name)
    assert kept() == []
    assert not LinkChange.objects.exists()


def test_who_lacks_an_actions_permission_is_not_offered_it(admin_client, link):
    role = Group.objects.get(name="Administrator")
    role.permissions.remove(role.permissions.get(codename="change_trackedlink"))
    answer = admin_client.get(list_of(TrackedLink))
    assert "Archive" not in answer.content.decode().split("changelist-form")[1]
    confirm(admin_client, TrackedLink, "archive", [link])
    link.refresh_from_db()
    assert link.archived_at is None


@pytest.mark.parametrize("action", ["replay", "release"])
def test_who_may_not_replay_events_is_not_offered_it_here_either(admin_client, stuck, action):
    InboxEvent.objects.update(state="parked")
    role = Group.objects.get(name="Administrator")
    role.permissions.remove(role.permissions.get(codename="replay_events"))
    page = admin_client.get(list_of(InboxEvent)).content.decode()
    assert f'value="{action}"' not in page
    before = InboxEvent.objects.values().get()
    confirm(admin_client, InboxEvent, action, [stuck])
    assert InboxEvent.objects.values().get() == before
    assert kept() == []


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_without_a_reason_of_use_it_asks_again(admin_client, stuck, reason):
    answer = confirm(admin_client, InboxEvent, "replay", [stuck], reason=reason)
    assert 'name="reason"' in answer.content.decode()
    stuck.refresh_from_db()
    assert stuck.state == "set aside"
    assert kept() == []


def test_without_a_row_nothing_happens(admin_client, stuck):
    answer = confirm(admin_client, InboxEvent, "replay", [], index="0")
    assert told(answer)[0].startswith("Items must be selected")
    confirm(admin_client, InboxEvent, "replay", [])
    assert kept() == []


def test_a_replay_is_kept_from_what_to_what_with_its_reason(admin_client, administrator, stuck):
    answer = confirm(admin_client, InboxEvent, "replay", [stuck])
    stuck.refresh_from_db()
    assert (stuck.state, stuck.attempts, stuck.sentence) == ("waiting", 0, "")
    assert told(answer) == ["Replay: 1 inbox event."]
    assert kept() == [f"State: needs you → waiting. Reason: {REASON}"]
    assert LogEntry.objects.get().user == administrator


def test_a_replay_that_cannot_help_says_so_again(admin_client, stuck):
    sentence = stuck.sentence
    confirm(admin_client, InboxEvent, "replay", [stuck])
    drain()
    stuck.refresh_from_db()
    assert (stuck.state, stuck.sentence) == ("set aside", sentence)


def test_an_event_that_waits_already_is_left_alone(admin_client, stuck, payment):
    inbox.replay(ids=[stuck.pk], at=LATER)
    answer = confirm(admin_client, InboxEvent, "replay", InboxEvent.objects.order_by("pk"))
    done = InboxEvent.objects.count() - 1
    assert told(answer) == [
        f"Replay: {done} inbox events.",
        "1 left alone: waiting for the worker already.",
    ]
    assert len(kept()) == done


def test_only_a_parked_event_is_tried_at_once(admin_client, stuck, payment):
    row = InboxEvent.objects.exclude(pk=stuck.pk).order_by("pk").first()
    inbox.replay(ids=[row.pk], at=LATER)
    inbox.claim_for_a_try(id=row.pk, at=LATER)
    inbox.park(id=row.pk, sentence="It failed.")
    row.refresh_from_db()
    due_at = row.due_at
    answer = confirm(admin_client, InboxEvent, "release", [row, stuck])
    assert told(answer)[0] == "Try now: 1 inbox event."
    assert told(answer)[1].startswith("1 left alone: no event that will try again")
    row.refresh_from_db()
    assert row.due_at < due_at
    assert row.attempts == 1
    assert kept()[0].startswith("Next try: ")


def test_all_of_a_filter_are_changed_and_nothing_beside_it(admin_client, stuck, payment):
    address = f"{list_of(InboxEvent)}?state__exact=done&mode=both"
    asked = {"action": "replay", "select_across": "1", "_selected_action": [stuck.pk, 5]}
    question = admin_client.post(address, asked).content.decode()
    number = InboxEvent.objects.filter(state="done").count()
    assert f"{number} inbox events" in question
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="(\w*)"', question))
    answer = admin_client.post(address, {**hidden, "reason": REASON}, follow=True)
    assert told(answer) == [f"Replay: {number} inbox events."]
    stuck.refresh_from_db()
    assert stuck.state == "set aside"


def test_more_rows_than_are_wise_are_refused(admin_client, stuck, payment, monkeypatch):
    monkeypatch.setattr(admin_actions, "MOST_ROWS", 2)
    answer = confirm(admin_client, InboxEvent, "replay", InboxEvent.objects.order_by("pk"))
    assert told(answer) == [admin_actions.TOO_MANY]
    assert kept() == []


def test_folding_again_mends_what_was_wrong_and_says_what(admin_client, payment):
    session = CheckoutSession.objects.get()
    right = (session.status, Conversion.objects.get().state)
    broken = {**session.facts, "status": "open", "payment_status": "unpaid"}
    CheckoutSession.objects.update(facts=broken, status="open", payment_status="unpaid")
    Conversion.objects.update(state="pending")
    answer = confirm(admin_client, CheckoutSession, "fold_again", [session])
    assert told(answer) == ["Fold again: 1 checkout session."]
    session.refresh_from_db()
    assert (session.status, Conversion.objects.get().state) == right
    assert kept() == [
        "Folded again: payment_status unpaid, status open → payment_status paid, status complete. "
        f"Reason: {REASON}"
    ]


def test_folding_what_is_right_changes_nothing_and_is_kept_as_that(admin_client, payment):
    charge = Charge.objects.get()
    before = Charge.objects.values().get()
    confirm(admin_client, Charge, "fold_again", [charge])
    assert Charge.objects.values().get() == before
    assert kept() == [f"Folded again: as it was → unchanged. Reason: {REASON}"]


def test_an_observation_lets_its_object_be_folded_again(admin_client, payment):
    seen = Observation.objects.filter(kind="checkout_session").order_by("pk").first()
    CheckoutSession.objects.all().delete()
    answer = confirm(admin_client, Observation, "fold_again", [seen])
    assert CheckoutSession.objects.get().pk == seen.object_id
    assert told(answer) == ["Fold again: 1 observation."]
    assert kept() == [f"Folded again: not there → folded. Reason: {REASON}"]


def test_an_object_of_which_nothing_is_stored_is_left_alone(admin_client, payment):
    stray = Charge.objects.create(id="ch_stray", livemode=False, facts={})
    answer = confirm(admin_client, Charge, "fold_again", [stray])
    assert told(answer) == ["1 left alone: no event that is stored says anything about it."]
    assert Charge.objects.filter(pk="ch_stray").exists()


def test_a_campaign_is_archived_and_restored(admin_client, link):
    campaign = link.campaign
    answer = confirm(admin_client, Campaign, "archive", [campaign])
    campaign.refresh_from_db()
    assert campaign.archived_at is not None
    assert told(answer) == ["Archive: 1 campaign."]
    assert told(confirm(admin_client, Campaign, "archive", [campaign])) == [
        "1 left alone: archived already."
    ]
    confirm(admin_client, Campaign, "restore", [campaign])
    campaign.refresh_from_db()
    assert campaign.archived_at is None
    assert kept() == [
        f"State: in use → archived. Reason: {REASON}",
        f"State: archived → in use. Reason: {REASON}",
    ]
    assert told(confirm(admin_client, Campaign, "restore", [campaign])) == [
        "1 left alone: not archived."
    ]


def test_a_campaign_gets_an_owner_and_days(admin_client, link):
    campaign, owner = link.campaign, make_person("Marketing", name="Ada")
    assert campaign.owner == link.issued_by
    confirm(admin_client, Campaign, "hand_over", [campaign], owner=owner.pk)
    days = {"starts_on": "2026-09-01", "ends_on": "2026-09-30"}
    confirm(admin_client, Campaign, "plan", [campaign], **days)
    campaign.refresh_from_db()
    assert campaign.owner == owner
    assert (str(campaign.starts_on), str(campaign.ends_on)) == ("2026-09-01", "2026-09-30")
    assert kept() == [
        f"Owner: {link.issued_by} → Ada. Reason: {REASON}",
        f"Days: no days → 1 Sep 2026 – 30 Sep 2026. Reason: {REASON}",
    ]
    assert "1 Sep 2026 – 30 Sep 2026" in admin_client.get(list_of(Campaign)).content.decode()
    again = confirm(admin_client, Campaign, "plan", [campaign], **days)
    assert told(again) == ["1 left alone: planned like that already."]


def test_a_campaign_that_would_end_before_it_starts_is_refused(admin_client, link):
    days = {"starts_on": "2026-09-02", "ends_on": "2026-09-01"}
    answer = confirm(admin_client, Campaign, "plan", [link.campaign], **days)
    assert "The last day is before the first" in answer.content.decode()
    assert kept() == []
    with pytest.raises(DatabaseError, match="campaigns_end_after_they_start"), transaction.atomic():
        Campaign.objects.update(**days)


def test_who_may_not_sign_in_becomes_no_owner(admin_client, link):
    gone = make_person("Marketing", is_active=False)
    for row in (link.campaign, link.payment_link):
        answer = confirm(admin_client, type(row), "hand_over", [row], owner=gone.pk)
        assert 'name="reason"' in answer.content.decode()
    assert kept() == []


def test_campaigns_without_an_owner_are_found(admin_client, link):
    page = f"{list_of(Campaign)}?unowned=yes"
    assert admin_client.get(page).context["cl"].result_count == 0
    Campaign.objects.update(owner=None)
    assert admin_client.get(page).context["cl"].result_count == 1


def test_a_payment_link_gets_a_name_and_an_owner_that_the_builder_shows(admin_client, link):
    row, owner = link.payment_link, make_person("Marketing", name="Ada")
    PaymentLink.objects.update(product="Workshop")
    confirm(admin_client, PaymentLink, "rename", [row], name="  Autumn   ticket ")
    confirm(admin_client, PaymentLink, "hand_over", [row], owner=owner.pk)
    page = admin_client.get(reverse("link-new")).content.decode()
    assert "Autumn ticket (Workshop)" in page
    assert "owner Ada" in page
    confirm(admin_client, PaymentLink, "rename", [row], name="")
    assert kept() == [
        f"Name: no name → Autumn ticket. Reason: {REASON}",
        f"Owner: nobody → Ada. Reason: {REASON}",
        f"Name: Autumn ticket → no name. Reason: {REASON}",
    ]


def test_a_name_is_for_one_payment_link(admin_client, link):
    other = make_link(url="https://buy.stripe.com/test_other").payment_link
    answer = confirm(admin_client, PaymentLink, "rename", [link.payment_link, other], name="x")
    assert "choose one alone" in answer.content.decode()
    assert not PaymentLink.objects.exclude(name="").exists()


def test_payment_links_are_fetched_again_each_mode_by_itself(admin_client, link, settings):
    key = "rk_test_51Secret0987654321"
    PaymentLink.objects.create(livemode=True, url="https://buy.stripe.com/live", first_seen_at=NOON)
    with running(SimApi(SimAccount([CATALOGUE[0]], {key: SimKey()}))) as api:
        settings.STRIPE_API_BASE, settings.STRIPE_TEST_KEY = api.base, key
        answer = confirm(admin_client, PaymentLink, "fetch_again", PaymentLink.objects.all())
    assert told(answer)[0] == "Fetch again: 1 payment link."
    assert told(answer)[1].startswith("1 left alone: ")
    assert "STRIPE_LIVE_KEY" in told(answer)[1]
    assert kept() == [f"Fetched again: asked Stripe → 1 of 1 new or changed. Reason: {REASON}"]
    drain()
    assert PaymentLink.objects.filter(product="Workshop ticket").exists()


def test_a_seen_event_stays_aside_and_needs_nobody(admin_client, administrator, stuck):
    answer = confirm(admin_client, InboxEvent, "mark_seen", [stuck])
    assert told(answer) == ["Mark as seen: 1 inbox event."]
    stuck.refresh_from_db()
    assert (stuck.state, stuck.seen_by, stuck.seen_reason) == ("set aside", administrator, REASON)
    assert kept() == [f"State: needs you → seen. Reason: {REASON}"]
    assert tiles(admin_client)[0]["Needs you"].figure == "0"
    for state, found in [("set aside", 0), ("seen", 1), ("done", 0)]:
        shown = admin_client.get(f"{list_of(InboxEvent)}?mode=both&state__exact={state}")
        assert shown.context["cl"].result_count == found, state
    again = confirm(admin_client, InboxEvent, "mark_seen", [stuck])
    assert told(again) == ["1 left alone: seen already; its page says by whom."]


def test_a_replay_takes_the_mark_away(admin_client, stuck):
    confirm(admin_client, InboxEvent, "mark_seen", [stuck])
    confirm(admin_client, InboxEvent, "replay", [stuck])
    drain()
    stuck.refresh_from_db()
    assert (stuck.state, stuck.seen_by, stuck.seen_at, stuck.seen_reason) == (
        "set aside", None, None, "",
    )  # fmt: skip
    assert kept()[1] == f"State: seen → waiting. Reason: {REASON}"
    assert tiles(admin_client)[0]["Needs you"].figure == "1"


def test_only_what_is_set_aside_is_marked_as_seen(admin_client, payment):
    event = InboxEvent.objects.filter(state="done").order_by("pk").first()
    answer = confirm(admin_client, InboxEvent, "mark_seen", [event])
    assert told(answer) == ["1 left alone: not set aside, so it needs nobody."]
    marked = {"seen_at": NOON, "seen_by": make_person(None), "seen_reason": "Looked"}
    with pytest.raises(DatabaseError, match="seen_events_stay_aside"), transaction.atomic():
        InboxEvent.objects.filter(pk=event.pk).update(**marked)


def test_a_link_is_moved_and_its_address_stays(admin_client, link):
    other = Campaign.objects.create(livemode=False, name="Spring", code="spring", created_at=NOON)
    answer = confirm(admin_client, TrackedLink, "move", [link], campaign=other.pk)
    url = link.url
    link.refresh_from_db()
    assert (link.campaign, link.url) == (other, url)
    assert told(answer) == ["Move to a campaign: 1 tracked link."]
    assert kept() == [f"Campaign: autumn → Spring. Reason: {REASON}"]
    assert LinkChange.objects.get().after == "Spring"


def test_a_link_is_not_moved_to_a_campaign_of_the_other_mode(admin_client, link):
    live = Campaign.objects.create(livemode=True, name="Live", code="live", created_at=NOON)
    answer = confirm(admin_client, TrackedLink, "move", [link], campaign=live.pk)
    assert told(answer) == ["1 left alone: of the other mode than the campaign."]
    link.refresh_from_db()
    assert link.campaign.name == "autumn"


@pytest.mark.parametrize("campaign", ["", "0", "x", "99999999999999999999", "%00"])
def test_a_campaign_that_is_none_is_refused(admin_client, link, campaign):
    answer = confirm(admin_client, TrackedLink, "move", [link], campaign=campaign)
    assert answer.status_code == 200
    assert 'name="reason"' in answer.content.decode()
    assert not LinkChange.objects.exists()


def test_an_older_version_is_left_alone(admin_client, link):
    newer = make_link(utm_source="mail", utm_campaign="autumn", line=link.line)
    answer = confirm(admin_client, TrackedLink, "archive", [link, newer])
    assert told(answer) == [
        "Archive: 1 tracked link.",
        "1 left alone: an older version; the current one stands for the link.",
    ]
    newer.refresh_from_db()
    assert newer.archived_at is not None


def test_a_link_gets_another_owner_and_a_label(admin_client, link):
    owner = make_person("Marketing", name="Ada")
    confirm(admin_client, TrackedLink, "hand_over", [link], owner=owner.pk)
    confirm(admin_client, TrackedLink, "add_label", [link], label="print")
    link.refresh_from_db()
    assert (link.owner, link.labels) == (owner, ["print"])
    assert kept()[0].endswith(f"→ Ada. Reason: {REASON}")
    assert kept()[1] == f"Labels: nothing → print. Reason: {REASON}"


def test_a_label_that_is_none_is_refused_with_a_sentence(admin_client, link):
    answer = confirm(admin_client, TrackedLink, "add_label", [link], label="\x07")
    assert 'role="alert"' in answer.content.decode()
    assert not LinkChange.objects.exists()
    assert kept() == []


def test_what_was_changed_stays_as_it_was_kept(admin_client, stuck):
    confirm(admin_client, InboxEvent, "replay", [stuck])
    for statement in (
        "UPDATE django_admin_log SET change_message = 'nothing'",
        "DELETE FROM django_admin_log",
    ):
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_the_last_changes_stand_on_the_first_page(admin_client, stuck, link):
    confirm(admin_client, InboxEvent, "replay", [stuck])
    admin_client.get(reverse("admin:reconciliation_inboxevent_raw", args=[stuck.pk]))
    page = admin_client.get("/admin/").content.decode()
    assert f"State: needs you → waiting. Reason: {REASON}" in page
    assert "Opened what Stripe sent" not in page


def tiles(client, query=""):
    context = client.get(f"/admin/{query}").context
    return {tile.label: tile for tile in context["tiles"]}, context


def test_the_first_page_counts_one_mode_and_each_tile_opens_what_it_counts(
    admin_client, stuck, payment
):
    shown, context = tiles(admin_client)
    assert shown["Needs you"].figure == "1"
    assert shown["Needs you"].alarms
    assert shown["Waiting"].figure == "0"
    for tile in [*shown.values(), *context["grades"]]:
        answer = admin_client.get(tile.url)
        assert answer.status_code == 200, tile
        counted = getattr(tile, "payments", None)
        figure = tile.figure if counted is None else str(counted)
        if figure.isdigit():
            assert answer.context["cl"].result_count == int(figure), tile
    live, _ = tiles(admin_client, "?mode=live")
    assert live["Needs you"].figure == "0"


def test_no_worker_is_an_alarm(admin_client):
    shown, _ = tiles(admin_client)
    assert shown["Worker last seen"].figure == "never"
    assert shown["Worker last seen"].alarms
    assert shown["Last event"].figure == "never"
