"""What really happened: the events that Stripe would send, and the payments they are about."""

from dataclasses import dataclass
from typing import Literal

State = Literal["pending", "paid", "free", "failed", "partly_refunded", "refunded"]


@dataclass(frozen=True, slots=True)
class SimEvent:
    """One webhook event; `created` in unix seconds, `body` the bytes that Stripe would post."""

    id: str
    type: str
    created: int
    body: bytes


@dataclass(frozen=True, slots=True)
class SimPayment:
    """One payment as an all-knowing observer sees it; money in minor units, times in unix seconds.

    `payment_id` is the PaymentIntent, for a subscription or its renewal the Invoice, for a free
    order the Session, and so for a subscription whose Session is too old to name its invoice. Session, payment link and reference are what the payment's own objects say
    (a renewal and a payment without a link say nothing); `link_url` is the URL that earned it,
    also where the evidence was lost on the way. `order_reference` names the company's own record.
    Refunds count unless they failed. A checkout that was left is no payment.
    """

    payment_id: str
    session_id: str | None
    livemode: bool
    state: State
    currency: str
    amount: int
    refunded: int
    created: int
    paid_at: int | None
    payment_link_id: str | None
    client_reference_id: str | None
    link_url: str | None
    order_reference: str | None
    payment_intent_id: str | None = None
    renewal: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One event, and what is true of its payment from then on; None: there is no payment."""

    event: SimEvent
    payment: SimPayment | None
