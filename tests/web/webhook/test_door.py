"""Stripe's door: verified, stored as bytes, answered; whatever else is wrong is for later."""

import hashlib
from contextlib import suppress

import pytest
from django.db import (
    InterfaceError,
    OperationalError,
    connection,
)
from django.test import Client, RequestFactory

from campaigns.models import Conversion
from linktracker.simulator.chance import Chance
from linktracker.simulator.single import single_payment
from linktracker.webhook_lane import with_webhook_lane
from reconciliation.models import InboxEvent
from tests.factories import PAYMENT_LINK
from tests.stripe_events import drain
from tests.web.webhook.door import PATH, SECRET, LaneClient, event, send, stored


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
