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
    """What the payment is of: the session's total, else the invoice's, intent's or charge's.

    Of an authorised amount that was captured in part, only the part was ever paid: the charge's or
    intent's captured amount comes before the session's total, which still says the whole.
    """
    candidates = [
        *_in_order(charges, _captured_part, is_collected),
        *_in_order(intents, _received_part, is_paid_intent),
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
    once bounced ones are taken out, so the larger is nearer. Other currencies are left out, and
    so is what a charge released when it was captured in part: nobody had paid it.
    """
    given_back = [one for one in money_back(charges, refunds).values() if _in_currency(one, price)]
    charged = [one for one in charges.values() if _in_currency(one, price)]
    standing = _sum(given_back, lambda one: one.get("status") not in BOUNCED)
    bounced = _sum(given_back, lambda one: one.get("status") in BOUNCED)
    counted = sum(_counted(charge) for charge in charged if is_collected(charge))
    return min(max(standing, counted - bounced, 0), price.minor)


def money_back(charges: FactsById, refunds: FactsById) -> FactsById:
    """The refunds without those by which Stripe tells that a partial capture released the rest.

    Of the refunds of such a charge it is the earliest of exactly the released amount. Should that
    have been a buyer's after all, the charge's counter still holds it.
    """
    left_out = {_release_of(id, charge, refunds) for id, charge in charges.items()}
    return {id: refund for id, refund in refunds.items() if id not in left_out}


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


def _captured_part(charge: Facts) -> Price | None:
    """What was captured of a charge, where that is less than was authorised."""
    captured = integer(charge, "amount_captured")
    return _priced(charge, captured) if is_collected(charge) and _released(charge) else None


def _received_part(intent: Facts) -> Price | None:
    """What came of an intent that succeeded, where that is less than was asked for."""
    asked, came = integer(intent, "amount") or 0, integer(intent, "amount_received") or 0
    return _priced(intent, came) if is_paid_intent(intent) and 0 < came < asked else None


def _counted(charge: Facts) -> int:
    """The charge's own count of what went back to the buyer after it was captured.

    Stripe counts what a partial capture releases as refunded too; that part is taken out.
    """
    return max((integer(charge, "amount_refunded") or 0) - _released(charge), 0)


def _release_of(charge_id: str, charge: Facts, refunds: FactsById) -> str | None:
    """The refund that stands for what this charge released, where there is one."""
    released = _released(charge) if is_collected(charge) else 0
    told = [
        (integer(refund, "created") or 0, id)
        for id, refund in refunds.items()
        if released and refund.get("charge") == charge_id and refund.get("amount") == released
    ]
    return min(told)[1] if told else None


def _released(charge: Facts) -> int:
    """Minor units that were authorised and not captured; versions without the field tell none."""
    authorised, captured = integer(charge, "amount") or 0, integer(charge, "amount_captured") or 0
    return authorised - captured if 0 < captured < authorised else 0


def _in_currency(facts: Facts, price: Price) -> bool:
    return facts.get("currency") in (price.currency, None)


def _sum(refunds: Iterable[Facts], counts: Callable[[Facts], bool]) -> int:
    return sum(integer(refund, "amount") or 0 for refund in refunds if counts(refund))
