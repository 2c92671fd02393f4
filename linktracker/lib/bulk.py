"""Set-based writes: any number of rows in one statement, sent as one JSON document.

Rows are sorted by their key before they are written, so that two transactions that write the same
rows wait for each other in one order and cannot deadlock.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import orjson
from django.db import connection, models

from linktracker.lib import direct

Row = Mapping[str, Any]


def upsert(model: type[models.Model], rows: Sequence[Row], *, key: str) -> None:
    """Insert the rows, or bring those that exist to these values; an equal row is left untouched.

    Every row names the same columns; `key` is the unique column that decides what exists.
    """
    if rows:
        _run(_upsert_statement(model, tuple(rows[0]), key), rows)


def update(model: type[models.Model], rows: Sequence[Row], *, key: str) -> None:
    """Bring rows that exist to these values; one that does not exist is passed over."""
    if rows:
        _run(_update_statement(model, tuple(rows[0]), key), rows)


def insert_new(model: type[models.Model], rows: Sequence[Row], *, key: tuple[str, ...]) -> None:
    """Insert the rows that do not exist yet; one whose `key` is taken changes nothing."""
    if rows:
        statement = _insert_statement(model, tuple(rows[0]), key)
        _run(f"{statement} ON CONFLICT ({', '.join(key)}) DO NOTHING", rows)


def insert(model: type[models.Model], rows: Sequence[Row]) -> None:
    """Insert the rows in the order given; a constraint that refuses one refuses all."""
    if rows:
        _run(_insert_statement(model, tuple(rows[0]), ()), rows)


def _run(statement: str, rows: Sequence[Row]) -> None:
    direct.rows(statement, [orjson.dumps(rows).decode()])


@cache
def _upsert_statement(model: type[models.Model], columns: tuple[str, ...], key: str) -> str:
    table = model._meta.db_table
    others = [column for column in columns if column != key]
    sets = ", ".join(f"{column} = excluded.{column}" for column in others)
    old = ", ".join(f"{table}.{column}" for column in others)
    new = ", ".join(f"excluded.{column}" for column in others)
    return (
        f"{_insert_statement(model, columns, (key,))} ON CONFLICT ({key}) DO UPDATE SET {sets} "
        f"WHERE ({old}) IS DISTINCT FROM ({new})"
    )


@cache
def _update_statement(model: type[models.Model], columns: tuple[str, ...], key: str) -> str:
    sets = ", ".join(f"{column} = given.{column}" for column in columns if column != key)
    return (
        f"UPDATE {model._meta.db_table} AS known SET {sets} "
        f"FROM json_to_recordset(%s::json) AS given({_typed(model, columns)}) "
        f"WHERE known.{key} = given.{key}"
    )


@cache
def _insert_statement(
    model: type[models.Model], columns: tuple[str, ...], key: tuple[str, ...]
) -> str:
    names = ", ".join(columns)
    order = f" ORDER BY {', '.join(key)}" if key else ""
    return (
        f"INSERT INTO {model._meta.db_table} ({names}) "
        f"SELECT {names} FROM json_to_recordset(%s::json) AS given({_typed(model, columns)}){order}"
    )


def _typed(model: type[models.Model], columns: tuple[str, ...]) -> str:
    """The columns with their types, as a record of JSON values is read."""
    types = {field.column: field.db_type(connection) for field in model._meta.concrete_fields}
    return ", ".join(f"{column} {types[column]}" for column in columns)
