"""Whose turn it is: any number of workers together, or one rebuild alone."""

from django.db import connection

WORK_LOCK = 7_140_002


def work_beside_others() -> None:
    """Hold a worker's place until the transaction ends; waits while a rebuild is running."""
    _hold("SELECT pg_advisory_xact_lock_shared(%s)")


def work_alone() -> None:
    """Wait for the workers' transactions under way and keep new ones out until this one ends.

    Webhooks are stored all the while; their rows wait.
    """
    _hold("SELECT pg_advisory_xact_lock(%s)")


def _hold(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [WORK_LOCK])
