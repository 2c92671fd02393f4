"""A database of the benchmarks' own, made and dropped beside the one in use."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

NAME = "linktracker_bench"


@contextmanager
def throwaway_database() -> Iterator[None]:
    """Point this process, and those that it starts, at an empty migrated database."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {NAME}")
    usual = connection.settings_dict["NAME"]
    _use(NAME)
    os.environ["DATABASE_URL"] = database_url()
    try:
        call_command("migrate", verbosity=0)
        yield
    finally:
        _use(usual)
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


def _use(name: str) -> None:
    connection.close()
    if connection.pool:
        connection.close_pool()
    settings.DATABASES["default"]["NAME"] = name
    connections["default"].settings_dict["NAME"] = name


def database_url() -> str:
    """The address of the database in use; a socket's folder stands in the path."""
    given = connection.settings_dict
    person = quote(str(given["USER"])) + (
        f":{quote(str(given['PASSWORD']))}" if given["PASSWORD"] else ""
    )
    port = f":{given['PORT']}" if given["PORT"] else ""
    host = f"/{given['HOST']}" if str(given["HOST"]).startswith("/") else given["HOST"]
    return f"postgres://{person}@{host}{port}/{given['NAME']}"


def empty() -> None:
    call_command("flush", "--noinput", verbosity=0)
