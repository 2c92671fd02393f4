"""Events: from the bytes that Stripe sent to observations of the objects in them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from linktracker.lib.json_read import (
    Json,
    UnreadableJson,
    integer,
    items,
    mapping,
    parse_object,
    text,
)
from reconciliation.core.event_types import EVENT_TYPES, outcome
from reconciliation.core.facts import LATEST_MOMENT, BadShape, Kind, Source, object_id
from reconciliation.core.fold import Observation
from reconciliation.core.objects import KINDS, KINDS_BY_OBJECT

LONGEST_TYPE: Final = 500
LONGEST_BUYER_TEXT: Final = 320

EXPANDABLE: Final = ("payment_intent", "latest_charge", "charge", "invoice", "payment_link")
"""Relations that hold an id, or the whole object where somebody asked Stripe to expand it."""
LISTS: Final = ("charges", "refunds", "payments")
"""Lists that some API versions embed: an intent's charges, a charge's refunds."""

_EVENT_ID = re.compile("evt_[A-Za-z0-9_]{1,250}")
_COUNTRY = re.compile("[A-Za-z]{2}")


class UnreadableEvent(Exception):
    """The bytes are no event that we can fold; the message is a sentence for people."""


@dataclass(frozen=True, slots=True)
class Event:
    """The envelope of an event, and the object that it is about.

    A thin event names an object without holding it. An object that was fetched has no event of
    its own: it stands in one without a type (`core/fetched.py`).
    """

    id: str
    type: str
    api_version: str | None
    created: int
    livemode: bool
    account: str | None
    object: Mapping[str, Json]
    is_thin: bool = False

    @property
    def is_kept(self) -> bool:
        """Whether it is stored for a later version that folds its type, or its kind of object."""
        if self.type:
            return outcome(self.type) == "kept"
        return text(self.object, "object") not in KINDS_BY_OBJECT


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who paid: kept apart from all facts, so that it can be erased while the money stays."""

    name: str | None
    email: str | None
    country: str | None
    """Two letters (ISO 3166-1)."""


def read_event(raw: bytes) -> Event:
    """The event in a webhook's body; UnreadableEvent says what is wrong with it."""
    body = _parse(raw)
    is_thin = text(body, "object") == "v2.core.event"
    return Event(
        id=_event_id(body),
        type=_event_type(body),
        api_version=text(body, "api_version"),
        created=_thin_created(body) if is_thin else _created(body),
        livemode=_livemode(body),
        account=_account(body),
        object={} if is_thin else _object(body),
        is_thin=is_thin,
    )


def read_event_id(raw: bytes) -> str:
    """The event's id alone; UnreadableEvent where the bytes are no JSON object with one."""
    return _event_id(_parse(raw))


def observations_of(event: Event, source_id: str, fetched: bool = False) -> tuple[Observation, ...]:
    """What the event says: of its object first, then of objects that are embedded in it.

    A type that we do not fold gives none; an object of the wrong shape is an UnreadableEvent.
    """
    kind = _kind_of(event)
    if kind is None:
        return ()
    seen: dict[tuple[str, str], Observation] = {}
    try:
        for fields in _objects_within(event.object):
            observation = _observe(event, fields, source_id, fetched)
            seen.setdefault((observation.kind, observation.object_id), observation)
    except BadShape as problem:
        raise UnreadableEvent(f"The {kind.object_name} cannot be read: {problem}") from None
    return tuple(seen.values())


def read_buyer(event: Event) -> Buyer | None:
    """Who paid, as a Checkout Session says it; None for other objects, and where it says nothing."""
    if text(event.object, "object") != "checkout.session":
        return None
    details = mapping(event.object, "customer_details") or {}
    country = text(mapping(details, "address") or {}, "country") or ""
    buyer = Buyer(
        name=_one_line(text(details, "name")),
        email=_one_line(text(details, "email") or text(event.object, "customer_email")),
        country=country.upper() if _COUNTRY.fullmatch(country) else None,
    )
    return None if buyer == Buyer(None, None, None) else buyer


def _parse(raw: bytes) -> dict[str, Json]:
    try:
        return parse_object(raw)
    except UnreadableJson as problem:
        raise UnreadableEvent(str(problem)) from None


