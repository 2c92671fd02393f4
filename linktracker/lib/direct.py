"""Statements of the hot paths, with their parameters sent beside them.

Django's own cursor writes parameters into the statement's text, which costs as much as the work
itself where a parameter is a document of a thousand rows. Sent apart, bytes travel as bytes, and
a statement that comes again is prepared (the setting `prepare_threshold`).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from django.db import connection

Parameters = Sequence[Any] | Mapping[str, Any]


def rows(statement: str, parameters: Parameters = ()) -> list[tuple[Any, ...]]:
    """Run one statement in the transaction of Django's connection; returns the rows it gives.

    It is counted, logged and refused like any other of Django's: same wrappers, same exceptions.
    """
    connection.ensure_connection()
    make = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    raw = psycopg.Cursor(connection.connection)
    with connection.wrap_database_errors, make(raw) as cursor:  # type: ignore[arg-type]  # the stubs name the wrapper
        cursor.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else []
