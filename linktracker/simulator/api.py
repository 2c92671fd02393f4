"""The simulated account's API on loopback, for Stripe's own library to call, in whatever mood it is."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

from linktracker.simulator.account import Answer, SimAccount, given, refusal
from linktracker.simulator.payloads import NEWEST

LONGEST_HANG = 60.0  # seconds


class Mood(StrEnum):
    """How the API behaves."""

    FINE = "fine"
    BUSY = "busy"  # 429, with the seconds to wait
    BROKEN = "broken"  # 500
    HANG = "hang"  # nothing comes
    RESET = "reset"  # the connection ends without an answer
    GARBAGE = "garbage"  # 200, and no JSON
    EMPTY = "empty"  # 200, and nothing
    WRONG_OBJECT = "wrong object"  # 200, and something else
    NO_DATE = "no date"
    TRICKLE = "trickle"  # a byte at a time, without end
    BROKEN_OFF = "broken off"  # half an answer


@dataclass
class SimApi:
    """The running API. `mood` holds for the next `lasts` calls, or for ever where that is None."""

    account: SimAccount
    clock: Callable[[], float] = time.time
    mood: Mood = Mood.FINE
    lasts: int | None = None
    retry_after: int = 1
    calls: list[str] = field(default_factory=list)
    base: str = ""
    ending: Event = field(default_factory=Event)

    def be(self, mood: Mood, lasts: int | None = None) -> None:
        self.mood, self.lasts = mood, lasts

    def mood_now(self) -> Mood:
        """The mood for one call, which is counted."""
        if self.lasts is None:
            return self.mood
        if self.lasts == 0:
            return Mood.FINE
        self.lasts -= 1
        return self.mood


@contextmanager
def running(api: SimApi, port: int = 0) -> Iterator[SimApi]:
    """Serve on 127.0.0.1 until the block ends; any free port where none is asked for."""
    server = ThreadingHTTPServer(("127.0.0.1", port), _handler(api))
    server.daemon_threads = True
    api.base = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield api
    finally:
        api.ending.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(api: SimApi) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            api.calls.append(self.path)
            mood = api.mood_now()
            if mood is Mood.HANG:
                api.ending.wait(LONGEST_HANG)
            if mood in {Mood.HANG, Mood.RESET}:
                self.close_connection = True
                return
            self._send(_answer(api, mood, self.path, self._key()), mood)

        def _key(self) -> str:
            return self.headers.get("Authorization", "").removeprefix("Bearer ")

        def _send(self, answer: Answer, mood: Mood) -> None:
            self.send_response_only(answer.status)
            if mood is not Mood.NO_DATE:
                self.send_header("Date", formatdate(api.clock(), usegmt=True))
            if mood is Mood.BUSY:
                self.send_header("Retry-After", str(api.retry_after))
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer.body)))
            self.send_header("Request-Id", f"req_{len(api.calls):014d}")
            self.send_header("Stripe-Version", NEWEST)
            self.end_headers()
            if mood is Mood.TRICKLE:
                self._trickle(answer.body)
            elif mood is Mood.BROKEN_OFF:
                self.wfile.write(answer.body[: len(answer.body) // 2])
                self.close_connection = True
            else:
                self.wfile.write(answer.body)

        def _trickle(self, body: bytes) -> None:
            """A byte at a time, until the other side has had enough."""
            for place in range(len(body)):
                try:
                    self.wfile.write(body[place : place + 1])
                except OSError:
                    break
                if api.ending.wait(0.02):
                    break
            self.close_connection = True

        def log_message(self, *args: object) -> None:
            """The terminal belongs to whoever started this."""

    return Handler


def _answer(api: SimApi, mood: Mood, target: str, key: str) -> Answer:
    match mood:
        case Mood.BUSY:
            return refusal(429, "Too many requests")
        case Mood.BROKEN:
            return refusal(500, "An unknown error occurred")
        case Mood.GARBAGE:
            return Answer(200, b"<html>\xff not JSON</html>")
        case Mood.EMPTY:
            return Answer(200, b"")
        case Mood.WRONG_OBJECT:
            return given({"object": "balance", "available": [], "livemode": False})
        case _:
            return api.account.answer(target, key)
