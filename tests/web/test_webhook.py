"""Stripe's door: verified, stored as bytes, answered; whatever else is wrong is for later."""

import gzip
import hashlib
import json
import threading
import time
from contextlib import suppress

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.db import (
    IntegrityError,
    InterfaceError,
    OperationalError,
    connection,
    connections,
)
from django.http import HttpResponse
from django.http.response import ResponseHeaders
from django.test import Client, RequestFactory
from django.utils import timezone

from campaigns.models import Conversion
from linktracker.lib.rejections import MOST, Rejections
from linktracker.simulator.chance import Chance
from linktracker.simulator.single import single_payment
from linktracker.webhook_lane import with_webhook_lane
from reconciliation.actions import inbox, rebuild
from reconciliation.core.signature import sign
from reconciliation.models import EventVariant, InboxEvent
from reconciliation.views import webhook
from reconciliation.views.webhook import LARGEST_BODY
from tests.factories import PAYMENT_LINK
from tests.stripe_events import LATER, drain

PATH = "/webhooks/stripe/"
VARIANTS = "ALTER TABLE reconciliation_eventvariant"
SECRET = "whsec_ours"
COPIES = 24
OLD, NEW, TEST, LIVE = "whsec_old", "whsec_new", "whsec_test", "whsec_live"


class LaneClient(Client):
    """A test client whose deliveries take the way that the web server's take.

    What the lane does not take goes to Django.
    """

    def __init__(self):
        super().__init__(HTTP_HOST="testserver")
        self.django, self.handler = self.handler, self.answer

    def answer(self, environ):
        response = HttpResponse()
        response.wsgi_request = WSGIRequest(environ)

        def start(status, headers):
            response.status_code = int(status.split()[0])
            response.headers = ResponseHeaders(dict(headers))

        lane = with_webhook_lane(lambda environ, start: self.django(environ))
        answered = lane(environ, start)
        if isinstance(answered, HttpResponse):
            return answered
        response.content = b"".join(answered)
        return response


def test_the_lane_takes_a_delivery_before_django(db):
    client = LaneClient()
    client.django = None
    assert send(client, event()).status_code == 200


@pytest.mark.parametrize(
    "other",
    [{"HTTP_HOST": "evil.example"}, {"HTTP_HOST": ""}, {"PATH_INFO": "/webhooks/stripe"},
     {"PATH_INFO": "/webhooks/stripe/x"}, {"REQUEST_METHOD": "PUT"}],
)  # fmt: skip
def test_the_lane_leaves_everything_else_to_django(other):
    environ = RequestFactory(HTTP_HOST="testserver").post(PATH).environ
    lane = with_webhook_lane(lambda environ, start: [b"django's"])
    assert lane({**environ, **other}, None) == [b"django's"]


@pytest.fixture(params=[Client, LaneClient])
def client(request):
    return request.param()


@pytest.fixture(autouse=True)
def nothing_refused_yet(monkeypatch):
    """A process counts what it has refused; each test begins as a new one."""
    monkeypatch.setattr(webhook, "rejections", Rejections())


@pytest.fixture(autouse=True)
def one_secret(settings):
    settings.STRIPE_WEBHOOK_SECRETS = SECRET
    settings.STRIPE_SECRETS_FILE = ""


def event(**changes):
    """An event of a type that is kept, so that nothing but the envelope matters."""
    return json.dumps({
        "id": "evt_1", "object": "event", "type": "customer.created", "created": 1_788_264_000,
        "livemode": False, "api_version": "2026-10-28.endive",
        "data": {"object": {"id": "cus_1", "object": "customer"}}, **changes,
    }).encode()  # fmt: skip


def now():
    return int(time.time())


def send(client, body, *, header=None, secret=SECRET, path=PATH, **extra):
    header = sign(body, secret, now()) if header is None else header
    extra = {"content_type": "application/json", "HTTP_STRIPE_SIGNATURE": header, **extra}
    return client.post(path, data=body, **extra)


def stored():
    return InboxEvent.objects.get()


