"""The amounts of a payment: what it is of, and what was given back."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from linktracker.lib.json_read import integer, text
from reconciliation.core.facts import Facts

FactsById: TypeAlias = Mapping[str, Facts]

BOUNCED: Final = ("failed", "canceled")


@dataclass(frozen=True, slots=True)
class Price:
    """What a payment is of: minor units of one currency."""

    minor: int
    currency: str


def price_of(
    session: Facts, invoices: FactsById, intents: FactsById, charges: FactsById
) -> Price | None:
    """What the payment is of: the session's total, else the invoice's, intent's or charge's."""
    candidates = [
        _priced(session, integer(session, "amount_total")),
        *_in_order(invoices, _invoice_price, is_paid_invoice),
        *_in_order(intents, _intent_price, is_paid_intent),
        *_in_order(charges, _charge_price, is_collected),
    ]
    return next((price for price in candidates if price is not None), None)


def refunded(charges: FactsById, refunds: FactsById, price: Price) -> int:
    """Minor units given back, never more than was paid.

    Two witnesses, neither complete: refunds may not have reached us, and a charge's counter may
    be older than the newest refund, or still count one that bounced. Each can only miss a refund
    once bounced ones are taken out, so the larger is nearer. Other currencies are left out.
    """
    given_back = [one for one in refunds.values() if _in_currency(one, price)]
    charged = [one for one in charges.values() if _in_currency(one, price)]
    standing = _sum(given_back, "amount", lambda one: one.get("status") not in BOUNCED)
    bounced = _sum(given_back, "amount", lambda one: one.get("status") in BOUNCED)
    counted = _sum(charged, "amount_refunded", is_collected)
    return min(max(standing, counted - bounced, 0), price.minor)


def is_paid_invoice(invoice: Facts) -> bool:
    return invoice.get("status") == "paid"


def is_paid_intent(intent: Facts) -> bool:
    return intent.get("status") == "succeeded"


def is_collected(charge: Facts) -> bool:
    """The buyer's money came with this charge; a charge of an earlier, failed try never counts."""
    return charge.get("status") == "succeeded" and charge.get("captured") is True


def _in_order(
    objects: FactsById, price: Callable[[Facts], Price | None], proves: Callable[[Facts], bool]
) -> list[Price | None]:
    """The prices of objects of one kind: those that prove the payment, then the smallest id."""
    order = sorted(objects, key=lambda one: (not proves(objects[one]), one))
    return [price(objects[object_id]) for object_id in order]


def _priced(facts: Facts, minor: int | None) -> Price | None:
    currency = text(facts, "currency")
    return None if minor is None or currency is None else Price(minor, currency)


def _invoice_price(invoice: Facts) -> Price | None:
    paid = is_paid_invoice(invoice)
    return _priced(invoice, integer(invoice, "amount_paid" if paid else "amount_due"))


def _intent_price(intent: Facts) -> Price | None:
    return _priced(intent, integer(intent, "amount_received") or integer(intent, "amount"))


def _charge_price(charge: Facts) -> Price | None:
    return _priced(charge, integer(charge, "amount_captured") or integer(charge, "amount"))


def _in_currency(facts: Facts, price: Price) -> bool:
    return facts.get("currency") in (price.currency, None)


def _sum(objects: Iterable[Facts], key: str, counts: Callable[[Facts], bool]) -> int:
    return sum(integer(facts, key) or 0 for facts in objects if counts(facts))
