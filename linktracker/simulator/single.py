"""One completed payment through any payment link, for whoever wants to see a single event arrive."""

from dataclasses import dataclass, replace

from linktracker.simulator.catalogue import (
    CATALOGUE,
    LIVE_CATALOGUE,
    THANKS,
    SimPaymentLink,
    bare_url,
)
from linktracker.simulator.chance import Chance
from linktracker.simulator.lives import live
from linktracker.simulator.payloads import NEWEST
from linktracker.simulator.publishing import link_created
from linktracker.simulator.purchases import Course, Purchase, RefundPlan, Visit
from linktracker.simulator.truth import SimEvent, SimPayment
from linktracker.simulator.world import settle

AMOUNTS = (1900, 4900, 6900, 12000)  # minor units, where nobody says what the link costs
EARLIER = 60  # seconds between the new link and its first payment


@dataclass(frozen=True, slots=True)
class SinglePayment:
    """The ids of one payment and its events, the one of the new payment link first."""

    session: str
    payment_intent: str | None
    payment_link: str
    url: str
    payment: SimPayment
    events: tuple[SimEvent, ...]


def single_payment(
    url: str,
    *,
    at: int,
    chance: Chance,
    version: str = NEWEST,
    amount: int | None = None,
    currency: str | None = None,
) -> SinglePayment:
    """A buyer opens `url` (any parameters) and has paid by `at` (unix seconds).

    The payment link is the catalogue's, else one in euros that redirects, so that UTM codes show.
    A recurring link begins a subscription, whose Session names no PaymentIntent.
    """
    link = _payment_link(url)
    purchase = Purchase(
        chance=chance,
        at=at,
        livemode=link.livemode,
        currency=(currency or link.currency).lower(),
        amount=amount or link.amount or chance.pick("amount", AMOUNTS),
        course=Course.SUBSCRIPTION if link.recurring else Course.CARD,
        refund=RefundPlan.NONE,
        visit=Visit(link, url, url),
        versions=(version,),
    )
    purchase = _paid_at(purchase, at)
    told = settle(step for step in live(purchase) if step.event.created <= at)
    (payment,) = told.payments
    created = link_created(link, purchase.at - EARLIER, chance, version)
    return SinglePayment(
        session=purchase.session_id,
        payment_intent=None if link.recurring else payment.payment_intent_id,
        payment_link=link.id,
        url=url,
        payment=payment,
        events=(created, *told.events),
    )


def _paid_at(purchase: Purchase, at: int) -> Purchase:
    """The same purchase, begun so much earlier that its first event falls on `at`."""
    typing = live(purchase)[0].event.created - purchase.at
    return replace(purchase, at=at - typing)


def _payment_link(url: str) -> SimPaymentLink:
    known = {link.url: link for link in (*CATALOGUE, *LIVE_CATALOGUE)}
    unknown = SimPaymentLink(
        url=bare_url(url),
        product="Demonstration",
        amount=0,
        currency="eur",
        confirmation="redirect",
        redirect_url=THANKS,
    )
    return known.get(unknown.url, unknown)
