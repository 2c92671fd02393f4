"""Who is believed, and how all others are answered: one at a time and in floods."""

import json
import time

import pytest

from linktracker.lib.rejections import MOST
from reconciliation.core.signature import sign
from reconciliation.models import InboxEvent
from reconciliation.views import webhook
from tests.web.webhook.door import PATH, SECRET, event, now, send


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
