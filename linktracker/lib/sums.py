"""Room for sums: what a statement that adds up very many rows may use, and no other statement.

The server's own settings are for many small statements: 4 MB make such a one sort on disk, and
costs of a spinning disk make it read whole tables where an index has all it needs.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

ROOM = """
SELECT set_config('work_mem', '32MB', true), set_config('random_page_cost', '1.1', true)
"""


@contextmanager
def cursor_for_sums() -> Iterator[CursorWrapper]:
    """A cursor whose statements have that room, until the transaction ends."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ROOM)
        yield cursor
