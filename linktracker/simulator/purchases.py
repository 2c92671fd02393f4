"""One buyer's errand: what is bought, how it goes, and at which pace things follow each other."""

from dataclasses import dataclass
from enum import StrEnum

from linktracker.simulator.catalogue import SimPaymentLink
from linktracker.simulator.chance import Chance
from linktracker.simulator.payloads import NEWEST
from linktracker.simulator.people import Buyer, meet_buyer
from linktracker.simulator.rhythm import DAY

HURRIED_GAPS = (0, 0, 1, 60, 3 * DAY)  # seconds


class Course(StrEnum):
    """How a visit to a payment link goes."""

    CARD = "card"
    DECLINED_FIRST = "declined first"  # the second card works
    DECLINED = "declined"  # and then the buyer leaves
    DEBIT = "debit"  # the bank pays days later
    DEBIT_FAILED = "debit failed"
    EXPIRED = "expired"
    FREE = "free"  # a code takes everything off
    SUBSCRIPTION = "subscription"


class RefundPlan(StrEnum):
    """What is given back later."""

    NONE = "none"
    FULL = "full"
    PART = "part"
    TWO_PARTS = "two parts"
    BOUNCED = "bounced"  # in full, but the buyer's card no longer takes it


@dataclass(frozen=True, slots=True)
class Visit:
    """A payment link, the URL that the browser really opened, and the one that earned the visit.

    They differ where a mail program mangled the link; `tracked_url` is None for a bare link.
    """

    link: SimPaymentLink
    opened_url: str
    tracked_url: str | None


@dataclass(frozen=True, slots=True)
class Purchase:
    """`at` in unix seconds, `amount` in minor units before a discount.

    Without a visit it is a PaymentIntent that somebody made with the API. Every event speaks one
    of `versions`. Hurried errands crowd into the same seconds, and their later snapshots sometimes
    lack a field that an earlier one had.
    """

    chance: Chance
    at: int
    livemode: bool
    currency: str
    amount: int
    course: Course
    refund: RefundPlan
    visit: Visit | None
    order_reference: str | None = None
    renewals: int = 0
    versions: tuple[str, ...] = (NEWEST,)
    hurried: bool = False

    def id(self, prefix: str, name: str = "") -> str:
        """An id of ours, such as `pi_3…`; `name` tells several of one prefix apart."""
        return prefix + self.chance.token(f"{prefix} {name}", 23)

    @property
    def session_id(self) -> str:
        mode = "live" if self.livemode else "test"
        return f"cs_{mode}_a1{self.chance.token('session', 56)}"

    @property
    def buyer(self) -> Buyer:
        return meet_buyer(self.chance.of("buyer"))

    def gap(self, name: str, shortest: int, longest: int) -> int:
        """Seconds until the next thing happens."""
        if self.hurried:
            return self.chance.pick(f"gap {name}", HURRIED_GAPS)
        return self.chance.between(f"gap {name}", shortest, longest)
