"""The web server and the worker of a demo, started and ended together."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE = 30.0  # seconds until a server that does not answer is given up


class DidNotStart(Exception):
    """A process ended, or did not answer in time; the sentence says which."""


def command(*words: str) -> list[str]:
    return [sys.executable, "manage.py", *words]


def server_command(port: int, workers: int = 2) -> list[str]:
    """granian with its WSGI interface, on loopback."""
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1",
        "--port", str(port), "--workers", str(workers), "--blocking-threads", "4",
        "--log-level", "error", "linktracker.wsgi:application",
    ]  # fmt: skip


def refuse_port_in_use(port: int) -> None:
    """Raises `DidNotStart` where another server answers: two on one port would answer in turn."""
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            line.bind(("127.0.0.1", port))
        except OSError:
            raise DidNotStart(f"Port {port} is in use; choose another with PORT=.") from None


def end_with_the_block() -> None:
    """Let a request to terminate unwind like Ctrl+C, so that the processes started here end too."""
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))


@contextmanager
def running(words: list[str], **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that ends, at the latest, with the block."""
    process = subprocess.Popen(words, env={**os.environ, **environment})  # noqa: S603 - our own words
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until_it_answers(url: str, process: subprocess.Popen[bytes]) -> None:
    """Return once the server answers anything at all; raises `DidNotStart`."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            raise DidNotStart("The web server ended at once; is the port in use?")
        try:
            urllib.request.urlopen(url, timeout=2).close()  # noqa: S310 - our own address
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise DidNotStart(f"The web server did not answer within {PATIENCE:.0f} seconds.")