def test_an_event_is_kept_byte_for_byte_with_its_envelope(client, db):
    body = event(type="charge.succeeded", data={"object": {"id": "ch_1", "object": "charge"}})
    answer = send(client, body)
    assert (answer.status_code, answer.json()) == (200, {"received": True})
    row = stored()
    assert (bytes(row.body), bytes(row.sha256)) == (body, hashlib.sha256(body).digest())
    assert (row.source_id, row.type, row.object_id) == ("evt_1", "charge.succeeded", "ch_1")
    assert (row.livemode, row.account, row.api_version) == (False, "", "2026-10-28.endive")
    assert (row.source, row.state, row.deliveries, row.secret) == ("webhook", "waiting", 1, 0)
    assert row.stripe_at.timestamp() == 1_788_264_000
    assert not row.sentence


@pytest.mark.parametrize("path", ["/webhooks/stripe/", "/webhooks/stripe"])
def test_both_spellings_answer_without_a_redirect(client, db, path):
    """WH-45: the missing slash."""
    assert send(client, event(), path=path).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/webhooks/stripe/x", "/webhooks/stripe//", "/webhooks/", "/webhooks/stripe/%00", "/webhooks/str%ff",
     "/webhooks/stripe/../stripe", "/webhooks/" + "a" * 2000, "/WEBHOOKS/stripe/"],
)  # fmt: skip
def test_any_other_path_is_not_found(client, db, path):
    """WH-14, and the extra slash of WH-45."""
    answer = send(client, event(), path=path)
    assert answer.status_code in {403, 404}
    assert not InboxEvent.objects.exists()


@pytest.mark.parametrize(
    "method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"]
)
def test_other_methods_are_refused(client, db, method):
    """WH-44."""
    answer = client.generic(method, PATH, event(), HTTP_X_HTTP_METHOD_OVERRIDE="POST")
    assert (answer.status_code, answer["Allow"], answer.content) == (405, "POST", b"")


def test_a_payment_is_on_the_books_once_the_worker_has_run(client, db):
    """WH-01."""
    payment = single_payment(PAYMENT_LINK, at=1_788_264_000, chance=Chance("webhook"))
    for told in payment.events:
        assert send(client, told.body).status_code == 200
    assert not Conversion.objects.exists()
    drain()
    assert Conversion.objects.get().session_id == payment.session


# Size


def test_a_body_of_one_mebibyte_is_taken(client, db):
    body = event(padding="a" * (LARGEST_BODY - len(event(padding=""))))
    assert len(body) == LARGEST_BODY
    assert send(client, body).status_code == 200
    assert len(bytes(stored().body)) == LARGEST_BODY


@pytest.mark.parametrize("header", [None, "t=1,v1=00", ""])
def test_a_larger_body_is_too_large_whoever_signed_it(client, db, header):
    """WH-40."""
    body = event(padding="a" * LARGEST_BODY)
    answer = send(client, body, header=header)
    assert (answer.status_code, answer.json()) == (413, {"error": "too_large"})
    assert not InboxEvent.objects.exists()


def test_a_declared_size_is_refused_before_anything_is_read(client, db):
    """WH-40: a terabyte."""
    answer = send(client, event(), CONTENT_LENGTH="1000000000000")
    assert answer.status_code == 413


@pytest.mark.parametrize("length", ["-1", "+5", "1e3", " 5", "x", "٥", "9" * 5000, "0x10"])
def test_a_size_that_is_no_number_is_refused(client, db, length):
    """WH-41."""
    answer = send(client, event(), CONTENT_LENGTH=length)
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_signature"})


def test_a_body_without_a_declared_size_is_empty_and_so_not_signed(client, db):
    """WH-43: what a chunked body looks like from inside."""
    answer = send(client, event(), CONTENT_LENGTH="")
    assert answer.status_code == 400


def test_an_upload_that_breaks_off_is_refused(client, db):
    """WH-41."""

    class Broken:
        def read(self, size=-1):
            raise OSError("the client has gone")

        readline = read

    answer = client.generic(
        "POST", PATH, b"x", HTTP_STRIPE_SIGNATURE="t=1,v1=0", **{"wsgi.input": Broken()}
    )
    assert answer.status_code == 400


