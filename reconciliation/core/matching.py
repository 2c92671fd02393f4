"""Which payment pays which open item: gates first, then the rules in their order.

A pure function of the payments and open items that exist, whatever arrived first: the same sets
give the same answer.

Gates (reconciliation reference 7): the same mode; the same own reference, compared exactly and
never empty; an open item that is neither void nor superseded (the caller brings no other); a
payment that is paid, not merely complete; exactly one open item with that reference in the
payment's currency. Where no item has the payment's currency and only one has the reference, the
payment is kept beside that item as *other currency* and pays nothing of it. A renewal repeats the
reference of its subscription's first payment, so it never pays a single item again.

One open item for one payment: payments claim it in this order: what they hold now is the expected
amount; what was paid is; then the earlier; what was refunded in full comes last. The first claim
stands (R1 exact, R9 another amount). A later one as large as the item or as the first claim, and
more than what is still open, pays it twice (R0). Any other later one is a further part (R9) and is
added, so that a small transfer that merely mentions a paid item is a difference, not a duplicate.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from reconciliation.core.matching_rules import (
    ItemDue,
    Matched,
    PaymentMade,
    account,
    already_paid,
    different_amount,
    exact,
    other_currency,
)

RULESET = 1
PAID_STATES = ("paid", "partly_refunded", "refunded")

Key = tuple[bool, str]


def match(payments: Iterable[PaymentMade], items: Iterable[ItemDue]) -> dict[str, Matched]:
    """The open item of each payment that has one, by payment id."""
    named: dict[Key, list[ItemDue]] = defaultdict(list)
    for item in items:
        named[item.livemode, item.reference].append(item)
    claims: dict[ItemDue, list[PaymentMade]] = defaultdict(list)
    for payment in payments:
        if claimed := _item_of(payment, named):
            claims[claimed].append(payment)
    answers: dict[str, Matched] = {}
    for item, claimants in claims.items():
        answers |= _settle(item, claimants)
    return answers


def _item_of(payment: PaymentMade, named: Mapping[Key, Sequence[ItemDue]]) -> ItemDue | None:
    """The one open item that this payment can belong to; None where no gate lets it through."""
    if not payment.own or payment.state not in PAID_STATES:
        return None
    items = named.get((payment.livemode, payment.own), ())
    candidates = [item for item in items if item.currency == payment.currency] or items
    if len(candidates) != 1:
        return None
    item = candidates[0]
    return None if payment.renewal and item.kind == "single" else item


def _settle(item: ItemDue, claimants: Sequence[PaymentMade]) -> dict[str, Matched]:
    elsewhere = [paid for paid in claimants if paid.currency != item.currency]
    answers = {paid.payment_id: other_currency(paid, item) for paid in elsewhere}
    comparable = [paid for paid in claimants if paid.currency == item.currency]
    if item.kind == "many" or item.amount is None:
        return answers | {paid.payment_id: account(item) for paid in comparable}
    return answers | _settle_single(item, item.amount, comparable)


def _settle_single(
    item: ItemDue, expected: int, payments: Sequence[PaymentMade]
) -> dict[str, Matched]:
    answers: dict[str, Matched] = {}
    first: PaymentMade | None = None
    still_open = expected
    for payment in sorted(payments, key=lambda paid: _claim(paid, expected)):
        if first is not None and _pays_again(payment, first, expected, still_open):
            answers[payment.payment_id] = already_paid(payment, item, first)
            continue
        is_exact = first is None and expected in (payment.received, payment.amount)
        rule = exact if is_exact else different_amount
        answers[payment.payment_id] = rule(payment, item, expected)
        still_open -= payment.received
        first = first or payment
    return answers


def _claim(payment: PaymentMade, expected: int) -> tuple[bool, bool, bool, datetime, str]:
    """Who comes first: the order of claims on one open item; it ends with the payment's id."""
    return (
        payment.received == 0,
        payment.received != expected,
        payment.amount != expected,
        payment.paid_at,
        payment.payment_id,
    )


def _pays_again(payment: PaymentMade, first: PaymentMade, expected: int, still_open: int) -> bool:
    """Amounts are compared before anything is called a duplicate; money given back pays nothing."""
    if not payment.received:
        return False
    as_large = payment.amount >= min(first.amount, expected)
    return as_large and payment.received > still_open
