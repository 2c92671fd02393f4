"""The payment links of a small company: what a buyer can pay for, and what follows the payment."""

import hashlib
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from linktracker.simulator.chance import TO_ALPHANUMERIC

Confirmation = Literal["redirect", "hosted"]
THANKS = "https://www.example.com/thank-you?session_id={CHECKOUT_SESSION_ID}"


@dataclass(frozen=True, slots=True)
class SimPaymentLink:
    """A payment link; `url` without query, `amount` in minor units (0: the buyer chooses).

    `tax_percent` is contained in the amount; `popularity` weighs the link against the others
    where a buyer comes through its bare URL.
    """

    url: str
    product: str
    amount: int
    currency: str
    confirmation: Confirmation = "hosted"
    redirect_url: str = ""
    recurring: bool = False
    tax_percent: int = 0
    popularity: int = 1
    active: bool = True

    @property
    def id(self) -> str:
        return payment_link_id(self.url)

    @property
    def livemode(self) -> bool:
        return is_live(self.url)


def payment_link_id(url: str) -> str:
    """The `plink_…` of a payment link, from its URL alone; parameters make no difference."""
    digest = hashlib.sha256(bare_url(url).encode()).digest()
    return f"plink_1{digest.translate(TO_ALPHANUMERIC)[:23].decode()}"


def bare_url(url: str) -> str:
    """The URL that Stripe's object carries: no query, no fragment, no slash at the end."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/")


def is_live(url: str) -> bool:
    """Test links begin their last path segment with `test_`; live links have no prefix."""
    return not bare_url(url).rpartition("/")[2].startswith("test_")


def _redirecting(segment: str, product: str, amount: int, popularity: int) -> SimPaymentLink:
    """A link in euros, 21 % tax inside, whose buyers return to the company's thank-you page."""
    return SimPaymentLink(
        url=f"https://buy.stripe.com/{segment}",
        product=product,
        amount=amount,
        currency="eur",
        confirmation="redirect",
        redirect_url=THANKS,
        tax_percent=21,
        popularity=popularity,
    )


CATALOGUE: tuple[SimPaymentLink, ...] = (
    _redirecting("test_9AQ4iO3kD0wYb4c8wx", "Workshop ticket", 4900, 30),
    _redirecting("test_28o02ybR9fbC6NWeUU", "Online course", 19900, 9),
    _redirecting("test_7sIeVq8EX2oQ5JScMN", "Starter kit", 6900, 22),
    SimPaymentLink(
        url="https://buy.stripe.com/test_fZu7sLd4t6GzaY25kPbII04",
        product="Consulting deposit",
        amount=12000,
        currency="eur",
        tax_percent=21,
        popularity=5,
    ),
    SimPaymentLink(
        url="https://buy.stripe.com/test_4gM9ATaWl1mf0jo8x1bII05",
        product="Supporter subscription",
        amount=1200,
        currency="eur",
        confirmation="redirect",
        redirect_url="https://www.example.com/welcome",
        recurring=True,
        tax_percent=21,
        popularity=6,
    ),
    SimPaymentLink(
        url="https://buy.stripe.com/test_aEU3dP0hQ9SLbMQ288",
        product="Workshop ticket, US",
        amount=5900,
        currency="usd",
        confirmation="redirect",
        redirect_url=THANKS,
        popularity=8,
    ),
    SimPaymentLink(
        url="https://buy.stripe.com/test_6oE5nTgkz3un9Wk3cc",
        product="Handbook, Japanese edition",
        amount=6800,
        currency="jpy",
        popularity=3,
    ),
    SimPaymentLink(
        url="https://buy.stripe.com/test_cN27vX6Jb0ib5G43ch",
        product="Handbook, UK edition",
        amount=2500,
        currency="gbp",
        confirmation="redirect",
        redirect_url=THANKS,
        popularity=6,
    ),
    SimPaymentLink(
        url="https://donate.stripe.com/test_eVa16Q1Vd7yU1Ne8ww",
        product="Donation to the scholarship fund",
        amount=0,
        currency="eur",
        popularity=4,
    ),
)

# Beside those that sell: one that was switched off after the season, and one whose redirect
# brings UTM codes of its own. Nobody pays through them.
WITH_A_HITCH: tuple[SimPaymentLink, ...] = (
    SimPaymentLink(
        url="https://buy.stripe.com/test_3cI5kD8fR2wT0aC9nq",
        product="Spring workshop ticket",
        amount=4500,
        currency="eur",
        confirmation="redirect",
        redirect_url=THANKS,
        tax_percent=21,
        active=False,
    ),
    SimPaymentLink(
        url="https://buy.stripe.com/test_8wM6rJ1nZ7aY4uG2vx",
        product="Workshop recording",
        amount=2900,
        currency="eur",
        confirmation="redirect",
        redirect_url=f"{THANKS}&utm_source=website&utm_medium=shop",
        tax_percent=21,
    ),
)

# The same shop in live mode, just opened: enough to see that the two lives never mix.
LIVE_CATALOGUE: tuple[SimPaymentLink, ...] = (
    _redirecting("5kA8xn2wJ1hG6eQ7ss", "Workshop ticket", 4900, 6),
    _redirecting("3cs4iqfIR9SLdUY288", "Starter kit", 6900, 4),
    SimPaymentLink(
        url="https://buy.stripe.com/bIYdTLcxD0ib2wM5kl",
        product="Handbook, UK edition",
        amount=2500,
        currency="gbp",
        popularity=1,
    ),
)
