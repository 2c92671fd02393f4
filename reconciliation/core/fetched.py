"""What was fetched from Stripe: an object as it stood in an answer, and the moment of that answer.

Its source id is the object's id and Stripe's Date in unix seconds, `plink_1@1790000000`. From that
and the bytes alone all that an object taught us is derived again.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from linktracker.lib.json_read import Json, UnreadableJson, items, parse_object, text
from reconciliation.core.events import Event, UnreadableEvent
from reconciliation.core.facts import LATEST_MOMENT, BadShape, object_id

_SOURCE_ID = re.compile("[A-Za-z0-9_]{1,240}@([0-9]{1,12})")


class CannotFetch(Exception):
    """Stripe did not give what was asked for; the message is a sentence for people, without a key."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """One object of an answer, which Stripe gave at `at` (unix seconds)."""

    object_id: str
    livemode: bool
    at: int
    api_version: str
    body: bytes

    @property
    def source_id(self) -> str:
        return f"{self.object_id}@{self.at}"


@dataclass(frozen=True, slots=True)
class Page:
    """Some objects of a list, at least one where `has_more` says that others follow the last."""

    objects: tuple[Fetched, ...]
    has_more: bool


def read_page(raw: bytes, *, object_name: str, livemode: bool, at: int, api_version: str) -> Page:
    """The page of a list that holds objects of this name and mode; CannotFetch for anything else."""
    try:
        body = parse_object(raw)
        has_more = _has_more(body)
        objects = tuple(
            Fetched(_id_of(one, object_name, livemode), livemode, at, api_version, _bytes_of(one))
            for one in items(body, "data")
        )
    except (UnreadableJson, BadShape) as problem:
        raise CannotFetch(f"Stripe's answer cannot be used: {_began_small(problem)}") from None
    if has_more and not objects:
        raise CannotFetch("Stripe's answer cannot be used: its list goes on without an object.")
    return Page(objects, has_more)


def read_fetched(raw: bytes, source_id: str) -> Event:
    """A stored object, as an event that has no type; UnreadableEvent says what is wrong with it."""
    found = _SOURCE_ID.fullmatch(source_id)
    if found is None or int(found[1]) > LATEST_MOMENT:
        raise UnreadableEvent(f"{source_id} does not say when the object was fetched.")
    try:
        fields = parse_object(raw)
    except UnreadableJson as problem:
        raise UnreadableEvent(str(problem)) from None
    livemode = fields.get("livemode")
    if not isinstance(livemode, bool):
        raise UnreadableEvent("The object does not say whether it is test or live (livemode).")
    return Event(source_id, "", None, int(found[1]), livemode, None, fields)


def _has_more(body: Mapping[str, Json]) -> bool:
    has_more = body.get("has_more")
    if text(body, "object") != "list" or not isinstance(has_more, bool):
        raise BadShape("it is not a page of a list.")
    return has_more


def _id_of(one: Json, object_name: str, livemode: bool) -> str:
    """The id of an object that is what was asked for: a test key must never bring live objects."""
    fields: Mapping[str, Json] = one if isinstance(one, dict) else {}
    if text(fields, "object") != object_name:
        raise BadShape(f"it holds something that is no {object_name}.")
    if fields.get("livemode") is not livemode:
        raise BadShape(f"its {object_name} is not of {'live' if livemode else 'test'} mode.")
    return object_id(fields)


def _bytes_of(one: Json) -> bytes:
    """The object on a line, its keys in order: equal objects have equal bytes."""
    return json.dumps(one, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _began_small(problem: Exception) -> str:
    said = str(problem)
    return said[:1].lower() + said[1:]
