"""Why people come, and how it goes: from the links and orders of a company to its purchases."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode, urlsplit

from linktracker.simulator.catalogue import SimPaymentLink, bare_url, is_live
from linktracker.simulator.chance import Chance
from linktracker.simulator.kept import kept_reference
from linktracker.simulator.mangling import opened_url
from linktracker.simulator.purchases import Course, Purchase, RefundPlan, Visit
from linktracker.simulator.rhythm import Rhythm

Fate = Literal[
    "agrees", "short", "over", "other_currency", "paid_twice", "no_payment_yet", "no_record"
]

BARE = 0.06  # the share of visits through a payment link without parameters
DIRECT = 0.025  # the share of payments that no link made
COURSES = (
    (Course.CARD, 73.0),
    (Course.DECLINED_FIRST, 5.0),
    (Course.DECLINED, 2.0),
    (Course.DEBIT, 7.0),
    (Course.DEBIT_FAILED, 0.8),
    (Course.EXPIRED, 11.0),
    (Course.FREE, 1.2),
)
RECURRING_COURSES = ((Course.SUBSCRIPTION, 88.0), (Course.EXPIRED, 12.0))
REFUNDS = (
    (RefundPlan.NONE, 95.2),
    (RefundPlan.FULL, 2.6),
    (RefundPlan.PART, 1.4),
    (RefundPlan.TWO_PARTS, 0.4),
    (RefundPlan.BOUNCED, 0.4),
)
DONATIONS = (500, 1000, 1000, 2000, 2500, 2500, 5000, 10000)  # minor units
DIRECT_AMOUNTS = (4900, 6900, 12000, 15000, 24000)
LONGEST_RENEWALS = 4  # more than a quarter has room for


class UnknownPaymentLink(ValueError):
    """A tracked link or an order points at a payment link that is not in the catalogue."""


@dataclass(frozen=True, slots=True)
class SimLink:
    """A tracked link that the company made: its whole URL, and how many visits it gets.

    `share` is a weight against the other links of the same life (test or live).
    """

    url: str
    name: str
    share: float


@dataclass(frozen=True, slots=True)
class SimOrder:
    """A record of the company, `amount` in minor units, and what comes of it.

    `payment_link_url` is the URL the customer got; where it carries no `client_reference_id`,
    `reference` is put there. `no_record` is paid too, but the company keeps no record of it.
    """

    reference: str
    amount: int
    currency: str
    payment_link_url: str
    fate: Fate


@dataclass(frozen=True, slots=True)
class Errands:
    """The people of one quarter: `payment_links` by bare URL, and when they come."""

    chance: Chance
    rhythm: Rhythm
    payment_links: Mapping[str, SimPaymentLink]
    versions: tuple[str, ...]

    def visits(self, links: Sequence[SimLink], count: int, *, livemode: bool) -> Iterator[Purchase]:
        """`count` errands in one life, most of them through the tracked `links`."""
        tracked = [(link, link.share) for link in links if is_live(link.url) == livemode]
        bare = [
            (link, float(link.popularity))
            for link in self.payment_links.values()
            if link.livemode == livemode
        ]
        if not bare:
            return
        life = self.chance.of("live" if livemode else "test")
        for number in range(count):
            chance = life.of(number)
            if chance.happens("direct", DIRECT):
                yield self._direct(chance, livemode=livemode)
            else:
                yield self._through(chance, self._visit(chance, tracked, bare))

    def orders(self, orders: Sequence[SimOrder]) -> Iterator[Purchase]:
        """The payments of the company's records; a card each time, so that nothing is pending."""
        for order in orders:
            chance = self.chance.of(f"order {order.reference}")
            if order.fate == "no_payment_yet":
                continue
            yield self._ordered(chance.of("first"), order)
            if order.fate == "paid_twice":
                yield self._ordered(chance.of("second"), order)

    def _visit(
        self,
        chance: Chance,
        tracked: Sequence[tuple[SimLink, float]],
        bare: Sequence[tuple[SimPaymentLink, float]],
    ) -> Visit:
        """Through a tracked link, and now and then through a payment link's own address."""
        if not tracked or chance.happens("bare", BARE):
            link = chance.weigh("link", bare)
            return Visit(link, link.url, None)
        url = chance.weigh("link", tracked).url
        return Visit(self._payment_link(url), opened_url(url, chance), url)

    def _payment_link(self, url: str) -> SimPaymentLink:
        try:
            return self.payment_links[bare_url(url)]
        except KeyError:
            raise UnknownPaymentLink(f"{bare_url(url)} is not in the catalogue.") from None

    def _through(self, chance: Chance, visit: Visit) -> Purchase:
        link = visit.link
        courses = RECURRING_COURSES if link.recurring else COURSES
        plan = RefundPlan.NONE if link.recurring else chance.weigh("refund", REFUNDS)
        return Purchase(
            chance=chance,
            at=self.rhythm.moment(chance),
            livemode=link.livemode,
            currency=link.currency,
            amount=link.amount or chance.pick("donation", DONATIONS),
            course=chance.weigh("course", courses),
            refund=plan,
            visit=visit,
            renewals=chance.between("renewals", 0, LONGEST_RENEWALS),
            versions=self.versions,
        )

    def _direct(self, chance: Chance, *, livemode: bool) -> Purchase:
        return Purchase(
            chance=chance,
            at=self.rhythm.moment(chance),
            livemode=livemode,
            currency="eur",
            amount=chance.pick("amount", DIRECT_AMOUNTS),
            course=Course.CARD,
            refund=RefundPlan.NONE,
            visit=None,
            versions=self.versions,
        )

    def _ordered(self, chance: Chance, order: SimOrder) -> Purchase:
        url = order.payment_link_url
        link = self._payment_link(url)
        tracked_url = url if urlsplit(url).query else None
        return Purchase(
            chance=chance,
            at=self.rhythm.moment(chance),
            livemode=link.livemode,
            currency=_paid_currency(order),
            amount=_paid_amount(order, chance),
            course=Course.CARD,
            refund=RefundPlan.NONE,
            visit=Visit(link, _with_reference(order), tracked_url),
            order_reference=None if order.fate == "no_record" else order.reference,
            versions=self.versions,
        )


def _with_reference(order: SimOrder) -> str:
    url = order.payment_link_url
    if kept_reference(url):
        return url
    joint = "&" if urlsplit(url).query else "?"
    return f"{url}{joint}{urlencode({'client_reference_id': order.reference})}"


def _paid_amount(order: SimOrder, chance: Chance) -> int:
    """What the buyer pays, in minor units: too little, too much, or what was asked."""
    match order.fate:
        case "short":
            return max(1, order.amount * chance.between("percent", 60, 95) // 100)
        case "over":
            return order.amount + max(1, order.amount * chance.between("percent", 4, 25) // 100)
        case _:
            return order.amount


def _paid_currency(order: SimOrder) -> str:
    if order.fate != "other_currency":
        return order.currency.lower()
    return "eur" if order.currency.lower() == "usd" else "usd"
