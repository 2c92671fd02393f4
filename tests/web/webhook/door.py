"""Deliveries, signed as Stripe would, by both ways to the door."""

import json
import time

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.http.response import ResponseHeaders
from django.test import Client

from linktracker.webhook_lane import with_webhook_lane
from reconciliation.core.signature import sign
from reconciliation.models import InboxEvent

PATH = "/webhooks/stripe/"
SECRET = "whsec_ours"


class LaneClient(Client):
    """A test client whose deliveries take the way that the web server's take.

    What the lane does not take goes to Django.
    """

    def __init__(self):
        super().__init__(HTTP_HOST="testserver")
        self.django, self.handler = self.handler, self.answer

    def answer(self, environ):
        response = HttpResponse()
        response.wsgi_request = WSGIRequest(environ)

        def start(status, headers):
            response.status_code = int(status.split()[0])
            response.headers = ResponseHeaders(dict(headers))

        lane = with_webhook_lane(lambda environ, start: self.django(environ))
        answered = lane(environ, start)
        if isinstance(answered, HttpResponse):
            return answered
        response.content = b"".join(answered)
        return response


def event(**changes):
    """An event of a type that is kept, so that nothing but the envelope matters."""
    return json.dumps({
        "id": "evt_1", "object": "event", "type": "customer.created", "created": 1_788_264_000,
        "livemode": False, "api_version": "2026-10-28.endive",
        "data": {"object": {"id": "cus_1", "object": "customer"}}, **changes,
    }).encode()  # fmt: skip


def now():
    return int(time.time())


def send(client, body, *, header=None, secret=SECRET, path=PATH, **extra):
    header = sign(body, secret, now()) if header is None else header
    extra = {"content_type": "application/json", "HTTP_STRIPE_SIGNATURE": header, **extra}
    return client.post(path, data=body, **extra)


def stored():
    return InboxEvent.objects.get()
