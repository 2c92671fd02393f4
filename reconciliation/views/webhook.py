"""Stripe's door: verify, store the bytes, answer. Everything else happens later.

One text answers every fault of a signature, so that nobody learns which part was wrong.
"""

import logging
import time
from functools import lru_cache

from django.db import Error
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from linktracker.access import public
from linktracker.lib.stripe_secrets import UnsafeSecretsFile, stripe_secret
from reconciliation.actions import inbox
from reconciliation.core import signature

logger = logging.getLogger(__name__)

LARGEST_BODY = 1_048_576
MOST_DIGITS = 15  # of a declared length: a petabyte


@public
@csrf_exempt
def webhook(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})
    if (length := _declared_length(request)) is None:
        return _refusal()
    if length > LARGEST_BODY:
        return _too_large()
    try:
        body = request.read(LARGEST_BODY + 1)
        secrets = configured_secrets(stripe_secret("STRIPE_WEBHOOK_SECRETS"))
    except UnreadablePostError:
        return _refusal()
    except (UnsafeSecretsFile, signature.BadSecret) as problem:
        logger.error("webhook.misconfigured %s", problem)  # noqa: TRY400 - no secret in a traceback
        return _try_again()
    if len(body) > LARGEST_BODY:
        return _too_large()
    header = request.META.get("HTTP_STRIPE_SIGNATURE")
    verdict = signature.check(header, body, secrets, int(time.time()))
    if verdict.secret is None or not verdict.ok:
        logger.warning("webhook.rejected cause=%s size=%d", verdict.cause, len(body))
        return _refusal()
    return _store(body, verdict.secret, secrets.index(verdict.secret), verdict.skew)


@lru_cache(maxsize=4)
def configured_secrets(text: str) -> tuple[signature.Secret, ...]:
    return signature.parse_secrets(text)


def _store(body: bytes, secret: signature.Secret, position: int, skew: int | None) -> HttpResponse:
    try:
        stored = inbox.store_delivery(
            body=body, secret=position, secret_livemode=secret.livemode, at=timezone.now()
        )
    except Error:
        logger.exception("webhook.not_stored")
        return _try_again()
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
    return _answer(b'{"received":true}')


def _declared_length(request: HttpRequest) -> int | None:
    declared = request.META.get("CONTENT_LENGTH") or "0"
    is_number = declared.isascii() and declared.isdigit() and len(declared) <= MOST_DIGITS
    return int(declared) if is_number else None


def _refusal() -> HttpResponse:
    return _answer(b'{"error":"invalid_signature"}', 400)


def _too_large() -> HttpResponse:
    return _answer(b'{"error":"too_large"}', 413)


def _try_again() -> HttpResponse:
    answer = _answer(b'{"error":"try_again"}', 503)
    answer["Retry-After"] = "10"
    return answer


def _answer(body: bytes, status: int = 200) -> HttpResponse:
    """The bytes of the contract, the same for everybody."""
    return HttpResponse(body, status=status, content_type="application/json")