# Signature


def faults(body=None):
    body = event() if body is None else body
    good = sign(body, SECRET, now())
    moment, signature = good.split(",")
    return {
        "empty": "",
        "junk": "junk",
        "json": '{"t":1}',
        "bearer": "Bearer abc",
        "wrong secret": sign(body, "whsec_wrong", now()),
        "truncated secret": sign(body, SECRET[:-1], now()),
        "empty secret": sign(body, "", now()),
        "reversed secret": sign(body, SECRET[::-1], now()),
        "no endpoint of ours": sign(body, "whsec_of_another_installation", now()),
        "another body": sign(body + b" ", SECRET, now()),
        "written again": sign(json.dumps(json.loads(body), indent=1).encode(), SECRET, now()),
        "another amount": sign(body.replace(b"1788264000", b"1788264001"), SECRET, now()),
        "a byte dropped": sign(body[:-1], SECRET, now()),
        "moment moved": f"t={now() - 5},{signature}",
        "330 s old": sign(body, SECRET, now() - 330),
        "330 s ahead": sign(body, SECRET, now() + 330),
        "10 min old": sign(body, SECRET, now() - 600),
        "10 min ahead": sign(body, SECRET, now() + 600),
        "a day old": sign(body, SECRET, now() - 86_400),
        "a year ahead": sign(body, SECRET, now() + 31_536_000),
        "epoch": sign(body, SECRET, 0),
        "negative": f"t=-{now()},{signature}",
        "plus": f"t=+{now()},{signature}",
        "spaces": f"t= {now()},{signature}",
        "float": f"{moment}.0,{signature}",
        "underscore": f"t=1_700_000_000,{signature}",
        "hexadecimal": f"t=0x65,{signature}",
        "5000 digits": f"t={'9' * 5000},{signature}",
        "full-width digits": f"t=１７００,{signature}",
        "10**30": f"t={10**30},{signature}",
        "two moments": f"{moment},{moment},{signature}",
        "no moment": signature,
        "no signature": moment,
        "v0": good.replace("v1=", "v0="),
        "V1": good.replace("v1=", "V1="),
        "empty signature": f"{moment},v1=",
        "truncated": good[:-1],
        "padded": f"{good}00",
        "zero": f"{moment},v1={'0' * 64}",
        "capitals": f"{moment},v1={signature[3:].upper()}",
        "not ascii": f"{good},v1=\xe9",
        "control byte": f"{good}\x7f",
        "500 signatures": ",".join([moment, *[signature] * 500]),
        "60 kB": good + "," + "x" * 60_000,
    }


@pytest.mark.parametrize("fault", sorted(faults()))
def test_every_fault_of_a_header_has_the_same_answer(client, db, fault):
    """WH-02, WH-03, WH-04, WH-05, WH-07, WH-08, WH-09, WH-11, WH-13 and WH-48."""
    answer = send(client, event(), header=faults()[fault])
    assert answer.status_code == 400
    assert answer.content == b'{"error":"invalid_signature"}'
    assert not answer.cookies
    assert not InboxEvent.objects.exists()


def test_a_request_without_a_signature_has_that_answer_too(client, db):
    """WH-02."""
    answer = client.post(PATH, data=event(), content_type="application/json")
    assert (answer.status_code, answer.content) == (400, b'{"error":"invalid_signature"}')


def test_the_cause_is_in_our_log_alone_without_the_body(client, db, caplog):
    """WH-48."""
    send(client, event(email="buyer@example.com"), header=faults()["330 s old"])
    send(client, event(), header="junk")
    assert "webhook.rejected cause=signature" in caplog.text
    assert "webhook.rejected cause=header" in caplog.text
    assert "buyer@example.com" not in caplog.text


def test_a_late_signature_is_logged_as_late(client, db, caplog):
    body = event()
    send(client, body, header=sign(body, SECRET, now() - 330))
    assert "webhook.rejected cause=timestamp" in caplog.text


