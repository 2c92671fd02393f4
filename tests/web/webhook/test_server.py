"""Stripe's door behind the real web server: what no test client can send."""

import os
import socket
import time
from contextlib import ExitStack

import pytest
from django.db import connection

from linktracker.demo.processes import running, server_command, wait_until_it_answers
from reconciliation.core.signature import sign
from reconciliation.models import InboxEvent

SECRET = "whsec_of_the_real_server"
PATIENCE = 6.0
BODY = (
    b'{"id":"evt_real","object":"event","type":"customer.created","created":1788264000,'
    b'"livemode":false,"data":{"object":{"id":"cus_1","object":"customer"}}}'
)

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("webhook server"),
]


def database_url():
    """The database of the tests, at the address of the one in use."""
    server, _, _ = os.environ["DATABASE_URL"].rpartition("/")
    return f"{server}/{connection.settings_dict['NAME']}"


def free_port():
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return line.getsockname()[1]


@pytest.fixture(scope="module")
def server(django_db_setup):
    """One web server process with four threads, and the tests' own database."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    environment = {
        **{name: os.environ.get(name, "") for name in ("PATH", "SECRET_KEY")},
        "DATABASE_URL": database_url(),
        "PUBLIC_URL": address,
        "STRIPE_WEBHOOK_SECRETS": SECRET,
        "DEMO": "true",
    }
    words = server_command(port, workers=1)
    with running(words, **{k: v for k, v in environment.items() if v}) as process:
        wait_until_it_answers(f"{address}/webhooks/nothing", process)
        yield port
        assert process.poll() is None


def head(port, *lines, signature=None, length=None, method="POST", path="/webhooks/stripe/"):
    """A request's first lines, whatever they say; the body follows."""
    wanted = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", *lines]
    if signature is not None:
        wanted.append(f"Stripe-Signature: {signature}")
    if length is not None:
        wanted.append(f"Content-Length: {length}")
    return ("\r\n".join(wanted) + "\r\n\r\n").encode("latin-1")


def good(body=BODY):
    return sign(body, SECRET, int(time.time()))


def open_line(port):
    line = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    line.settimeout(PATIENCE)
    return line


def answer(line):
    """The status of the first answer; 0 where the line was closed without one."""
    said = b""
    try:
        while b"\r\n\r\n" not in said:
            received = line.recv(65_536)
            if not received:
                break
            said += received
    except ConnectionError:
        pass
    return int(said.split(b" ", 2)[1]) if said.startswith(b"HTTP/1.") else 0


def ask(port, *parts):
    """Send these bytes; a server that closes early has refused the rest."""
    with open_line(port) as line:
        try:
            for part in parts:
                line.sendall(part)
        except ConnectionError:
            return answer(line)
        return answer(line)


def deliver(port, body=BODY):
    return ask(port, head(port, signature=good(body), length=len(body)), body)


def test_a_delivery_is_taken(server):
    assert deliver(server) == 200
    assert bytes(InboxEvent.objects.get().body) == BODY


MEBIBYTE = b"a" * (1024 * 1024 + 1024)


@pytest.mark.parametrize("signature", [None, "good"])
def test_a_body_over_a_mebibyte_is_refused_before_long(server, signature):
    """WH-40."""
    began = time.monotonic()
    header = good(MEBIBYTE) if signature else None
    assert ask(server, head(server, signature=header, length=len(MEBIBYTE)), MEBIBYTE) in {
        400,
        413,
        0,
    }
    assert time.monotonic() - began < PATIENCE
    assert not InboxEvent.objects.exists()


def test_a_declared_terabyte_is_refused_at_once(server):
    """WH-40."""
    began = time.monotonic()
    assert ask(server, head(server, signature=good(), length=10**12), BODY) in {400, 413, 0}
    assert time.monotonic() - began < PATIENCE


@pytest.mark.parametrize(
    "lines",
    [
        [f"Content-Length: {len(BODY)}", "Content-Length: 5"],
        [f"Content-Length: {len(BODY)}", "Transfer-Encoding: chunked"],
        ["Content-Length: -1"],
        ["Content-Length: +5"],
        ["Content-Length: five"],
        ["Content-Length: 5, 5"],
        ["Transfer-Encoding: chunked, gzip"],
    ],
    ids=["two lengths", "length and chunked", "negative", "plus", "word", "list", "gzip last"],
)
def test_a_length_that_contradicts_itself_gets_nothing_in(server, lines):
    """WH-41."""
    status = ask(server, head(server, *lines, signature=good()), BODY)
    assert status == 0 or 400 <= status < 500
    assert not InboxEvent.objects.exists()
    assert deliver(server) == 200


def test_a_shorter_body_than_declared_gets_nothing_in(server):
    """WH-41: the sender goes before all is there."""
    with open_line(server) as line:
        line.sendall(head(server, signature=good(), length=len(BODY) + 10) + BODY)
        line.shutdown(socket.SHUT_WR)
        status = answer(line)
    assert status == 0 or 400 <= status < 500
    assert not InboxEvent.objects.exists()


