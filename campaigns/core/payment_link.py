"""What Stripe says about one payment link."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PaymentLinkSeen:
    """Its id, its public address without query, and what buyers meet there; None where not told."""

    stripe_id: str
    url: str
    livemode: bool
    active: bool | None
    currency: str | None
    confirmation: str | None
    redirect_url: str | None
