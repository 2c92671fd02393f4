"""Payment links from Stripe: its own library asks the simulated API, and the worker folds the answers."""

import json
import logging
import time
import traceback
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import islice

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from campaigns.models import PaymentLink
from linktracker.demo import stripe_account
from linktracker.simulator.account import SimAccount, SimKey
from linktracker.simulator.api import Mood, SimApi, running
from linktracker.simulator.catalogue import CATALOGUE, WITH_A_HITCH, SimPaymentLink
from reconciliation.actions import rebuild, sync
from reconciliation.core.fetched import CannotFetch
from reconciliation.gateways.stripe_api import StripeReader, open_stripe
from reconciliation.models import InboxEvent, Observation
from tests.stripe_events import deliver, drain

pytestmark = pytest.mark.django_db
KEY = "rk_test_51Secret0987654321"
AT = datetime(2026, 9, 1, 12, tzinfo=UTC)
TICKET = CATALOGUE[0]


class Clock:
    """Stripe's clock, which a test turns."""

    def __init__(self):
        self.now = AT.timestamp()

    def __call__(self):
        return self.now


def links(count):
    return [
        replace(TICKET, url=f"https://buy.stripe.com/test_{number:04d}", product=f"No. {number}")
        for number in range(count)
    ]


@pytest.fixture
def api():
    with running(SimApi(SimAccount([TICKET], {KEY: SimKey()}), clock=Clock())) as api:
        yield api


@pytest.fixture
def pauses():
    return []


@pytest.fixture
def reader(api, pauses):
    return StripeReader(
        KEY, livemode=False, api_base=api.base, timeout=0.5, longest_answer=0.7, pause=pauses.append
    )


def test_what_stripe_lists_is_told_from_what_it_does_not(reader, api):
    for url in (TICKET.url, f"{TICKET.url}x"):
        PaymentLink.objects.create(url=url, livemode=False, first_seen_at=AT - timedelta(days=1))
    PaymentLink.objects.create(url=f"{TICKET.url}y", livemode=False, first_seen_at=AT)
    PaymentLink.objects.create(
        url=f"{TICKET.url}z", livemode=True, first_seen_at=AT - timedelta(days=1)
    )
    fetch(reader)
    listed = dict(PaymentLink.objects.values_list("url", "listed"))
    assert [listed[TICKET.url + end] for end in ("", "x", "y", "z")] == [True, False, None, None]


def test_a_list_that_broke_off_tells_nothing(reader, api):
    PaymentLink.objects.create(url=TICKET.url, livemode=False, first_seen_at=AT - timedelta(days=1))
    api.account.keys.clear()
    with pytest.raises(CannotFetch):
        fetch(reader)
    assert PaymentLink.objects.get().listed is None


def fetch(reader):
    done = sync.fetch_payment_links(gateway=reader, at=AT)
    drain()
    return done.seen, done.changed


def test_a_link_is_known_with_all_that_buyers_meet_there(reader):
    assert fetch(reader) == (1, 1)
    link = PaymentLink.objects.get()
    assert (link.stripe_id, link.url, link.livemode) == (TICKET.id, TICKET.url, False)
    assert (link.product, link.price, link.currency) == ("Workshop ticket", 4900, "eur")
    assert (link.active, link.confirmation, link.redirect_url) == (
        True, "redirect", TICKET.redirect_url,
    )  # fmt: skip
    assert (link.buyer_chooses, link.period, link.promotion_codes) == (False, "", True)
    row = InboxEvent.objects.get()
    assert (row.source, row.state, row.stripe_at) == ("fetch", "done", AT)
    assert row.source_id == f"{TICKET.id}@{int(AT.timestamp())}"
    assert row.api_version == "2026-10-28.endive"
    assert json.loads(bytes(row.body))["line_items"]["data"][0]["description"] == "Workshop ticket"


def test_a_subscription_says_its_period_and_a_donation_that_the_buyer_chooses(api, reader):
    api.account.payment_links = [link for link in CATALOGUE if link.recurring or not link.amount]
    fetch(reader)
    supporter = PaymentLink.objects.get(product="Supporter subscription")
    assert (supporter.price, supporter.period, supporter.buyer_chooses) == (1200, "a month", False)
    donation = PaymentLink.objects.get(url__contains="donate.")
    assert (donation.price, donation.period, donation.buyer_chooses) == (None, "", True)