@pytest.mark.parametrize("skew", [-240, 240])
def test_four_minutes_of_skew_are_fine(client, db, skew):
    """WH-06."""
    body = event()
    assert send(client, body, header=sign(body, SECRET, now() + skew)).status_code == 200


@pytest.mark.parametrize("good_at", [0, 10, 19])
def test_one_good_signature_among_bad_ones_is_enough(client, db, good_at):
    """WH-10."""
    body = event()
    moment, good = sign(body, SECRET, now()).split(",")
    signatures = ["v1=" + "0" * 64] * 20
    signatures[good_at] = good
    assert send(client, body, header=",".join([moment, *signatures])).status_code == 200


# Secrets


def test_while_a_secret_is_rolled_both_count_and_then_only_the_new_one(client, db, settings):
    """WH-12."""
    settings.STRIPE_WEBHOOK_SECRETS = f"{NEW}, {OLD}"
    assert send(client, event(id="evt_old"), secret=OLD).status_code == 200
    both = event(id="evt_both")
    moment, old = sign(both, OLD, now()).split(",")
    new = sign(both, NEW, int(moment[2:])).split(",")[1]
    assert send(client, both, header=f"{moment},{old},{new}").status_code == 200
    settings.STRIPE_WEBHOOK_SECRETS = NEW
    assert send(client, event(id="evt_late"), secret=OLD).status_code == 400
    rows = InboxEvent.objects.order_by("pk").values_list("source_id", "secret")
    assert list(rows) == [("evt_old", 1), ("evt_both", 0)]


@pytest.mark.parametrize(
    ("secret", "livemode", "state"),
    [(TEST, False, "waiting"), (LIVE, True, "waiting"), (TEST, True, "set aside"),
     (LIVE, False, "set aside"), (SECRET, True, "waiting"), (SECRET, False, "waiting")],
)  # fmt: skip
def test_a_secret_of_one_mode_vouches_for_that_mode(client, db, settings, secret, livemode, state):
    """WH-26."""
    settings.STRIPE_WEBHOOK_SECRETS = f"test={TEST},live={LIVE},{SECRET}"
    assert send(client, event(livemode=livemode), secret=secret).status_code == 200
    assert stored().state == state
    if state == "set aside":
        assert "came signed with a" in stored().sentence


@pytest.fixture
def wrongly_signed(client, db, settings):
    """A live event that came with the test secret; set aside at the door."""
    settings.STRIPE_WEBHOOK_SECRETS = f"test={TEST},live={LIVE},{SECRET}"
    assert send(client, event(livemode=True), secret=TEST).status_code == 200
    return stored()


def test_a_replay_does_not_forget_which_secret_signed_it(wrongly_signed):
    inbox.replay(ids=[wrongly_signed.pk], at=LATER)
    assert stored().state == "waiting"
    drain()
    assert (stored().state, stored().sentence) == ("set aside", wrongly_signed.sentence)


def test_a_try_alone_does_not_forget_it_either(wrongly_signed):
    inbox.replay(ids=[wrongly_signed.pk], at=LATER)
    InboxEvent.objects.update(attempts=1)
    drain()
    assert (stored().state, stored().sentence) == ("set aside", wrongly_signed.sentence)


def test_a_rebuild_sets_aside_what_an_earlier_version_folded_all_the_same(wrongly_signed):
    InboxEvent.objects.update(state="done", sentence="")
    rebuild.rebuild(at=LATER)
    assert (stored().state, stored().sentence) == ("set aside", wrongly_signed.sentence)


@pytest.mark.parametrize(
    ("again", "livemode", "state"),
    [(LIVE, True, "kept"), (SECRET, None, "kept"), (TEST, False, "set aside")],
    ids=["live", "of both modes", "test"],
)
def test_the_same_bytes_under_a_secret_that_vouches_for_them_can_be_replayed(
    client, wrongly_signed, again, livemode, state
):
    send(client, bytes(wrongly_signed.body), secret=again)
    assert (stored().state, stored().secret_livemode) == ("set aside", livemode)
    inbox.replay(ids=[wrongly_signed.pk], at=LATER)
    drain()
    assert stored().state == state


