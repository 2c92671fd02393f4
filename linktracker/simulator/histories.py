"""Many small lives for property tests, meaner than a quarter: several API versions in one life,
crowded seconds, snapshots that lack what an earlier one had. Repeats and order are the caller's."""

from linktracker.simulator.catalogue import CATALOGUE, SimPaymentLink
from linktracker.simulator.chance import Chance
from linktracker.simulator.lives import live
from linktracker.simulator.payloads import VERSIONS
from linktracker.simulator.purchases import Course, Purchase, RefundPlan, Visit
from linktracker.simulator.rhythm import DAY
from linktracker.simulator.world import World, settle

STARTED_AT = 1_790_000_000  # unix seconds, in September 2026
ONE_TIME = tuple(link for link in CATALOGUE if not link.recurring)
RECURRING = tuple(link for link in CATALOGUE if link.recurring)
# The oldest Session says neither "paid" nor "unpaid", so only lives in which a card pays at once, or
# an invoice tells it, can be read from it.
ANY_VERSION = (Course.CARD, Course.DECLINED_FIRST, Course.SUBSCRIPTION)


def histories(seed: int, count: int) -> tuple[World, ...]:
    """`count` lives, each a world of its own: its events, and what is true at their end."""
    chance = Chance(f"histories {seed}")
    return tuple(settle(live(_purchase(chance.of(number)))) for number in range(count))


def _purchase(chance: Chance) -> Purchase:
    course = chance.pick("course", tuple(Course))
    link = chance.pick("link", RECURRING if course == Course.SUBSCRIPTION else ONE_TIME)
    renews = course == Course.SUBSCRIPTION
    return Purchase(
        chance=chance,
        at=STARTED_AT + chance.between("at", 0, DAY),
        livemode=False,
        currency=link.currency,
        amount=link.amount or chance.between("amount", 100, 50_000),
        course=course,
        refund=RefundPlan.NONE if renews else chance.pick("refund", tuple(RefundPlan)),
        visit=None if chance.happens("direct", 0.05) else _visit(chance, link),
        renewals=chance.between("renewals", 0, 2),
        versions=VERSIONS if course in ANY_VERSION else VERSIONS[1:],
        hurried=True,
    )


def _visit(chance: Chance, link: SimPaymentLink) -> Visit:
    reference = chance.token("reference", chance.between("length", 1, 30))
    url = f"{link.url}?utm_source=newsletter&client_reference_id={reference}"
    return Visit(link, url, url)
