"""Stripe's events in tests: through the inbox and the worker, as in life."""

from collections.abc import Iterable
from datetime import UTC, datetime

from linktracker.simulator.chance import Chance
from linktracker.simulator.single import SinglePayment, single_payment
from reconciliation.actions import inbox, worker

LATER = datetime(2030, 1, 1, tzinfo=UTC)


def deliver(bodies: Iterable[bytes], *, at: datetime = LATER) -> None:
    """Put events into the inbox and let the worker drain it."""
    inbox.store_uploads(bodies=list(bodies), at=at)
    drain(at=at)


def drain(*, at: datetime = LATER) -> None:
    while worker.work_once(at=at):
        pass


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
