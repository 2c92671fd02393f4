"""Return pages by their key, and the answer that still stands while the database is away."""

from campaigns.core.arrival import Destination
from campaigns.models import ReturnPage

# As many entries as there are pages: only keys that exist get in.
_last_known: dict[str, Destination] = {}


def find(key: str) -> Destination | None:
    row = ReturnPage.objects.filter(key=key).order_by("pk").first()
    if row is None:
        _last_known.pop(key, None)
        return None
    page = Destination(row.pk, row.livemode, row.thank_you_url, row.passes_session_id)
    _last_known[key] = page
    return page


def last_known(key: str) -> Destination | None:
    """The page as this process saw it last: a buyer who has paid is not stopped by our database."""
    return _last_known.get(key)
