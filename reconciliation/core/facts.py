"""Facts: the fields of a Stripe object that we fold, and how each is read and combined.

A kind of object is a table of facts (`core/objects/`, one file a kind). A reader takes the value
as this API version shapes it and answers ABSENT where this version has no such field, which is
not the same as null. A value of the wrong shape is refused (BadShape), never guessed: the event
is set aside, and no money comes from nonsense.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, TypeAlias

from linktracker.lib.json_read import ABSENT, Json, Missing
from linktracker.lib.money import LARGEST_AMOUNT

Facts: TypeAlias = Mapping[str, Json]

LATEST_MOMENT: Final = 253_402_300_799
"""The last second of the year 9999, which a timestamp column can still hold."""

LONGEST_WORD: Final = 255
"""Characters that the column of a word can hold, where the fact gives no other number."""

_ID = re.compile("[A-Za-z0-9_]{1,255}")
_CURRENCY = re.compile("[A-Za-z]{3}")


class BadShape(Exception):
    """A field does not hold what Stripe documents; the message is a sentence for people."""


class Combine(Enum):
    """How the values of one field, from several observations, become one value."""

    LAST = auto()
    """From the last observation that has the field, null included."""
    ONCE = auto()
    """The first value that is not null, for what Stripe writes once and never takes back."""
    EARLIEST = auto()
    """The smallest value that is not null."""


@dataclass(frozen=True, slots=True)
class Source:
    """An object as Stripe told it: its fields, the event's type and moment (unix seconds).

    For an object inside another, and for a fetched one, there is no event of its own: the
    type is empty, and `at` is the moment at which Stripe showed it.
    """

    fields: Mapping[str, Json]
    event_type: str
    at: int


Reader: TypeAlias = Callable[[Source], "Json | Missing"]


@dataclass(frozen=True, slots=True)
class Fact:
    read: Reader
    combine: Combine


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of Stripe object: our name, Stripe's `object`, its facts and its order of states."""

    name: str
    object_name: str
    facts: Mapping[str, Fact]
    rank_of: Callable[[Facts], int]
    """The place of a state among those that one second may hold; a later state ranks higher."""

    def read(self, source: Source) -> dict[str, Json]:
        """The facts that this object's API version has; BadShape where one is nonsense."""
        facts: dict[str, Json] = {}
        for name, fact in self.facts.items():
            found = fact.read(source)
            if found is not ABSENT:
                facts[name] = found
        return facts


def last(read: Reader) -> Fact:
    return Fact(read, Combine.LAST)


def once(read: Reader) -> Fact:
    return Fact(read, Combine.ONCE)


def earliest(read: Reader) -> Fact:
    return Fact(read, Combine.EARLIEST)


def amount(*path: str) -> Reader:
    """Minor units, from nothing to the largest amount that one payment can have."""
    return _strict(path, _amount, "an amount in minor units")


def signed_amount(*path: str) -> Reader:
    """Minor units of what may also be given back, such as the tax on a credit."""
    return _strict(path, _signed_amount, "an amount in minor units")


def currency(*path: str) -> Reader:
    return _strict(path, _currency, "a currency of three letters")


def reference(*path: str) -> Reader:
    """The id of a related object, whether it was sent alone or expanded."""
    return _strict(path, _reference, "the id of an object")


def moment(*path: str) -> Reader:
    return _strict(path, _moment, "a moment in unix seconds")


def flag(*path: str) -> Reader:
    return _strict(path, _flag, "true or false")


def word(*path: str, longest: int = LONGEST_WORD) -> Reader:
    """Text that decides something, such as a status; unknown values are kept as they are.

    Stripe writes nothing near as long as `longest`: more is nonsense, never cut, since a part of
    a reference is another reference.
    """

    def accept(found: Json) -> str | None:
        return found if isinstance(found, str) and len(found) <= longest else None

    return _strict(path, accept, f"text of at most {longest} characters")


def note(*path: str) -> Reader:
    """Text that decides nothing: another type is left out, and the event goes on."""

    def read(source: Source) -> Json | Missing:
        found = at_path(source.fields, path)
        return found if found is None or isinstance(found, str) else ABSENT

    return read


def either(*readers: Reader) -> Reader:
    """The first value among places that the field had in different API versions.

    Null where a place is there and holds nothing; ABSENT where no place is there.
    """

    def read(source: Source) -> Json | Missing:
        found = [reader(source) for reader in readers]
        values = [one for one in found if one is not ABSENT]
        return next((one for one in values if one is not None), None) if values else ABSENT

    return read


def told_by(*event_types: str) -> Reader:
    """The moment of the event, where it is one of these; an object seen later is no news."""

    def read(source: Source) -> Json | Missing:
        return source.at if source.event_type in event_types else ABSENT

    return read


def at_path(fields: Mapping[str, Json], path: tuple[str, ...]) -> Json | Missing:
    """Follow keys inwards; null or absent on the way is null or absent at the end."""
    found: Json | Missing = fields.get(path[0], ABSENT)
    for key in path[1:]:
        if found is None or found is ABSENT:
            return found
        if not isinstance(found, dict):
            raise BadShape(f"{'.'.join(path)}: there is no object around {key}.")
        found = found.get(key, ABSENT)
    return found


def object_id(fields: Mapping[str, Json]) -> str:
    """The object's own id, which must be there."""
    found = fields.get("id")
    if isinstance(found, str) and _ID.fullmatch(found):
        return found
    raise BadShape(f"id is {_shown(found)}, not the id of an object.")


def _strict(path: tuple[str, ...], accept: Callable[[Json], Json], shape: str) -> Reader:
    """A reader that lets null and absent pass; `accept` answers None to what does not fit."""

    def read(source: Source) -> Json | Missing:
        found = at_path(source.fields, path)
        if found is None or found is ABSENT:
            return found
        accepted = accept(found)
        if accepted is None:
            raise BadShape(f"{'.'.join(path)} is {_shown(found)}, not {shape}.")
        return accepted

    return read


def _amount(found: Json) -> int | None:
    return found if type(found) is int and 0 <= found <= LARGEST_AMOUNT else None


def _signed_amount(found: Json) -> int | None:
    return found if type(found) is int and abs(found) <= LARGEST_AMOUNT else None


def _moment(found: Json) -> int | None:
    return found if type(found) is int and 0 <= found <= LATEST_MOMENT else None


def _currency(found: Json) -> str | None:
    return found.lower() if isinstance(found, str) and _CURRENCY.fullmatch(found) else None


def _reference(found: Json) -> str | None:
    given = found.get("id") if isinstance(found, dict) else found
    return given if isinstance(given, str) and _ID.fullmatch(given) else None


def _flag(found: Json) -> bool | None:
    return found if isinstance(found, bool) else None


def _shown(found: Json) -> str:
    """Enough of a wrong value to find it; never the whole, which may be a buyer's."""
    if isinstance(found, dict):
        return "an object"
    if isinstance(found, list):
        return "a list"
    return f"“{found[:20]}”" if isinstance(found, str) else str(found).lower()
