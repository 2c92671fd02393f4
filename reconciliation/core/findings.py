"""What comes of comparing open items with payments: computed on asking, never stored.

A *line* is what is compared: an open item with the payments that pay it, or a payment that pays
none. Each line has one finding and one difference, `received − expected`, so that per currency
`expected − received = missing + short − over − unexpected` by construction (identity T11; paid
twice, other currency and no record are the unexpected). Open items for many payments are lines of
their own, beside both sides. `queries/lines.py` draws the same lines as a set.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from reconciliation.core.matching import PAID_STATES, match
from reconciliation.core.matching_rules import ItemDue, Kind, Matched, PaymentMade, Rule

Finding = Literal[
    "agrees", "short", "over", "paid_twice", "other_currency", "no_record", "no_payment_yet"
]
FINDINGS: tuple[Finding, ...] = get_args(Finding)
TO_LOOK_AT: tuple[Finding, ...] = tuple(name for name in FINDINGS if name != "agrees")

LABELS: Mapping[str, str] = {
    "agrees": "Agrees",
    "short": "Short",
    "over": "Over",
    "paid_twice": "Paid twice",
    "other_currency": "Other currency",
    "no_record": "No record",
    "no_payment_yet": "No payment yet",
}


def of_item(kind: Kind, expected: int | None, received: int, payments: int) -> Finding:
    """The finding of an open item, from what its payments hold together."""
    if kind == "many" or expected is None:
        return "agrees" if payments else "no_payment_yet"
    if received == expected:
        return "agrees"
    if received == 0:
        return "no_payment_yet"
    return "short" if received < expected else "over"


def of_stray(rule: Rule | None) -> Finding:
    """The finding of a payment that pays no open item, from its match if it has one."""
    if rule is None:
        return "no_record"
    return "paid_twice" if rule == "R0" else "other_currency"


def pays(item: ItemDue, payment: PaymentMade, matched: Matched) -> bool:
    """Whether this matched payment stands on the line of its open item."""
    return matched.rule != "R0" and payment.currency == item.currency


@dataclass(frozen=True, slots=True)
class Line:
    """One comparison in one currency; `expected` is None where nothing was expected."""

    key: str
    livemode: bool
    currency: str
    finding: Finding
    beside: bool
    payments: int
    expected: int | None
    received: int


def lines(payments: Sequence[PaymentMade], items: Sequence[ItemDue]) -> tuple[Line, ...]:
    """Every open item and every paid payment, each on exactly one line (identity T10)."""
    by_id = {item.record_id: item for item in items}
    matches = match(payments, items)
    paying: dict[int, list[PaymentMade]] = defaultdict(list)
    stray: list[Line] = []
    for payment in payments:
        matched = matches.get(payment.payment_id)
        if matched and pays(by_id[matched.record_id], payment, matched):
            paying[matched.record_id].append(payment)
        elif payment.state in PAID_STATES:
            stray.append(_stray_line(payment, matched))
    return (*(_item_line(item, paying[item.record_id]) for item in items), *stray)


def _item_line(item: ItemDue, payments: Sequence[PaymentMade]) -> Line:
    received = sum(payment.received for payment in payments)
    return Line(
        key=f"item {item.record_id}",
        livemode=item.livemode,
        currency=item.currency,
        finding=of_item(item.kind, item.amount, received, len(payments)),
        beside=item.kind == "many",
        payments=len(payments),
        expected=item.amount,
        received=received,
    )


def _stray_line(payment: PaymentMade, matched: Matched | None) -> Line:
    return Line(
        key=payment.payment_id,
        livemode=payment.livemode,
        currency=payment.currency,
        finding=of_stray(matched.rule if matched else None),
        beside=False,
        payments=1,
        expected=None,
        received=payment.received,
    )


@dataclass(frozen=True, slots=True)
class Tally:
    """The lines of one finding in one currency: how many, and their money in minor units."""

    finding: Finding
    lines: int
    items: int
    payments: int
    expected: int
    received: int

    @property
    def difference(self) -> int:
        return self.received - self.expected


@dataclass(frozen=True, slots=True)
class Bridge:
    """From expected to received in one currency, finding by finding."""

    tallies: Mapping[Finding, Tally]

    @property
    def lines(self) -> int:
        return sum(tally.lines for tally in self.tallies.values())

    @property
    def items(self) -> int:
        return sum(tally.items for tally in self.tallies.values())

    @property
    def payments(self) -> int:
        return sum(tally.payments for tally in self.tallies.values())

    @property
    def expected(self) -> int:
        return sum(tally.expected for tally in self.tallies.values())

    @property
    def received(self) -> int:
        return sum(tally.received for tally in self.tallies.values())

    @property
    def difference(self) -> int:
        return self.received - self.expected

    @property
    def steps(self) -> tuple[Tally, ...]:
        """What lies between the two totals, in the order in which it is told."""
        return tuple(self.of(name) for name in STEPS)

    def of(self, finding: Finding) -> Tally:
        return self.tallies.get(finding) or Tally(finding, 0, 0, 0, 0, 0)

    def only(self, findings: Iterable[Finding]) -> "Bridge":
        """What these findings alone add up to."""
        return Bridge({finding: self.of(finding) for finding in findings})


STEPS: tuple[Finding, ...] = (
    "no_payment_yet", "short", "over", "paid_twice", "other_currency", "no_record",
)  # fmt: skip


def bridge(found: Iterable[Line]) -> Bridge:
    """Add up the lines of one currency and mode; those beside the bridge are left out."""
    grouped: dict[Finding, list[Line]] = defaultdict(list)
    for line in found:
        if not line.beside:
            grouped[line.finding].append(line)
    return Bridge({finding: _tally(finding, each) for finding, each in grouped.items()})


def _tally(finding: Finding, found: Sequence[Line]) -> Tally:
    return Tally(
        finding=finding,
        lines=len(found),
        items=sum(line.expected is not None for line in found),
        payments=sum(line.payments for line in found),
        expected=sum(line.expected or 0 for line in found),
        received=sum(line.received for line in found),
    )