def test_other_bytes_under_a_right_secret_do_not_vouch_for_the_first(client, wrongly_signed):
    send(client, event(livemode=True, created=1), secret=LIVE)
    assert stored().secret_livemode is False


@pytest.mark.parametrize("written", ["", "whsec_", "sk_test_abc", "prod=whsec_x"])
def test_without_a_usable_secret_stripe_is_asked_to_come_again_or_refused(
    client, db, settings, written, caplog
):
    settings.STRIPE_WEBHOOK_SECRETS = written
    answer = send(client, event())
    assert answer.status_code == (503 if written else 400)
    assert "sk_test_abc" not in caplog.text
    assert not InboxEvent.objects.exists()


@pytest.fixture
def secrets_file(settings, tmp_path):
    path = tmp_path / "secrets"
    path.write_text(f"# ours\nSTRIPE_WEBHOOK_SECRETS={OLD}\n")
    path.chmod(0o600)
    settings.STRIPE_WEBHOOK_SECRETS = ""
    settings.STRIPE_SECRETS_FILE = str(path)
    return path


def test_the_secrets_file_is_read_again_when_it_changes(client, db, secrets_file):
    assert send(client, event(), secret=OLD).status_code == 200
    secrets_file.write_text(f"STRIPE_WEBHOOK_SECRETS={NEW}\n")
    assert send(client, event(), secret=OLD).status_code == 400
    assert send(client, event(), secret=NEW).status_code == 200


def test_the_environment_wins_over_the_file(client, db, settings, secrets_file):
    settings.STRIPE_WEBHOOK_SECRETS = SECRET
    assert send(client, event(), secret=OLD).status_code == 400
    assert send(client, event(), secret=SECRET).status_code == 200


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620])
def test_a_secrets_file_open_to_others_is_not_used(client, db, secrets_file, mode, caplog):
    secrets_file.chmod(mode)
    answer = send(client, event(), secret=OLD)
    assert (answer.status_code, answer.json()) == (503, {"error": "try_again"})
    assert answer["Retry-After"] == "10"
    assert "set mode 0600" in caplog.text
    assert OLD not in caplog.text


def test_a_secrets_file_that_is_not_there_or_no_text_is_said_so(client, db, secrets_file, caplog):
    secrets_file.write_bytes(b"STRIPE_WEBHOOK_SECRETS=\xff\xfe\n")
    assert send(client, event(), secret=OLD).status_code == 503
    secrets_file.unlink()
    assert send(client, event(), secret=OLD).status_code == 503
    assert caplog.text.count("cannot be read") == 2


# Repeated and contradicting deliveries


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


# What is authentic but not for us to fold


def test_an_event_of_a_connected_account_is_set_aside(client, db):
    """WH-27."""
    assert send(client, event(account="acct_1")).status_code == 200
    row = stored()
    assert (row.state, row.account) == ("set aside", "acct_1")
    assert "acct_1" in row.sentence


def test_a_thin_event_is_set_aside(client, db):
    """WH-30: a thin event."""
    body = json.dumps({
        "id": "evt_thin", "object": "v2.core.event", "type": "v1.billing.meter.no_meter_found",
        "created": "2026-11-20T10:00:00.000Z", "livemode": False,
    }).encode()  # fmt: skip
    assert send(client, body).status_code == 200
    assert (stored().source_id, stored().state) == ("evt_thin", "set aside")
    assert "thin event" in stored().sentence


@pytest.mark.parametrize("type_", ["customer.created", "CHARGE.SUCCEEDED", "x" * 300, "été.\x00"])
def test_a_type_that_is_not_folded_is_stored_and_kept(client, db, type_):
    """WH-28."""
    assert send(client, event(type=type_)).status_code == 200
    drain()
    assert stored().state == "kept"


