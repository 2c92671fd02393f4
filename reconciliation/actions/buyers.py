"""Who paid, as sessions say it: the latest word of Stripe stands, whatever order it comes in."""

from collections.abc import Sequence

import orjson

from linktracker.lib import direct
from linktracker.lib.json_read import text
from reconciliation.core.events import Event, read_buyer

REMEMBER = """
INSERT INTO reconciliation_buyer AS known (
    session_id, livemode, name, email, country, stripe_at, source_id
)
SELECT DISTINCT ON (session_id) session_id, livemode, name, email, country, stripe_at, source_id
FROM json_to_recordset(%s::json) AS given(
    session_id text, livemode boolean, name text, email text, country text, stripe_at bigint,
    source_id text
)
ORDER BY session_id, stripe_at DESC, source_id DESC
ON CONFLICT (session_id) DO UPDATE SET name = excluded.name, email = excluded.email,
    country = excluded.country, stripe_at = excluded.stripe_at, source_id = excluded.source_id
WHERE (known.stripe_at, known.source_id) < (excluded.stripe_at, excluded.source_id)
"""


def remember(events: Sequence[Event]) -> None:
    """Keep the buyer of every session among these events, apart from its money."""
    rows = [
        {
            "session_id": text(event.object, "id"),
            "livemode": event.livemode,
            "name": buyer.name or "",
            "email": buyer.email or "",
            "country": buyer.country or "",
            "stripe_at": event.created,
            "source_id": event.id,
        }
        for event in events
        if (buyer := read_buyer(event)) is not None
    ]
    if rows:
        direct.rows(REMEMBER, [orjson.dumps(rows).decode()])
