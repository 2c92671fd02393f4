"""A person lets Stripe be asked again for payment links; the worker reads the answers.

Stripe has no way to ask for a chosen few with what they sell: all of a mode come. No transaction is
open meanwhile. Where one mode cannot be asked, what the other answered stays.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from campaigns.models import PaymentLink
from linktracker import history
from linktracker.lib.outcome import Changed, Outcome, Skipped
from linktracker.models import User
from reconciliation.actions import sync
from reconciliation.core.fetched import CannotFetch

OpenStripe = Callable[[bool], sync.Gateway]


def fetch_again(
    *, ids: Sequence[int], open_stripe: OpenStripe, by: User, reason: str, at: datetime
) -> Outcome:
    """Fetch the payment links of the modes that these are of. Raises `NoReason` without one."""
    reason = history.given(reason)
    rows = list(PaymentLink.objects.filter(pk__in=ids).order_by("livemode", "pk"))
    judged: list[Changed | Skipped] = []
    for livemode in sorted({row.livemode for row in rows}):
        of_mode = [row for row in rows if row.livemode == livemode]
        judged += _fetched(of_mode, open_stripe, livemode, at)
    return history.record(Outcome.of(judged), what="Fetched again", by=by, reason=reason)


def _fetched(
    rows: Sequence[PaymentLink], open_stripe: OpenStripe, livemode: bool, at: datetime
) -> list[Changed | Skipped]:
    try:
        done = sync.fetch_payment_links(gateway=open_stripe(livemode), at=at)
    except CannotFetch as problem:
        return [Skipped(str(row), str(problem).rstrip(".")) for row in rows]
    told = f"{done.changed:,} of {done.seen:,} new or changed"
    return [Changed(row, "asked Stripe", told) for row in rows]
