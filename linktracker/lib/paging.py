"""Keyset pages: the next page begins after the last row, however many rows there are.

A page knows its rows and the cursor of the next; nothing is counted and no row is skipped over.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import orjson
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, QuerySet

Row = TypeVar("Row", bound=models.Model)
PAGE_SIZE = 50


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows in their order; `next` is the cursor for the page after, "" on the last one."""

    rows: Sequence[Row]
    next: str


def page_of(
    rows: QuerySet[Row], *, order: tuple[str, ...], cursor: str, size: int = PAGE_SIZE
) -> Page[Row]:
    """The page that begins after `cursor`; an unreadable cursor is the first page.

    `order` ends with a unique column; a leading - sorts that column downwards.
    """
    after = _read_cursor(cursor, len(order))
    if after is not None:
        rows = _after(rows, order, after)
    found = list(rows.order_by(*order)[: size + 1])
    more = len(found) > size
    return Page(found[:size], _cursor(found[size - 1], order) if more else "")


def _after(rows: QuerySet[Row], order: tuple[str, ...], after: Sequence[Any]) -> QuerySet[Row]:
    """Rows beyond these values; where a value is none of its column, all rows."""
    try:
        return rows.filter(_beyond(order, after))
    except (ValidationError, TypeError, ValueError):
        return rows


def _beyond(order: tuple[str, ...], after: Sequence[Any]) -> Q:
    """Rows that sort after these values: equal in the first columns, beyond in the next."""
    beyond, equal = Q(), Q()
    for column, value in zip(order, after, strict=True):
        name = column.removeprefix("-")
        comparison = "lt" if column.startswith("-") else "gt"
        beyond |= equal & Q(**{f"{name}__{comparison}": value})
        equal &= Q(**{name: value})
    return beyond


def _cursor(row: models.Model, order: tuple[str, ...]) -> str:
    values = [_written(getattr(row, column.removeprefix("-"))) for column in order]
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


def _written(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _read_cursor(cursor: str, columns: int) -> list[str | int] | None:
    """The values of a cursor that we could have written; None for any other."""
    try:
        values = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError):
        return None
    if not isinstance(values, list) or len(values) != columns:
        return None
    return values if all(_is_a_value(value) for value in values) else None


def _is_a_value(value: Any) -> bool:
    """Text that PostgreSQL can hold, or a whole number; a flag is no number here."""
    if isinstance(value, str):
        return "\x00" not in value
    return isinstance(value, int) and not isinstance(value, bool)
