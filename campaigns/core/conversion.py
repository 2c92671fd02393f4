"""A payment as reconciliation shows it to campaigns: whose money, how much, and what came with it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class RefundSeen:
    """Money that went back: minor units of the payment's currency, on the day it moved (UTC)."""

    id: str
    amount: int
    moved_at: datetime


@dataclass(frozen=True)
class PaymentSeen:
    """One payment. Amounts are minor units of `currency`; `received` is what the buyer paid less
    refunds, before Stripe's fees. A renewal names the payment that began its subscription, and that
    payment's session is its origin; for others the origin is their own session. `aliases` are Stripe
    ids under which it may have been known before, so that a decision about one of them counts.
    """

    payment_id: str
    livemode: bool
    state: str
    currency: str
    amount: int
    refunded: int
    received: int
    tax: int | None
    created_at: datetime
    paid_at: datetime | None
    session_id: str
    origin_session_id: str
    first_payment_id: str
    subscription_id: str
    plink_id: str
    through_link: bool
    renewal: bool
    success_url: str
    reference: str | None
    refunds: tuple[RefundSeen, ...] = ()
    aliases: tuple[str, ...] = ()
