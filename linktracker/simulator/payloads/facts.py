"""What one must know to draw a Stripe object; money in minor units, times in unix seconds."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from linktracker.simulator.people import Buyer

JsonObject: TypeAlias = dict[str, object]
Method = Literal["card", "sepa_debit"]


@dataclass(frozen=True, slots=True)
class Refund:
    """One refund; both `failure_…` are given once it has bounced."""

    id: str
    charge_id: str
    intent_id: str
    created: int
    currency: str
    amount: int
    status: Literal["pending", "succeeded", "failed"]
    method: Method
    balance_transaction: str | None
    failure_reason: str | None = None
    failure_balance_transaction: str | None = None


@dataclass(frozen=True, slots=True)
class Charge:
    """One try to take the money."""

    id: str
    intent_id: str
    livemode: bool
    created: int
    currency: str
    amount: int
    status: Literal["pending", "succeeded", "failed"]
    method: Method
    buyer: Buyer
    customer_id: str | None
    invoice_id: str | None
    balance_transaction: str | None
    refunds: tuple[Refund, ...] = ()

    @property
    def amount_refunded(self) -> int:
        return sum(refund.amount for refund in self.refunds if refund.status != "failed")


@dataclass(frozen=True, slots=True)
class Intent:
    """A PaymentIntent with the last charge that it made."""

    id: str
    livemode: bool
    created: int
    status: Literal["requires_payment_method", "processing", "succeeded", "canceled"]
    charge: Charge
    canceled_at: int | None = None


@dataclass(frozen=True, slots=True)
class Checkout:
    """A Session; `subtotal` is before, the property `total` after the discount, tax inside."""

    id: str
    livemode: bool
    created: int
    mode: Literal["payment", "subscription"]
    status: Literal["complete", "expired"]
    payment_status: Literal["paid", "unpaid", "no_payment_required"]
    currency: str
    subtotal: int
    discount: int
    tax_percent: int
    buyer: Buyer
    payment_link_id: str
    success_url: str
    client_reference_id: str | None
    intent_id: str | None
    subscription_id: str | None
    invoice_id: str | None
    customer_id: str | None

    @property
    def total(self) -> int:
        return self.subtotal - self.discount

    @property
    def tax(self) -> int:
        return self.total * self.tax_percent // (100 + self.tax_percent)


@dataclass(frozen=True, slots=True)
class Invoice:
    """A paid invoice of a subscription."""

    id: str
    livemode: bool
    created: int
    currency: str
    amount: int
    subscription_id: str
    customer_id: str
    intent_id: str
    charge_id: str
    billing_reason: Literal["subscription_create", "subscription_cycle"]
    number: str
    buyer: Buyer


@dataclass(frozen=True, slots=True)
class InvoicePayment:
    """What joins an invoice and a PaymentIntent since basil."""

    id: str
    livemode: bool
    created: int
    currency: str
    amount: int
    invoice_id: str
    intent_id: str
