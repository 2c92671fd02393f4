"""Ask Stripe for what it holds; the answers go into the inbox, and the worker folds them.

No transaction is open while Stripe is asked. What was stored before a fetch failed stays: to ask
again is always safe.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from campaigns.actions import payment_links
from linktracker.lib.json_read import parse_object, text
from reconciliation.actions import inbox
from reconciliation.core.fetched import Fetched

logger = logging.getLogger(__name__)


class Gateway(Protocol):
    """Stripe's account in one mode; each method raises CannotFetch with a sentence for people."""

    livemode: bool

    def payment_links(self) -> Iterable[tuple[Fetched, ...]]: ...


@dataclass(frozen=True)
class Synced:
    """How many objects Stripe showed, and of how many we did not know that they are so."""

    seen: int = 0
    changed: int = 0


def fetch_payment_links(*, gateway: Gateway, at: datetime) -> Synced:
    """Store every payment link of the gateway's mode that is new or differs from what we fetched."""
    changed, listed = 0, []
    for page in gateway.payment_links():
        changed += inbox.store_fetches(fetches=page, at=at)
        listed += [text(parse_object(one.body), "url") or "" for one in page]
    payment_links.compare(listed=listed, livemode=gateway.livemode, at=at)
    seen = len(listed)
    mode = "live" if gateway.livemode else "test"
    logger.info("payment_links.fetched mode=%s seen=%d changed=%d", mode, seen, changed)
    return Synced(seen, changed)
