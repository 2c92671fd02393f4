"""What an open item's payments come to together, so that a list need not add them up again."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from reconciliation.core.findings import pays
from reconciliation.core.matching_rules import ItemDue, Matched, PaymentMade


@dataclass(frozen=True, slots=True)
class Paid:
    """The payments of one open item: how many, what they held and hold, and when the first came.

    All are in its currency; `beside` is an open item for many payments, that of no bridge.

    `payment_id` is that of one of them, whatever the order in which they arrived.
    """

    record_id: int
    livemode: bool
    currency: str
    beside: bool
    expected: int | None
    payments: int
    paid: int
    received: int
    paid_at: datetime
    payment_id: str


def paid_items(
    payments: Iterable[PaymentMade], items: Iterable[ItemDue], matches: Mapping[str, Matched]
) -> tuple[Paid, ...]:
    """Every open item that at least one of its matched payments pays."""
    by_id = {item.record_id: item for item in items}
    paying: dict[int, list[PaymentMade]] = defaultdict(list)
    for payment in payments:
        matched = matches.get(payment.payment_id)
        if matched and pays(by_id[matched.record_id], payment, matched):
            paying[matched.record_id].append(payment)
    return tuple(_together(by_id[record_id], each) for record_id, each in paying.items())


def _together(item: ItemDue, payments: Sequence[PaymentMade]) -> Paid:
    return Paid(
        record_id=item.record_id,
        livemode=item.livemode,
        currency=item.currency,
        beside=item.kind == "many",
        expected=item.amount,
        payments=len(payments),
        paid=sum(payment.amount for payment in payments),
        received=sum(payment.received for payment in payments),
        paid_at=min(payment.paid_at for payment in payments),
        payment_id=min(payment.payment_id for payment in payments),
    )
