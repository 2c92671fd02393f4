"""Statements of the hot paths, with their parameters sent beside them.

Django's own cursor writes parameters into the statement's text, which costs as much as the work
itself where a parameter is a document of a thousand rows. Sent apart, bytes travel as bytes, and
a statement that comes again is prepared (the setting `prepare_threshold`).
"""

from collections.abc import Mapping, Sequence
from typing import Any, Self

import psycopg
from django.db import connection

Parameters = Sequence[Any] | Mapping[str, Any]
Row = tuple[Any, ...]


def rows(statement: str, parameters: Parameters = ()) -> list[Row]:
    """Run one statement in the transaction of Django's connection; returns the rows it gives.

    It is counted, logged and refused like any other of Django's: same wrappers, same exceptions.
    """
    return _rows(psycopg.Cursor, statement, parameters)


def rows_with_bytes(statement: str, parameters: Parameters = ()) -> list[Row]:
    """The same where most of the answer is bytes: they come as they are, not in hexadecimal."""
    return _rows(_Binary, statement, parameters)


def rows_of_lists(statement: str, parameters: Parameters) -> list[Row]:
    """The same for a statement that looks up long lists: it is planned for these, each time.

    A plan that is kept knows neither their length nor how the table has grown since: it may
    compare each row of the table with each word of a list.
    """
    return _rows(_Unprepared, statement, parameters)


class _Binary(psycopg.Cursor[Row]):
    """A cursor whose answers come in PostgreSQL's binary form."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Self:
        return super().execute(query, params, binary=True, **options)


class _Unprepared(psycopg.Cursor[Row]):
    """A cursor that has every statement planned anew."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Self:
        return super().execute(query, params, prepare=False, **options)


def _rows(cursor: type[psycopg.Cursor[Row]], statement: str, parameters: Parameters) -> list[Row]:
    connection.ensure_connection()
    make = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    raw = cursor(connection.connection)
    with connection.wrap_database_errors, make(raw) as wrapped:  # type: ignore[arg-type]  # the stubs name the wrapper
        wrapped.execute(statement, parameters)
        return wrapped.fetchall() if wrapped.description else []
