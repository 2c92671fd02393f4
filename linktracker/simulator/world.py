"""A quarter in the life of a small company, from a seed: the same one every time, to the byte.

Nothing here reads a clock or draws by luck: `until` is now, and every draw has a name.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from linktracker.simulator.catalogue import (
    CATALOGUE,
    LIVE_CATALOGUE,
    SimPaymentLink,
    payment_link_id,
)
from linktracker.simulator.chance import Chance
from linktracker.simulator.errands import Errands, SimLink, SimOrder, UnknownPaymentLink
from linktracker.simulator.lives import live
from linktracker.simulator.payloads import NEWEST
from linktracker.simulator.publishing import link_created
from linktracker.simulator.rhythm import HOUR, rhythm_until
from linktracker.simulator.truth import SimEvent, SimPayment, Step

__all__ = [
    "CATALOGUE",
    "LIVE_CATALOGUE",
    "SimEvent",
    "SimLink",
    "SimOrder",
    "SimPayment",
    "SimPaymentLink",
    "UnknownPaymentLink",
    "World",
    "build_world",
    "payment_link_id",
    "settle",
]

TEST_VISITS = 1_520
LIVE_VISITS = 160


@dataclass(frozen=True, slots=True)
class World:
    """Every event up to now in Stripe's order, and the truth about every payment, oldest first."""

    events: tuple[SimEvent, ...]
    payments: tuple[SimPayment, ...]


def build_world(
    *,
    seed: int,
    until: int,
    links: Sequence[SimLink],
    orders: Sequence[SimOrder] = (),
    payment_links: Sequence[SimPaymentLink] = (*CATALOGUE, *LIVE_CATALOGUE),
    days: int = 91,
    test_visits: int = TEST_VISITS,
    live_visits: int = LIVE_VISITS,
    version: str = NEWEST,
) -> World:
    """The `days` before `until` (unix seconds, UTC), with about 1,800 payments by default.

    Each visit is one errand; about one in seven ends without a payment. Orders come on top.
    Raises UnknownPaymentLink where a link or an order is not in `payment_links`.
    """
    chance = Chance(f"world {seed}")
    rhythm = rhythm_until(until, days)
    by_url = {link.url: link for link in payment_links}
    errands = Errands(chance, rhythm, by_url, (version,))
    purchases = chain(
        errands.visits(links, test_visits, livemode=False),
        errands.visits(links, live_visits, livemode=True),
        errands.orders(orders),
    )
    steps = chain.from_iterable(live(purchase) for purchase in purchases)
    lived = settle(step for step in steps if step.event.created <= until)
    opening = [
        link_created(link, rhythm.start - HOUR + number, chance, version)
        for number, link in enumerate(payment_links)
    ]
    return World((*opening, *lived.events), lived.payments)


def settle(steps: Iterable[Step]) -> World:
    """The events in order of time, told order within a second, and what is true at the end."""
    told = sorted(steps, key=lambda step: step.event.created)
    last = {payment.payment_id: payment for payment in _payments(told)}
    return World(tuple(step.event for step in told), tuple(last.values()))


def _payments(steps: Iterable[Step]) -> Iterator[SimPayment]:
    return (step.payment for step in steps if step.payment is not None)