UNREADABLE = {
    "empty": b"",
    "list": b"[]",
    "null": b"null",
    "number": b"1",
    "text": b'"x"',
    "truncated": event()[:-5],
    "byte order mark": b"\xef\xbb\xbf" + event(),
    "utf-16": event().decode().encode("utf-16"),
    "latin-1": event(x="é").replace(b"\\u00e9", b"\xe9"),
    "nul byte": event() + b"\x00",
    "nan": event(x=1).replace(b'"x": 1', b'"x": NaN'),
    "infinity": event(x=1).replace(b'"x": 1', b'"x": -Infinity'),
    "no id": event(id=None),
    "id of another kind": event(id="pi_1"),
    "id with nul": event(id="evt_1\x00"),
    "id with surrogate": event(id="evt_\ud800"),
    "id number": event(id=7),
    "long id": event(id="evt_" + "1" * 300),
    "no type": event(type=""),
    "long type": event(type="x" * 600),
    "no object": event(data={}),
    "data list": event(data=[]),
    "mode text": event(livemode="false"),
    "no mode": event(livemode=None),
    "created text": event(created="now"),
    "created negative": event(created=-1),
    "created far": event(created=10**30),
    "account number": event(account=5),
    "depth 200": b"[" * 200 + b"]" * 200,
    "depth 100000": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "gzip": gzip.compress(event()),
    "html": b"<html>",
    "form": b"id=evt_1&type=charge.succeeded",
}


@pytest.mark.parametrize("what", sorted(UNREADABLE))
def test_an_authentic_body_that_cannot_be_read_is_stored_and_set_aside(client, db, what):
    """WH-30."""
    body = UNREADABLE[what]
    for _ in range(2):
        assert send(client, body).json() == {"received": True}
    row = stored()
    assert row.source_id == f"sha256:{hashlib.sha256(body).hexdigest()}"
    assert (row.state, row.deliveries, bytes(row.body)) == ("set aside", 2, body)
    assert row.sentence.endswith(".")
    drain()
    assert not Conversion.objects.exists()


SESSION = {"id": "cs_test_a1B2c3D4e5", "object": "checkout.session", "livemode": False}
ODD = {
    "huge amount": {**SESSION, "amount_total": 10**30},
    "negative amount": {**SESSION, "amount_total": -5, "currency": "eur"},
    "float amount": {**SESSION, "amount_total": 1e200},
    "text amount": {**SESSION, "amount_total": "49.00"},
    "odd currency": {**SESSION, "amount_total": 5, "currency": "e\x00r"},
    "long currency": {**SESSION, "amount_total": 5, "currency": "euros"},
    "reference with nul": {**SESSION, "client_reference_id": "a\x00b"},
    "surrogate": {**SESSION, "client_reference_id": "\ud800"},
    "formula": {**SESSION, "client_reference_id": "=1+1"},
    "line break": {**SESSION, "customer_details": {"email": "a@example.com\r\nBcc: b@example.com"}},
    "proto": {**SESSION, "__proto__": {"admin": True}},
    "20000 keys": {**SESSION, **{f"k{number}": number for number in range(20_000)}},
    "other object": {"id": "ch_1", "object": "charge"},
    "id number": {**SESSION, "id": 5},
    "other mode": {**SESSION, "livemode": True},
    "created far": {**SESSION, "created": 10**12},
}


@pytest.mark.parametrize("what", sorted(ODD))
def test_an_odd_object_makes_no_money_and_stops_no_worker(client, db, what):
    """WH-30 and WH-31."""
    odd = event(type="checkout.session.completed", data={"object": ODD[what]})
    good = single_payment(PAYMENT_LINK, at=1_788_264_000, chance=Chance("behind an odd one"))
    assert send(client, odd).status_code == 200
    for told in good.events:
        send(client, told.body)
    drain()
    paid = Conversion.objects.filter(state="paid")
    assert [row.session_id for row in paid] == [good.session]
    assert not Conversion.objects.filter(received__gt=0).exclude(session_id=good.session).exists()


