"""Stripe's door: verify, store the bytes, answer. Everything else happens later.

One text answers every fault of a signature, so that nobody learns which part was wrong.
"""

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from linktracker.access import answers, public
from linktracker.lib.rejections import Line, Rejections, network_of
from linktracker.lib.stripe_secrets import UnsafeSecretsFile, stripe_secret
from reconciliation.actions import inbox
from reconciliation.core import signature

logger = logging.getLogger(__name__)

LARGEST_BODY = 1_048_576
MOST_DIGITS = 15  # of a declared length: a petabyte


@dataclass(frozen=True)
class Answer:
    """The bytes of the contract, the same for everybody."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


RECEIVED = Answer(200, b'{"received":true}')
REFUSED = Answer(400, b'{"error":"invalid_signature"}')
TOO_LARGE = Answer(413, b'{"error":"too_large"}')
TRY_AGAIN = Answer(503, b'{"error":"try_again"}', {"Retry-After": "10"})
RATE_LIMITED = b'{"error":"rate_limited"}'

rejections = Rejections()


@public
@csrf_exempt
@answers("POST")
def webhook(request: HttpRequest) -> HttpResponse:
    answer = receive(request.META, request.read)
    return HttpResponse(
        answer.body, status=answer.status, content_type="application/json", headers=answer.headers
    )


def receive(environ: Mapping[str, str], read: Callable[[int], bytes]) -> Answer:
    """Answer one POST, given its WSGI variables and how to read so many bytes of its body."""
    began, sender = time.monotonic(), environ.get("REMOTE_ADDR", "")
    length = _declared_length(environ)
    if length is None:
        return _refuse("length", sender, began)
    if length > LARGEST_BODY:
        _refuse("size", sender, began)
        return TOO_LARGE
    try:
        body = read(length)
        secrets = configured_secrets(stripe_secret("STRIPE_WEBHOOK_SECRETS"))
    except OSError:
        return _refuse("upload", sender, began)
    except (UnsafeSecretsFile, signature.BadSecret) as problem:
        logger.error("webhook.misconfigured %s", problem)  # noqa: TRY400 - no secret in a traceback
        return TRY_AGAIN
    if len(body) < length:
        return _refuse("upload", sender, began)
    header = environ.get("HTTP_STRIPE_SIGNATURE")
    verdict = signature.check(header, body, secrets, int(time.time()))
    if verdict.secret is None or verdict.cause:
        return _refuse(verdict.cause or "signature", sender, began)
    _tell(rejections.overdue(began))
    stored = _store(body, verdict.secret, secrets.index(verdict.secret))
    if stored is None:
        return TRY_AGAIN
    _tell_stored(
        stored,
        f"size={len(body)} skew_s={verdict.skew} secret={secrets.index(verdict.secret)} "
        f"ms={(time.monotonic() - began) * 1000:.0f} from={network_of(sender)}",
    )
    return RECEIVED


def _refuse(cause: str, sender: str, at: float) -> Answer:
    """One answer for every cause; who sends too many is asked to wait, which tells no cause either."""
    rejection = rejections.note(cause, sender, at)
    _tell(rejection.lines)
    if rejection.wait:
        return Answer(429, RATE_LIMITED, {"Retry-After": str(rejection.wait)})
    return REFUSED


def _tell(lines: Iterable[Line]) -> None:
    for line in lines:
        logger.warning(
            "webhook.rejected cause=%s from=%s count=%d", line.cause, line.sender, line.count
        )


@lru_cache(maxsize=4)
def configured_secrets(text: str) -> tuple[signature.Secret, ...]:
    return signature.parse_secrets(text)


def _store(body: bytes, secret: signature.Secret, position: int) -> inbox.Stored | None:
    """What was kept; None where it could not be made durable."""
    try:
        return inbox.store_delivery(
            body=body, secret=position, secret_livemode=secret.livemode, at=timezone.now()
        )
    except Error:
        logger.exception("webhook.not_stored")
        return None


def _tell_stored(stored: inbox.Stored, beside: str) -> None:
    """A contradiction is an alarm, and so is what was set aside the first time that it came."""
    level, outcome = logging.INFO, "accepted"
    if stored.is_aside and stored.deliveries == 1:
        level, outcome = logging.WARNING, "set_aside"
    if stored.conflict:
        level, outcome = logging.ERROR, "conflict"
    logger.log(
        level,
        "webhook.%s id=%s type=%s deliveries=%d %s",
        outcome,
        stored.source_id,
        _printable(stored.type),
        stored.deliveries,
        beside,
    )


def _printable(type_: str) -> str:
    """A type is Stripe's text, and one line of the log."""
    return type_ if type_.isascii() and type_.isprintable() else ascii(type_)


def _declared_length(environ: Mapping[str, str]) -> int | None:
    declared = environ.get("CONTENT_LENGTH") or "0"
    is_number = declared.isascii() and declared.isdigit() and len(declared) <= MOST_DIGITS
    return int(declared) if is_number else None
