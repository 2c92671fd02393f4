"""From bodies to a running server, as Stripe does it: signed, repeated, out of order, in parallel."""

import hashlib
import hmac
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import TypeVar
from urllib.parse import urlsplit

from linktracker.simulator.chance import Chance

Thing = TypeVar("Thing")

LOOPBACK = ("127.0.0.1", "localhost")
TRIES = 40  # of one body, while the server says 503 or cannot be reached
BUSY = 503
UNREACHED = 0  # for a status, where nothing answered
LONGEST_PAUSE = 1.0  # seconds
TIMEOUT = 30.0  # seconds


class BadDestination(ValueError):
    """The address is not one that simulated events may be sent to."""


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """How many bodies were answered 2xx, how many were not in the end, and the time it took.

    `unreached` are those of the refused that were never answered at all.
    """

    accepted: int
    refused: int
    unreached: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Destination:
    """Where to post and how to sign; `clock` gives unix seconds, `pause` waits for some."""

    host: str
    port: int
    path: str
    secret: str
    clock: Callable[[], float]
    pause: Callable[[float], None]
    tries: int

    def connect(self) -> HTTPConnection:
        return HTTPConnection(self.host, self.port, timeout=TIMEOUT)


def sign(body: bytes, secret: str, at: int) -> str:
    """The `Stripe-Signature` header for `body` at `at` (unix seconds).

    Rule: https://docs.stripe.com/webhooks#verify-manually; the key is the secret as text,
    `whsec_` included.
    """
    signed = hmac.new(secret.encode(), b"%d." % at + body, hashlib.sha256)
    return f"t={at},v1={signed.hexdigest()}"


def schedule(
    things: Sequence[Thing], *, seed: int, duplicate_rate: float, shuffle_window: int
) -> tuple[Thing, ...]:
    """`things` as they arrive: some twice, none further than `shuffle_window` places late."""
    chance = Chance(f"schedule {seed}")
    arrivals: list[tuple[float, int]] = []
    for place in range(len(things)):
        arrivals.append((place + chance.fraction(f"{place}") * shuffle_window, place))
        if chance.happens(f"again {place}", duplicate_rate):
            late = place + chance.fraction(f"late {place}") * shuffle_window
            arrivals.append((late, place))
    return tuple(things[place] for _, place in sorted(arrivals))


def post_all(
    url: str,
    bodies: Sequence[bytes],
    *,
    secret: str,
    clock: Callable[[], float] = time.time,
    pause: Callable[[float], None] = time.sleep,
    connections: int = 4,
    tries: int = TRIES,
    allowed_hosts: Collection[str] = LOOPBACK,
) -> DeliveryReport:
    """Post every body over a few kept-open connections, each signed at the moment it leaves.

    A 503 or a broken connection is tried again, `tries` times in all; another answer is final.
    Raises BadDestination for anything but plain HTTP to one of `allowed_hosts`.
    """
    destination = Destination(*_address(url, allowed_hosts), secret, clock, pause, tries)
    begun = clock()
    stripes = [bodies[first::connections] for first in range(connections)]
    with ThreadPoolExecutor(connections) as pool:
        answers = pool.map(lambda stripe: _post_stripe(destination, stripe), stripes)
        statuses = [status for stripe in answers for status in stripe]
    accepted = sum(200 <= status < 300 for status in statuses)
    unreached = statuses.count(UNREACHED)
    return DeliveryReport(accepted, len(bodies) - accepted, unreached, clock() - begun)


def _address(url: str, allowed_hosts: Collection[str]) -> tuple[str, int, str]:
    """Host, port and path of an address that may be posted to."""
    parts = urlsplit(url)
    if parts.scheme != "http" or parts.hostname is None or parts.hostname not in allowed_hosts:
        raise BadDestination(f"{url} is not plain HTTP to {' or '.join(allowed_hosts)}.")
    return parts.hostname, parts.port or 80, parts.path or "/"


def _post_stripe(destination: Destination, bodies: Sequence[bytes]) -> list[int]:
    """The last status of each of `bodies` over one connection."""
    with closing(destination.connect()) as connection:
        return [_post(destination, connection, body) for body in bodies]


def _post(destination: Destination, connection: HTTPConnection, body: bytes) -> int:
    status = UNREACHED
    for pause in _pauses(destination.tries):
        status = _try(destination, connection, body)
        if status not in (BUSY, UNREACHED):
            break
        destination.pause(pause)
    return status


def _pauses(tries: int) -> Iterator[float]:
    """Seconds to wait after each try: doubling from a twentieth up to LONGEST_PAUSE."""
    return (min(LONGEST_PAUSE, 0.05 * 2**number) for number in range(tries))


def _try(destination: Destination, connection: HTTPConnection, body: bytes) -> int:
    """The status of one try; UNREACHED where the connection broke, and the next opens it anew."""
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Stripe-Signature": sign(body, destination.secret, int(destination.clock())),
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
    }
    try:
        connection.request("POST", destination.path, body=body, headers=headers)
        with connection.getresponse() as answer:
            answer.read()
            return answer.status
    except (OSError, HTTPException):
        connection.close()
        return UNREACHED