NOT_PAID = {
    "completed but unpaid": ("completed", {"status": "complete", "payment_status": "unpaid"}),
    "expired": ("expired", {"status": "expired", "payment_status": "unpaid"}),
    "failed later": ("async_payment_failed", {"status": "complete", "payment_status": "unpaid"}),
    "nothing to pay": (
        "completed",
        {"status": "complete", "payment_status": "no_payment_required", "amount_total": 0},
    ),
}


@pytest.mark.parametrize("what", sorted(NOT_PAID))
def test_a_session_that_is_not_paid_is_no_money(client, db, what):
    """WH-29."""
    kind, changes = NOT_PAID[what]
    session = {**SESSION, "mode": "payment", "currency": "eur", "amount_total": 900, **changes}
    told = event(type=f"checkout.session.{kind}", data={"object": session})
    assert send(client, told).status_code == 200
    drain()
    assert stored().state == "done"
    assert not Conversion.objects.filter(received__gt=0).exists()
    assert not Conversion.objects.filter(state="paid").exists()


def test_three_events_of_one_session_are_one_payment(client, db):
    """WH-24."""
    payment = single_payment(PAYMENT_LINK, at=1_788_264_000, chance=Chance("three"), amount=900)
    for told in payment.events:
        send(client, told.body)
    completed = next(e for e in payment.events if b"checkout.session.completed" in e.body)
    session = json.loads(completed.body)["data"]["object"]
    for number, kind in enumerate(("async_payment_succeeded", "completed")):
        again = event(
            id=f"evt_again_{number}",
            type=f"checkout.session.{kind}",
            created=1_788_264_100 + number,
            data={"object": session},
        )
        assert send(client, again).status_code == 200
    drain()
    paid = Conversion.objects.get()
    assert (paid.session_id, paid.received) == (payment.session, 900)


@pytest.mark.parametrize("first", ["payment", "refund"])
def test_a_refund_counts_whichever_came_first(client, db, first):
    """WH-25."""
    payment = single_payment(PAYMENT_LINK, at=1_788_264_000, chance=Chance("back"), amount=900)
    refund = {
        "id": "re_1a2B3c4D5e6F", "object": "refund", "amount": 400, "currency": "eur",
        "status": "succeeded", "created": 1_788_264_500,
        "payment_intent": payment.payment_intent,
    }  # fmt: skip
    paid = [told.body for told in payment.events]
    back = [event(type="refund.created", created=1_788_264_500, data={"object": refund})]
    for part in (paid, back) if first == "payment" else (back, paid):
        assert {send(client, body).status_code for body in part} == {200}
        drain()
    row = Conversion.objects.get()
    assert (row.amount, row.refunded, row.received) == (900, 400, 500)


def test_another_body_of_a_paid_event_changes_no_money(client, db):
    """WH-23: the second body has no effect."""
    payment = single_payment(PAYMENT_LINK, at=1_788_264_000, chance=Chance("twice"), amount=900)
    for told in payment.events:
        send(client, told.body)
        send(client, told.body.replace(b"900", b"90000"))
    drain()
    assert Conversion.objects.get().received == 900
    assert EventVariant.objects.exists()


# What surrounds it


@pytest.mark.parametrize("fault", [OperationalError, InterfaceError])
def test_what_cannot_be_made_durable_is_asked_for_again(client, db, fault, caplog):
    def fail(execute, sql, params, many, context):
        raise fault

    with connection.execute_wrapper(fail):
        answer = send(client, event())
    assert (answer.status_code, answer.json()) == (503, {"error": "try_again"})
    assert answer["Retry-After"] == "10"
    assert "webhook.not_stored" in caplog.text
    assert send(client, event()).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_was_lost_between_two_deliveries_costs_neither(client):
    for number in range(2):
        assert send(client, event(id=f"evt_{number}")).status_code == 200
        with connection.cursor() as cursor, suppress(OperationalError):
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    connection.close()
    assert InboxEvent.objects.count() == 2


