"""Typed reads of untrusted JSON: a value has the expected type, or it is None.

Two characters that PostgreSQL cannot hold as text, U+0000 and a lone surrogate, are replaced by
U+FFFD wherever they stand. They are not cut out: an id with one in it would turn into another
id, while with U+FFFD in it no pattern of an id fits, and the event is refused.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Final, TypeAlias

import orjson

Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None

DEEPEST: Final = 64
LARGEST_INTEGER: Final = 2**63 - 1

_DIGITS_AS_NOUGHTS = bytes(ord("0") if chr(code).isdecimal() else ord(" ") for code in range(256))
_LONG_NUMBER = b"0" * 19

_STRING_OR_BRACKET = re.compile(rb'"(?:[^"\\]|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)
_UNSTORABLE_ESCAPE = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class Missing(Enum):
    """The mark of a key that is not there, which is not the same as null."""

    ABSENT = "absent"


ABSENT: Final = Missing.ABSENT


class UnreadableJson(Exception):
    """The bytes are no JSON object that we accept; the message is a sentence for people."""


def parse_object(raw: bytes) -> dict[str, Json]:
    """One JSON object from UTF-8 bytes, at most 64 levels deep; else UnreadableJson."""
    try:
        written = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise UnreadableJson("The body is not UTF-8 text.") from None
    _refuse_depth(raw)
    parsed = _parse_simple(raw, written) or _parse(written)
    if not isinstance(parsed, dict):
        raise UnreadableJson(f"The body is a JSON {_name_of_type(parsed)}, not an object.")
    if _UNSTORABLE_ESCAPE.search(raw):
        return {_storable(key): _storable_value(value) for key, value in parsed.items()}
    return parsed


def value(source: Mapping[str, Json], key: str) -> Json | Missing:
    """What stands under the key, whatever its type; ABSENT where there is no such key."""
    return source.get(key, ABSENT)


def text(source: Mapping[str, Json], key: str) -> str | None:
    found = source.get(key)
    return found if isinstance(found, str) else None


def integer(source: Mapping[str, Json], key: str) -> int | None:
    """A whole number; true and false are not numbers here, nor is 1.0."""
    found = source.get(key)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def flag(source: Mapping[str, Json], key: str) -> bool | None:
    found = source.get(key)
    return found if isinstance(found, bool) else None


def mapping(source: Mapping[str, Json], key: str) -> dict[str, Json] | None:
    found = source.get(key)
    return found if isinstance(found, dict) else None


def items(source: Mapping[str, Json], key: str) -> Sequence[Json]:
    """The list under the key; empty where there is none, since both mean nothing to go through."""
    found = source.get(key)
    return found if isinstance(found, list) else ()


def identifier(source: Mapping[str, Json], key: str) -> str | None:
    """A related object's id, whether Stripe sent the id alone or the expanded object."""
    found = source.get(key)
    if isinstance(found, dict):
        return text(found, "id")
    return found if isinstance(found, str) else None


def _refuse_depth(raw: bytes) -> None:
    """Count brackets outside strings before parsing; few brackets cannot be deep."""
    if raw.count(b"[") + raw.count(b"{") <= DEEPEST:
        return
    depth = 0
    for found in _STRING_OR_BRACKET.finditer(raw):
        token = found.group()
        if token in b"[{":
            depth += 1
        elif token in b"]}":
            depth -= 1
        if depth > DEEPEST:
            raise UnreadableJson(f"The body is nested deeper than {DEEPEST} levels.")


def _parse_simple(raw: bytes, written: str) -> Json:
    """The quick parser, for what both read alike; None for everything else.

    It would round a whole number beyond 64 bits, and its refusals are not in our words.
    """
    if _LONG_NUMBER in raw.translate(_DIGITS_AS_NOUGHTS):
        return None
    try:
        parsed: Json = orjson.loads(written)
    except orjson.JSONDecodeError:
        return None
    return parsed


def _parse(written: str) -> Json:
    try:
        parsed: Json = json.loads(
            written,
            parse_int=_bounded_integer,
            parse_float=_finite_number,
            parse_constant=_refuse_constant,
        )
    except json.JSONDecodeError as problem:
        raise UnreadableJson(
            f"The body is not JSON: {problem.msg}, line {problem.lineno} column {problem.colno}."
        ) from None
    except RecursionError:
        raise UnreadableJson("The body is nested too deeply to be read.") from None
    return parsed


def _bounded_integer(digits: str) -> int:
    """Nineteen digits are enough for 64 bits; more are never converted."""
    if len(digits) <= 20:
        number = int(digits)
        if -LARGEST_INTEGER <= number <= LARGEST_INTEGER:
            return number
    raise UnreadableJson("The body holds a whole number beyond 64 bits.")


def _finite_number(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise UnreadableJson("The body holds a number too large to be read.")
    return number


def _refuse_constant(name: str) -> float:
    raise UnreadableJson(f"The body holds {name}, which is not a JSON value.")


def _name_of_type(parsed: Json) -> str:
    if isinstance(parsed, list):
        return "list"
    if isinstance(parsed, str):
        return "text"
    if parsed is None:
        return "null"
    return "true or false" if isinstance(parsed, bool) else "number"


def _storable(written: str) -> str:
    return _UNSTORABLE.sub("\ufffd", written)


def _storable_value(found: Json) -> Json:
    if isinstance(found, str):
        return _storable(found)
    if isinstance(found, list):
        return [_storable_value(inner) for inner in found]
    if isinstance(found, dict):
        return {_storable(key): _storable_value(inner) for key, inner in found.items()}
    return found
