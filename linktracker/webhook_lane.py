"""Stripe's deliveries, answered before Django's request machinery: it costs more than their work.

Whatever is no plain delivery (another path or method, a host that is not ours) goes on to Django,
where the same view stands; the answers are the same bytes. A thread keeps its database connection
from one delivery to the next: to fetch one from the pool, which asks whether it lives, is a fifth
of a delivery. Django gives it back with the thread's next request of another kind.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from reconciliation.views.webhook import Answer, receive

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

PATH = "/webhooks/stripe/"


def with_webhook_lane(django: Application) -> Application:
    """The application that a web server calls."""

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not _is_delivery(environ):
            return django(environ, start_response)
        answer = receive(environ, environ["wsgi.input"].read)
        start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", _headers(answer))
        return [answer.body]

    return application


def _is_delivery(environ: dict[str, Any]) -> bool:
    return (
        environ["PATH_INFO"] == PATH
        and environ["REQUEST_METHOD"] == "POST"
        and _is_ours(environ.get("HTTP_HOST", ""))
    )


@lru_cache(maxsize=64)
def _is_ours(host: str) -> bool:
    domain, _ = split_domain_port(host)
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


def _headers(answer: Answer) -> list[tuple[str, str]]:
    return [
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(answer.body))),
        ("Content-Security-Policy", "default-src 'none'"),
        ("X-Content-Type-Options", "nosniff"),
        *answer.headers.items(),
    ]
