"""Locks on objects, payments and references: two workers wait only for what they share.

A head is locked by writing it. All heads of one call are written in one sorted statement, so that
waiting goes one way; what was written before is read in a later statement, after the wait, or two
workers under READ COMMITTED would each miss what the other has not committed yet.
"""

from collections.abc import Iterable

import orjson

from linktracker.lib import direct

PAYMENT = "payment"
REFERENCE = "reference"

LOCK = """
INSERT INTO reconciliation_head AS head (kind, key, version)
SELECT kind, key, 1
FROM json_to_recordset(%s::json) AS given(kind varchar, key varchar)
ORDER BY kind, key
ON CONFLICT (kind, key) DO UPDATE SET version = head.version + 1
RETURNING kind, key, version
"""


def lock(keys: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Hold these `(kind, key)` heads until the transaction ends; returns those that were new.

    Nobody else has committed anything about a head that was new, so nothing need be read for it.
    """
    wanted = [{"kind": kind, "key": key} for kind, key in set(keys)]
    if not wanted:
        return set()
    locked = direct.rows(LOCK, [orjson.dumps(wanted).decode()])
    return {(kind, key) for kind, key, version in locked if version == 1}
