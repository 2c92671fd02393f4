"""Stripe's door: verify, store the bytes, answer. Everything else happens later.

One text answers every fault of a signature, so that nobody learns which part was wrong.
"""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from linktracker.access import public
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


@public
@csrf_exempt
def webhook(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})
    answer = receive(request.META, request.read)
    return HttpResponse(
        answer.body, status=answer.status, content_type="application/json", headers=answer.headers
    )


def receive(environ: Mapping[str, str], read: Callable[[int], bytes]) -> Answer:
    """Answer one POST, given its WSGI variables and how to read so many bytes of its body."""
    length = _declared_length(environ)
    if length is None:
        return REFUSED
    if length > LARGEST_BODY:
        return TOO_LARGE
    try:
        body = read(length)
        secrets = configured_secrets(stripe_secret("STRIPE_WEBHOOK_SECRETS"))
    except OSError:
        return REFUSED
    except (UnsafeSecretsFile, signature.BadSecret) as problem:
        logger.error("webhook.misconfigured %s", problem)  # noqa: TRY400 - no secret in a traceback
        return TRY_AGAIN
    header = environ.get("HTTP_STRIPE_SIGNATURE")
    verdict = signature.check(header, body, secrets, int(time.time()))
    if verdict.secret is None or not verdict.ok:
        logger.warning("webhook.rejected cause=%s size=%d", verdict.cause, len(body))
        return REFUSED
    return _store(body, verdict.secret, secrets.index(verdict.secret), verdict.skew)


@lru_cache(maxsize=4)
def configured_secrets(text: str) -> tuple[signature.Secret, ...]:
    return signature.parse_secrets(text)


def _store(body: bytes, secret: signature.Secret, position: int, skew: int | None) -> Answer:
    try:
        stored = inbox.store_delivery(
            body=body, secret=position, secret_livemode=secret.livemode, at=timezone.now()
        )
    except Error:
        logger.exception("webhook.not_stored")
        return TRY_AGAIN
    logger.log(
        logging.ERROR if stored.conflict else logging.INFO,
        "webhook.%s id=%s type=%s deliveries=%d size=%d skew_s=%s secret=%d",
        "conflict" if stored.conflict else "accepted",
        stored.source_id,
        stored.type,
        stored.deliveries,
        len(body),
        skew,
        position,
    )
    return RECEIVED


def _declared_length(environ: Mapping[str, str]) -> int | None:
    declared = environ.get("CONTENT_LENGTH") or "0"
    is_number = declared.isascii() and declared.isdigit() and len(declared) <= MOST_DIGITS
    return int(declared) if is_number else None