def _event_id(body: Mapping[str, Json]) -> str:
    found = text(body, "id")
    if found is None or not _EVENT_ID.fullmatch(found):
        raise UnreadableEvent("The event has no id of the form evt_….")
    return found


def _event_type(body: Mapping[str, Json]) -> str:
    found = text(body, "type")
    if not found or len(found) > LONGEST_TYPE:
        raise UnreadableEvent(f"The event has no type of 1 to {LONGEST_TYPE} characters.")
    return found


def _created(body: Mapping[str, Json]) -> int:
    found = integer(body, "created")
    if found is None or not 0 <= found <= LATEST_MOMENT:
        raise UnreadableEvent("The event's created is not a moment in unix seconds.")
    return found


def _thin_created(body: Mapping[str, Json]) -> int:
    """Thin events write their moment as ISO 8601, with its zone."""
    try:
        found = datetime.fromisoformat(text(body, "created") or "")
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise UnreadableEvent("The thin event's created is not a moment with a time zone.")
    return int(found.timestamp())


def _livemode(body: Mapping[str, Json]) -> bool:
    """Test and live money never meet, so an event that does not say which it is is refused."""
    found = body.get("livemode")
    if not isinstance(found, bool):
        raise UnreadableEvent("The event does not say whether it is test or live (livemode).")
    return found


def _account(body: Mapping[str, Json]) -> str | None:
    """The connected account an event belongs to; nonsense is refused, since null means ours."""
    found = body.get("account")
    if found is not None and not isinstance(found, str):
        raise UnreadableEvent("The event's account is not an id.")
    return found


def _object(body: Mapping[str, Json]) -> dict[str, Json]:
    found = mapping(mapping(body, "data") or {}, "object")
    if found is None:
        raise UnreadableEvent("The event holds no object (data.object).")
    return found


def _kind_of(event: Event) -> Kind | None:
    """The kind of the event's object, by the event's type; a fetched object's by its own name."""
    if not event.type:
        return KINDS_BY_OBJECT.get(text(event.object, "object") or "")
    subject = EVENT_TYPES.get(event.type)
    if subject is None or event.is_thin:
        return None
    kind = KINDS[subject.kind]
    if text(event.object, "object") != kind.object_name:
        raise UnreadableEvent(f"{event.type} should hold a {kind.object_name}.")
    return kind


def _objects_within(fields: Mapping[str, Json]) -> Iterator[Mapping[str, Json]]:
    """The object and all whole objects of our kinds inside it, whatever the API version put there."""
    yield fields
    related = [fields[key] for key in EXPANDABLE if key in fields]
    listed = [items(mapping(fields, key) or {}, "data") for key in LISTS if key in fields]
    for inner in (*related, *(one for entries in listed for one in entries)):
        if isinstance(inner, dict) and text(inner, "object") in KINDS_BY_OBJECT:
            yield from _objects_within(inner)


def _observe(
    event: Event, fields: Mapping[str, Json], source_id: str, fetched: bool
) -> Observation:
    kind = KINDS_BY_OBJECT[str(fields["object"])]
    is_subject = fields is event.object
    facts = kind.read(Source(fields, event.type if is_subject else "", event.created))
    _refuse_other_mode(event, fields)
    return Observation(
        kind=kind.name,
        object_id=object_id(fields),
        source_id=source_id,
        fetched=fetched,
        stripe_at=event.created,
        rank=max(kind.rank_of(facts), _rank_of_type(event) if is_subject else 0),
        livemode=event.livemode,
        facts=facts,
    )


def _rank_of_type(event: Event) -> int:
    return EVENT_TYPES[event.type].rank if event.type else 0


def _refuse_other_mode(event: Event, fields: Mapping[str, Json]) -> None:
    """Refunds do not say their mode; an object that does must agree with its event."""
    if fields.get("livemode", event.livemode) != event.livemode:
        raise BadShape("its livemode is not its event's.")


def _one_line(written: str | None) -> str | None:
    """A buyer's text without line breaks, which have no place in a name or an address."""
    return " ".join((written or "").split())[:LONGEST_BUYER_TEXT] or None
