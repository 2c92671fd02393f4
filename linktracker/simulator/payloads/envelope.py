"""The Event around an object, and the bytes that Stripe would post."""

import json

from linktracker.simulator.payloads.facts import JsonObject

NOBODY: JsonObject = {"id": None, "idempotency_key": None}  # a buyer on Stripe's page asked no API
write = json.JSONEncoder(ensure_ascii=False, indent=2).encode


def event(
    event_id: str,
    event_type: str,
    obj: JsonObject,
    *,
    created: int,
    livemode: bool,
    version: str,
    request: JsonObject = NOBODY,
    previous: JsonObject | None = None,
) -> JsonObject:
    """A snapshot event; `previous` holds the old values of an `….updated` one."""
    body: JsonObject = {"object": obj}
    if previous is not None:
        body["previous_attributes"] = previous
    return {
        "id": event_id,
        "object": "event",
        "api_version": version,
        "created": created,
        "data": body,
        "livemode": livemode,
        "pending_webhooks": 1,
        "request": request,
        "type": event_type,
    }


def encode(value: JsonObject) -> bytes:
    """UTF-8, two spaces a level."""
    return write(value).encode()