def test_a_link_that_is_switched_off_comes_too(api, reader):
    api.account.payment_links = WITH_A_HITCH
    fetch(reader)
    assert set(PaymentLink.objects.values_list("product", "active")) == {
        ("Spring workshop ticket", False), ("Workshop recording", True),
    }  # fmt: skip


def test_links_beyond_one_page_all_come_in_calls_that_keep_a_distance(api, reader, pauses):
    api.account.payment_links = links(250)
    assert fetch(reader) == (250, 250)
    assert PaymentLink.objects.count() == 250
    assert len(api.calls) == 3
    assert pauses == [0.1, 0.1]


@pytest.mark.parametrize(("count", "calls"), [(0, 1), (1, 1), (100, 1), (101, 2)])
def test_it_asks_no_more_than_it_must(api, reader, count, calls):
    api.account.payment_links = links(count)
    assert fetch(reader) == (count, count)
    assert len(api.calls) == calls


def test_the_same_again_changes_nothing(api, reader):
    fetch(reader)
    before = InboxEvent.objects.values().get(), PaymentLink.objects.values().get()
    api.clock.now += 3600
    assert fetch(reader) == (1, 0)
    assert (InboxEvent.objects.values().get(), PaymentLink.objects.values().get()) == before


def test_only_what_changed_is_stored(api, reader):
    api.account.payment_links = links(3)
    fetch(reader)
    api.clock.now += 3600
    first, *others = links(3)
    api.account.payment_links = [replace(first, active=False, amount=5900), *others]
    assert fetch(reader) == (3, 1)
    link = PaymentLink.objects.get(url=first.url)
    assert (link.active, link.price) == (False, 5900)


def updated(link: SimPaymentLink, created: float) -> bytes:
    body = {"id": link.id, "object": "payment_link", "url": link.url, "active": link.active}
    return json.dumps({
        "id": f"evt_{int(created)}", "object": "event", "type": "payment_link.updated",
        "created": int(created), "livemode": False, "data": {"object": body},
    }).encode()  # fmt: skip


def test_an_event_after_the_fetch_counts_and_leaves_the_product_alone(reader):
    fetch(reader)
    deliver([updated(replace(TICKET, active=False), AT.timestamp() + 60)])
    link = PaymentLink.objects.get()
    assert (link.active, link.product, link.price) == (False, "Workshop ticket", 4900)


def test_an_event_of_before_the_fetch_that_comes_late_changes_nothing(reader):
    fetch(reader)
    deliver([updated(replace(TICKET, active=False), AT.timestamp() - 60)])
    assert PaymentLink.objects.get().active is True


def test_what_a_fetch_showed_before_is_news_after_an_event_between(api, reader):
    fetch(reader)
    deliver([updated(replace(TICKET, active=False), AT.timestamp() + 60)])
    api.clock.now += 120
    assert fetch(reader) == (1, 1)
    assert PaymentLink.objects.get().active is True
    api.clock.now += 120
    assert fetch(reader) == (1, 0)


def test_everything_comes_out_the_same_when_it_is_derived_again(api, reader):
    api.account.payment_links = [*CATALOGUE, *WITH_A_HITCH]
    fetch(reader)
    deliver([updated(replace(TICKET, active=False), AT.timestamp() + 60)])
    before = list(PaymentLink.objects.order_by("url").values())
    PaymentLink.objects.update(product="", price=None, active=None)
    assert [found.table for found in rebuild.check(at=AT)] == []
    rebuild.rebuild(at=AT)
    assert list(PaymentLink.objects.order_by("url").values()) == before
    assert Observation.objects.filter(fetched=True).count() == len(CATALOGUE) + len(WITH_A_HITCH)


def test_two_names_of_one_link_stay_apart(reader):
    """What people call a payment link is theirs; Stripe's product stands beside it."""
    fetch(reader)
    PaymentLink.objects.update(name="The autumn one")
    link = PaymentLink.objects.get()
    assert (str(link), link.product) == ("The autumn one", "Workshop ticket")


# Stripe in a bad mood


@pytest.mark.parametrize(
    ("mood", "sentence"),
    [
        (Mood.BUSY, "asked too often"),
        (Mood.BROKEN, "refused to answer \\(status 500\\)"),
        (Mood.HANG, "did not answer in time"),
        (Mood.RESET, "could not be reached"),
        (Mood.TRICKLE, "did not answer in time"),
        (Mood.BROKEN_OFF, "did not answer in time"),
        (Mood.GARBAGE, "cannot be read"),
        (Mood.EMPTY, "cannot be read"),
    ],
)
def test_what_may_pass_is_tried_three_times_and_then_said(api, reader, pauses, mood, sentence):
    api.be(mood)
    with pytest.raises(CannotFetch, match=sentence):
        fetch(reader)
    assert len(api.calls) == 3
    assert len(pauses) == 2
    assert not InboxEvent.objects.exists()


