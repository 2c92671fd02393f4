"""Deliveries are signed as Stripe signs, arrive late and twice, and give up only in the end."""

import threading
from collections import Counter
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from linktracker.simulator.deliver import TRIES, BadDestination, post_all, schedule, sign

SECRET = "whsec_test_secret"


@pytest.mark.parametrize(
    ("secret", "body", "signature"),
    [
        (
            *(SECRET, '{"id":"evt_1","object":"event"}'),
            "0c8670ed117751cc551a20e35839447075c42800ea3cf3e8a2fbda99cd1e6edd",
        ),
        (
            *(SECRET, '{"id": "evt_1", "object": "event"}'),
            "86d195bdf7fa8d2a41b621d0367baa5f34b0c4861d35227c2012edbaf25cf1a2",
        ),
        (
            *("whsec_old", '{"id":"evt_1","object":"event"}'),
            "9119b75c4afa8bb5f71433cb34179a57aa261c58b80b417f1f537251b0cd38a8",
        ),
        (
            *(SECRET, '{"id":"evt_1","object":"event","x":"é"}'),
            "d7705df1017b0566ecf1aa3225a743153fd234d29cc0572e019de72cdf9d2060",
        ),
    ],
)
def test_a_body_is_signed_as_stripes_own_library_signs_it(secret, body, signature):
    assert sign(body.encode(), secret, 1_700_000_000) == f"t=1700000000,v1={signature}"


def test_without_rate_and_window_everything_arrives_once_and_in_order():
    assert schedule("abc", seed=1, duplicate_rate=0, shuffle_window=0) == ("a", "b", "c")


def test_repeats_are_added_and_nothing_is_lost():
    arrived = Counter(schedule(range(500), seed=1, duplicate_rate=0.2, shuffle_window=20))
    assert set(arrived) == set(range(500))
    assert 60 < sum(count == 2 for count in arrived.values()) < 140
    assert max(arrived.values()) == 2


def test_nothing_moves_further_than_the_window():
    arrived = schedule(range(300), seed=1, duplicate_rate=0, shuffle_window=10)
    assert arrived != tuple(range(300))
    assert all(abs(place - number) <= 10 for place, number in enumerate(arrived))


def test_one_seed_gives_one_schedule():
    plan: dict[str, Any] = {"duplicate_rate": 0.3, "shuffle_window": 30}
    first = schedule(range(50), seed=1, **plan)
    assert first == schedule(range(50), seed=1, **plan)
    assert first != schedule(range(50), seed=2, **plan)


@contextmanager
def server(statuses):
    """Answers each body with the next of its statuses, the last one for ever; notes what came."""
    came: list[tuple[bytes, str]] = []

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            came.append((body, self.headers["Stripe-Signature"]))
            tries = sum(earlier == body for earlier, _ in came)
            status = statuses[min(tries, len(statuses)) - 1]
            if status is None:
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as listening:
        thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{listening.server_port}/webhooks/stripe/", came
        listening.shutdown()
        thread.join()


def post(url, bodies, pauses=None):
    return post_all(
        url,
        bodies,
        secret=SECRET,
        clock=lambda: 1_700_000_000.9,
        pause=[].append if pauses is None else pauses.append,
        connections=2,
    )


def test_every_body_arrives_once_with_its_signature():
    bodies = [b'{"id":"evt_%d"}' % number for number in range(5)]
    with server([200]) as (url, came):
        report = post(url, bodies)
    assert sorted(came) == sorted((body, sign(body, SECRET, 1_700_000_000)) for body in bodies)
    assert (report.accepted, report.refused, report.seconds) == (5, 0, 0)


@pytest.mark.parametrize("status", [400, 404, 500, 301])
def test_an_answer_that_is_no_503_is_final(status):
    with server([status]) as (url, came):
        report = post(url, [b"{}"])
    assert (report.accepted, report.refused, report.unreached, len(came)) == (0, 1, 0, 1)


@pytest.mark.parametrize("trouble", [503, None])
def test_a_busy_or_broken_server_is_tried_again(trouble):
    pauses: list[float] = []
    with server([trouble, trouble, 200]) as (url, came):
        report = post(url, [b"{}"], pauses)
    assert (report.accepted, len(came), pauses) == (1, 3, [0.05, 0.1])


def test_a_server_that_stays_busy_is_given_up_in_the_end():
    pauses: list[float] = []
    with server([503]) as (url, came):
        report = post(url, [b"{}"], pauses)
    assert (report.refused, report.unreached, len(came)) == (1, 0, TRIES)
    assert max(pauses) == 1.0


def test_a_server_that_never_answers_is_told_from_one_that_refuses():
    with server([400]) as (url, _):
        pass
    report = post(url, [b"{}", b"{}", b"{}"])
    assert (report.accepted, report.refused, report.unreached) == (0, 3, 3)


def test_nothing_to_send_is_no_trouble():
    assert post("http://127.0.0.1:9/", []).accepted == 0


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "http://example.com/",
        "http://127.0.0.1.example.com/",
        "http:///webhooks/",
        "ftp://localhost/",
    ],
)
def test_only_the_own_machine_may_be_told_invented_events(url):
    with pytest.raises(BadDestination, match="plain HTTP"):
        post(url, [b"{}"])