def test_cookies_and_origins_of_others_change_nothing(db):
    """WH-46."""
    client = Client(enforce_csrf_checks=True)
    client.cookies["sessionid"] = "stolen"
    answer = send(client, event(), HTTP_ORIGIN="https://evil.example")
    assert answer.status_code == 200
    assert not answer.cookies
    assert "Access-Control-Allow-Origin" not in answer
    assert answer["Content-Security-Policy"] == "default-src 'none'"


@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
)
def test_the_signature_decides_whatever_the_type_of_the_body(client, db, content_type):
    """WH-43."""
    assert send(client, event(), content_type=content_type).status_code == 200


@pytest.mark.parametrize("name", ["HTTP_HOST", "HTTP_X_FORWARDED_HOST"])
def test_a_forged_host_does_not_get_in(client, db, name):
    """WH-47."""
    answer = send(client, event(), **{name: "evil.example"})
    assert answer.status_code == (400 if name == "HTTP_HOST" else 200)


def test_one_event_costs_one_statement(client, db, django_assert_num_queries):
    with django_assert_num_queries(1):
        send(client, event())


def test_the_log_names_the_event_and_not_what_is_in_it(client, db, caplog):
    caplog.set_level("INFO", logger="reconciliation")
    send(client, event(data={"object": {"id": "cus_1", "email": "buyer@example.com"}}))
    assert "webhook.accepted id=evt_1 type=customer.created deliveries=1" in caplog.text
    assert "buyer@example.com" not in caplog.text
    assert SECRET not in caplog.text


def test_what_is_set_aside_at_the_door_is_said_once(client, db, caplog):
    """WH-26 and WH-27: an alarm with the first delivery, none with its repeats."""
    for _ in range(3):
        send(client, event(account="acct_1"))
    assert caplog.text.count("webhook.set_aside id=evt_1") == 1


def test_a_type_cannot_write_a_line_of_the_log(client, db, caplog):
    caplog.set_level("INFO", logger="reconciliation")
    send(client, event(type="x\r\n2026 ERROR webhook.conflict\x1b[31m"))
    assert "\\r\\n2026 ERROR" in caplog.text
    assert not any("\n" in record.getMessage() for record in caplog.records)


# Floods


def test_three_hundred_forgeries_are_one_line_and_hold_nobody_up(client, db, caplog):
    """WH-49."""
    for number in range(300):
        answer = send(client, event(), header=f"t={now()},v1={number:064x}")
        assert answer.status_code in {400, 429}
    for number in range(5):
        assert send(client, event(id=f"evt_{number}")).status_code == 200
    refused = [record for record in caplog.records if "rejected" in record.getMessage()]
    assert len(refused) <= 2
    assert "Bad Request" not in caplog.text
    assert InboxEvent.objects.count() == 5


@pytest.mark.parametrize("header", ["junk", f"t=1,v1={'0' * 64}", f"t={10**11},v1={'0' * 64}"])
def test_a_sender_of_too_many_forgeries_is_asked_to_wait(client, db, header):
    for _ in range(MOST):
        webhook.rejections.note("signature", "127.0.0.1", time.monotonic())
    answer = send(client, event(), header=header)
    assert (answer.status_code, answer.content) == (429, b'{"error":"rate_limited"}')
    assert 1 <= int(answer["Retry-After"]) <= 60
    assert send(client, event()).json() == {"received": True}
    assert send(client, event(), header=header, REMOTE_ADDR="192.0.2.1").status_code == 400


def test_a_forwarded_address_buys_nobody_another_count(client, db):
    """WH-47: X-Forwarded-For is the sender's own word."""
    for _ in range(MOST):
        webhook.rejections.note("signature", "127.0.0.1", time.monotonic())
    answer = send(client, event(), header="junk", HTTP_X_FORWARDED_FOR="3.18.12.63")
    assert answer.status_code == 429


def test_the_end_of_a_flood_is_told_with_the_next_delivery(client, db, caplog):
    for _ in range(4):
        webhook.rejections.note("header", "192.0.2.1", time.monotonic() - 60)
    send(client, event())
    assert "webhook.rejected cause=header from=192.0.2.0/24 count=3" in caplog.text
