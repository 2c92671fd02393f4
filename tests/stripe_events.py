"""Stripe's events in tests: through the inbox and the worker, as in life."""

from collections.abc import Iterable
from datetime import UTC, datetime

from linktracker.simulator.account import SimAccount
from linktracker.simulator.chance import Chance
from linktracker.simulator.single import SinglePayment, single_payment
from reconciliation.actions import inbox, worker
from reconciliation.core.fetched import read_page

LATER = datetime(2030, 1, 1, tzinfo=UTC)


def deliver(bodies: Iterable[bytes], *, at: datetime = LATER) -> None:
    """Put events into the inbox and let the worker drain it."""
    inbox.store_uploads(bodies=list(bodies), at=at)
    drain(at=at)


def drain(*, at: datetime = LATER) -> None:
    while worker.work_once(at=at):
        pass


def fetch(account: SimAccount, *, at: datetime = LATER) -> None:
    """Fetch the account's payment links as `sync_stripe` would, without the network between."""
    for key, known in account.keys.items():
        answer = account.answer("/v1/payment_links?limit=100&expand[0]=data.line_items", key)
        page = read_page(
            answer.body,
            object_name="payment_link",
            livemode=known.livemode,
            at=int(at.timestamp()),
            api_version="",
        )
        inbox.store_fetches(fetches=page.objects, at=at)
    drain(at=at)


def pay(
    url: str,
    *,
    seed: str = "one",
    at: int = 1_788_264_000,
    amount: int | None = None,
    currency: str | None = None,
) -> SinglePayment:
    """A buyer pays through this URL; the payment is on the books when this returns."""
    payment = single_payment(url, at=at, chance=Chance(seed), amount=amount, currency=currency)
    deliver(event.body for event in payment.events)
    return payment