@pytest.mark.parametrize(
    "mood",
    [
        Mood.BUSY,
        Mood.BROKEN,
        Mood.HANG,
        Mood.RESET,
        Mood.TRICKLE,
        Mood.BROKEN_OFF,
        Mood.GARBAGE,
        Mood.EMPTY,
    ],
)
def test_what_has_passed_is_no_failure(api, reader, mood):
    api.be(mood, lasts=2)
    assert fetch(reader) == (1, 1)
    assert len(api.calls) == 3


def test_it_waits_as_long_as_stripe_asks(api, reader, pauses):
    api.retry_after = 7
    api.be(Mood.BUSY, lasts=1)
    fetch(reader)
    assert pauses == [7.0]


def test_its_own_pauses_grow_and_differ(api, reader, pauses):
    api.be(Mood.BROKEN, lasts=2)
    fetch(reader)
    first, second = pauses
    assert 0.25 <= first <= 0.5 <= second <= 1.0


def test_it_does_not_sit_through_a_long_wait(api, reader, pauses):
    api.retry_after = 600
    api.be(Mood.BUSY)
    with pytest.raises(CannotFetch, match="asked too often"):
        fetch(reader)
    assert (len(api.calls), pauses) == (1, [])


@pytest.mark.parametrize(
    ("mood", "sentence"),
    [(Mood.WRONG_OBJECT, "not a page of a list"), (Mood.NO_DATE, "does not say its date")],
)
def test_an_answer_to_another_question_is_not_believed(api, reader, mood, sentence):
    api.be(mood)
    with pytest.raises(CannotFetch, match=sentence):
        fetch(reader)
    assert not InboxEvent.objects.exists()


def test_what_was_stored_before_a_failure_stays_and_the_next_run_brings_the_rest(api, reader):
    api.account.payment_links = links(250)
    asked = reader.payment_links()
    list(islice(asked, 1))
    api.be(Mood.BROKEN)
    with pytest.raises(CannotFetch):
        next(asked)
    api.be(Mood.FINE)

    class BreaksOff(StripeReader):
        def payment_links(self):
            yield from islice(super().payment_links(), 1)
            raise CannotFetch("The line broke.")

    broken = BreaksOff(KEY, livemode=False, api_base=api.base, pause=lambda seconds: None)
    with pytest.raises(CannotFetch, match="The line broke"):
        fetch(broken)
    assert InboxEvent.objects.count() == 100
    assert fetch(reader) == (250, 150)


def test_a_list_that_goes_in_a_circle_ends(api, reader):
    api.account.payment_links = [TICKET] * 101
    with pytest.raises(CannotFetch, match="in a circle"):
        fetch(reader)
    assert len(api.calls) <= 2


def test_a_server_that_is_not_there_cannot_be_reached(pauses):
    with running(SimApi(SimAccount([]))) as gone:
        base = gone.base
    nobody = StripeReader(KEY, livemode=False, api_base=base, pause=pauses.append)
    with pytest.raises(CannotFetch, match="could not be reached"):
        fetch(nobody)


# Keys


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ({}, "Stripe does not know the test key in STRIPE_TEST_KEY"),
        ({KEY: SimKey(permissions=frozenset())}, "may not read payment links. In Stripe, give it"),
    ],
)
def test_a_key_that_does_not_open_is_told_at_once_and_never_shown(
    api, reader, keys, sentence, caplog
):
    caplog.set_level(logging.DEBUG)
    api.account.keys = keys
    with pytest.raises(CannotFetch, match=sentence) as refused:
        fetch(reader)
    assert len(api.calls) == 1
    assert KEY not in caplog.text
    frames = [frame for frame, _ in traceback.walk_tb(refused.tb)]
    ours = [frame for frame in frames if frame.f_globals["__name__"].startswith("reconciliation.")]
    assert len(ours) >= 4
    assert KEY not in repr([frame.f_locals for frame in ours])
    assert refused.value.__suppress_context__
    assert KEY[-4:] not in str(refused.value)