def test_a_declared_length_shorter_than_the_body_is_another_body(server):
    """WH-41."""
    status = ask(server, head(server, signature=good(), length=5), BODY)
    assert status == 400
    assert not InboxEvent.objects.exists()


def test_stalled_uploads_hold_up_no_delivery(server):
    """WH-42: three of the four threads wait for somebody who says nothing more."""
    with ExitStack() as stack:
        for _ in range(3):
            line = stack.enter_context(open_line(server))
            line.sendall(head(server, signature=good(), length=len(BODY)) + BODY[:20])
        time.sleep(0.3)
        began = time.monotonic()
        assert deliver(server) == 200
        assert time.monotonic() - began < PATIENCE
    assert InboxEvent.objects.count() == 1


@pytest.mark.parametrize("body", [BODY, b""], ids=["event", "nothing"])
def test_a_chunked_body_is_no_redirect_and_no_failure(server, body):
    """WH-43: what has no length is read as empty, so no signature of a body fits it."""
    chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body) if body else b"0\r\n\r\n"
    status = ask(server, head(server, "Transfer-Encoding: chunked", signature=good(body)), chunks)
    assert status in ({400} if body else {200, 400})
    assert not InboxEvent.objects.filter(source_id="evt_real").exists()


def test_two_signature_headers_are_not_two_chances(server):
    """WH-11."""
    lines = [f"Stripe-Signature: {good()}", f"Stripe-Signature: {good()}"]
    status = ask(server, head(server, *lines, length=len(BODY)), BODY)
    assert status == 400
    assert not InboxEvent.objects.exists()


@pytest.mark.parametrize("size", [5_000, 60_000, 600_000])
def test_a_huge_header_is_refused_or_the_line_closed(server, size):
    """WH-11."""
    status = ask(server, head(server, signature=good() + "," + "x" * size, length=len(BODY)), BODY)
    assert status in {400, 413, 431, 0}
    assert not InboxEvent.objects.exists()


@pytest.mark.parametrize("byte", ["\x01", "\x7f", "\xe9", "\xff", "\x00", "\r", "\n"])
def test_an_odd_byte_in_the_header_is_refused(server, byte):
    """WH-09."""
    status = ask(server, head(server, signature=good() + byte, length=len(BODY)), BODY)
    assert status in ({0, 400} if byte != "\n" else {0, 200, 400})
    assert deliver(server) == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "TRACE", "PROPFIND"])
def test_other_methods_are_refused_by_the_real_server_too(server, method):
    """WH-44."""
    status = ask(server, head(server, signature=good(), length=len(BODY), method=method), BODY)
    assert status in {405, 400}
    assert not InboxEvent.objects.exists()


@pytest.mark.parametrize(
    "path",
    ["/webhooks/stripe/%00", "/webhooks/stripe/%ff", "/webhooks/stripe//",
     "/webhooks/stripe/../stripe/x", "/webhooks/stripe/" + "a" * 2000, "/webhooks/stripe/x"],
)  # fmt: skip
def test_paths_below_are_not_found(server, path):
    """WH-14."""
    status = ask(server, head(server, signature=good(), length=len(BODY), path=path), BODY)
    assert status in {400, 404}
    assert not InboxEvent.objects.exists()


def test_pipelined_requests_are_answered_each_for_itself(server):
    one = head(server, signature=good(), length=len(BODY)) + BODY
    bad = head(server, signature="junk", length=len(BODY)) + BODY
    last = head(server, "Connection: close", signature=good(), length=len(BODY)) + BODY
    said = b""
    with open_line(server) as line:
        line.sendall(one + bad + last)
        while received := line.recv(65_536):
            said += received
    assert [part.split(b" ", 1)[0] for part in said.split(b"HTTP/1.1 ")[1:]] == [
        b"200", b"400", b"200",
    ]  # fmt: skip
    assert InboxEvent.objects.get().deliveries == 2


def test_bytes_that_are_no_http_leave_the_server_alive(server):
    for junk in (
        b"\x16\x03\x01\x02\x00",
        b"\x00" * 500,
        b"GET\r\n\r\n",
        b"POST / HTTP/9.9\r\n\r\n",
    ):
        assert ask(server, junk + b"\r\n\r\n") < 500
    assert deliver(server) == 200


def test_a_forged_host_is_refused(server):
    """WH-47."""
    forged = head(server, signature=good(), length=len(BODY)).replace(b"127.0.0.1", b"evil.example")
    assert ask(server, forged, BODY) == 400
    assert not InboxEvent.objects.exists()


def test_the_connection_that_was_asked_is_ours(server):
    """The server writes where this test reads, or the ones above would show nothing."""
    assert deliver(server) == 200
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM reconciliation_inboxevent")
        assert cursor.fetchone() == (1,)
