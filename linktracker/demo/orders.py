"""The company's own records: 300 orders, most of them paid as expected, and every way to differ."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from io import StringIO

from linktracker.demo.links import JAPAN, KIT, ORDER_NUMBER, UK, US, WORKSHOP
from linktracker.lib.money import to_decimal
from linktracker.simulator.catalogue import SimPaymentLink
from linktracker.simulator.errands import Fate, SimOrder

FIRST_NUMBER = 1401
# Of 300 orders; what is left agrees. `no_record` is paid and comes on top, without an order.
FATES: tuple[tuple[Fate, int], ...] = (
    ("no_payment_yet", 12),
    ("short", 4),
    ("over", 3),
    ("paid_twice", 4),
    ("other_currency", 2),
)
ORDERS = 300
WITHOUT_RECORD = 5
PRODUCTS = (WORKSHOP, KIT, WORKSHOP, UK, KIT, WORKSHOP, US, WORKSHOP, KIT, JAPAN)


def make_orders(invoice_links: Mapping[str, str]) -> list[SimOrder]:
    """The orders in the order of their numbers, each with the link that its invoice mail held."""
    return [
        _order(number, product, fate, invoice_links)
        for number, (product, fate) in enumerate(_plan(), FIRST_NUMBER)
    ]


def _plan() -> Iterator[tuple[SimPaymentLink, Fate]]:
    """Spread the unusual fates evenly over the quarter, and over the products."""
    unusual = [fate for fate, count in FATES for _ in range(count)]
    unusual += ["no_record"] * WITHOUT_RECORD
    total = ORDERS + WITHOUT_RECORD
    every = total // len(unusual)
    for place in range(total):
        turn, rest = divmod(place, every)
        fate: Fate = unusual[turn] if rest == every - 1 and turn < len(unusual) else "agrees"
        yield PRODUCTS[(place + turn) % len(PRODUCTS)], fate


def _order(
    number: int, product: SimPaymentLink, fate: Fate, invoice_links: Mapping[str, str]
) -> SimOrder:
    reference = f"INV-{number}"
    return SimOrder(
        reference=reference,
        amount=product.amount,
        currency=product.currency,
        payment_link_url=invoice_links[product.url].replace(ORDER_NUMBER, reference),
        fate=fate,
    )


def open_items_csv(orders: Sequence[SimOrder], today: date) -> str:
    """The file that the company's books would give: no record of what they do not know."""
    known = [order for order in orders if order.fate != "no_record"]
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(
        ["external_id", "reference", "currency", "amount", "due_on", "kind", "description"]
    )
    for place, order in enumerate(known):
        due = today - timedelta(days=90 - round(place * 85 / len(known)))
        amount = to_decimal(order.amount, order.currency)
        writer.writerow(
            [order.reference, order.reference, order.currency.upper(), amount, due, "single", ""]
        )
    return text.getvalue()