def test_a_key_that_brings_objects_of_the_other_mode_is_not_believed(api, reader):
    live = replace(TICKET, url="https://buy.stripe.com/5kA8xn2wJ1hG6eQ7ss")
    api.account.payment_links = [live]
    api.account.keys = {KEY: SimKey(livemode=True)}
    with pytest.raises(CannotFetch, match="not of test mode"):
        fetch(reader)
    assert not InboxEvent.objects.exists()


def test_the_key_is_of_the_settings_and_the_address_stripes_own(settings):
    settings.STRIPE_TEST_KEY, settings.STRIPE_API_BASE = KEY, ""
    assert open_stripe(livemode=False)._client._requestor.base_addresses["api"] == (
        "https://api.stripe.com"
    )


def test_a_secrets_file_that_is_open_to_others_is_told(settings, tmp_path):
    file = tmp_path / "secrets"
    file.write_text(f"STRIPE_TEST_KEY={KEY}\n")
    file.chmod(0o644)
    settings.STRIPE_TEST_KEY, settings.STRIPE_SECRETS_FILE = "", str(file)
    with pytest.raises(CannotFetch, match="set mode 0600"):
        open_stripe(livemode=False)
    file.chmod(0o600)
    assert open_stripe(livemode=False).livemode is False


# No transaction waits for Stripe


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_stripe_is_asked(api):
    api.account.payment_links = links(150)
    within = []

    class Watched(StripeReader):
        def _list_payment_links(self, after):
            within.append(connection.in_atomic_block)
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT count(*) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND state = 'idle in transaction'"
                )
                within.append(bool(cursor.fetchone()[0]))
            return super()._list_payment_links(after)

    watched = Watched(KEY, livemode=False, api_base=api.base, pause=time.sleep)
    assert fetch(watched) == (150, 150)
    assert within == [False] * 4


# The command


@pytest.fixture
def demo_account(settings):
    with running(SimApi(stripe_account.account())) as api:
        settings.STRIPE_API_BASE = api.base
        settings.STRIPE_TEST_KEY = stripe_account.TEST_KEY
        settings.STRIPE_LIVE_KEY = stripe_account.LIVE_KEY
        yield api


def run(*arguments):
    said = StringIO()
    call_command("sync_stripe", *arguments, stdout=said)
    return said.getvalue()


def test_the_command_fetches_both_modes_and_keeps_them_apart(demo_account):
    told = json.loads(run("--json"))
    assert told == {
        "test": {"payment_links": 11, "changed": 11, "problem": None},
        "live": {"payment_links": 3, "changed": 3, "problem": None},
    }
    drain()
    assert PaymentLink.objects.filter(livemode=False).count() == 11
    assert PaymentLink.objects.filter(livemode=True).count() == 3
    assert run("--since", "2026-09-01") == (
        "test: 11 payment links, 0 new or changed.\nlive: 3 payment links, 0 new or changed.\n"
    )


def test_a_mode_without_a_key_is_left_out(demo_account, settings):
    settings.STRIPE_LIVE_KEY = ""
    assert list(json.loads(run("--json"))) == ["test"]


def test_a_problem_of_one_mode_leaves_the_other_alone_and_exits_1(demo_account, settings, capsys):
    settings.STRIPE_TEST_KEY = stripe_account.LIVE_KEY
    said = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("sync_stripe", stdout=said)
    assert ended.value.code == 1
    assert said.getvalue().startswith("test: STRIPE_TEST_KEY is a key of live mode;")
    assert "live: 3 payment links, 3 new or changed." in said.getvalue()


@pytest.mark.parametrize("arguments", [["--since", "yesterday"], ["--since", "2026-13-01"]])
def test_a_date_that_is_none_is_refused(demo_account, arguments):
    with pytest.raises(CommandError, match="is not a date"):
        run(*arguments)
    assert demo_account.calls == []


def test_without_any_key_it_says_what_to_set(settings):
    settings.STRIPE_TEST_KEY = settings.STRIPE_LIVE_KEY = settings.STRIPE_SECRETS_FILE = ""
    with pytest.raises(CommandError, match="There is no key: set STRIPE_TEST_KEY"):
        run()


def test_a_secrets_file_that_is_open_to_others_is_told_for_both_modes(settings, tmp_path):
    file = tmp_path / "secrets"
    file.write_text("")
    file.chmod(0o644)
    settings.STRIPE_TEST_KEY = settings.STRIPE_LIVE_KEY = ""
    settings.STRIPE_SECRETS_FILE = str(file)
    said = StringIO()
    with pytest.raises(SystemExit):
        call_command("sync_stripe", stdout=said)
    assert said.getvalue().count("set mode 0600") == 2
