"""Which objects belong to one payment: what an object names, and how named ids hang together.

Only Stripe's own relations join objects. Customer, reference and subscription are attributes of a
payment, never a reason to merge two.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, TypeAlias

from linktracker.lib.json_read import text
from reconciliation.core.facts import Facts
from reconciliation.core.payment import Members, payment_id_of_invoice, payment_id_of_session

JOINS: Final[Mapping[str, tuple[str, ...]]] = {
    "checkout_session": ("payment_intent", "invoice"),
    "payment_intent": ("invoice",),
    "charge": ("payment_intent", "invoice"),
    "refund": ("charge", "payment_intent"),
    "invoice": ("payment_intent", "charge"),
    "invoice_payment": ("invoice", "payment_intent", "charge"),
}
"""For each kind, the facts that name another object of the same payment; each is called by its kind."""
FIRST_PERIOD: Final = "first period"
FIRST_OF: Final = "first of "

Name: TypeAlias = tuple[str, str]
"""What an object is called by: the kind of what has this name, and the name."""


@dataclass(frozen=True, slots=True)
class Known:
    """The folded state of one object."""

    kind: str
    id: str
    livemode: bool
    facts: Facts


@dataclass(frozen=True)
class Component:
    """The objects of one payment, and every id by which it may have been called."""

    ids: frozenset[str]
    objects: tuple[Known, ...] = field(default=())

    def of_kind(self, kind: str) -> Mapping[str, Facts]:
        return self._by_kind.get(kind, {})

    @cached_property
    def _by_kind(self) -> dict[str, dict[str, Facts]]:
        found: dict[str, dict[str, Facts]] = {}
        for known in self.objects:
            found.setdefault(known.kind, {})[known.id] = known.facts
        return found

    @cached_property
    def payment_ids(self) -> list[str]:
        """What the payment is called: by its session, else its invoice, intent or lone charge.

        Two sessions may name two payments, for instance when an invoice was paid in two parts.
        """
        by_sessions = {
            payment_id_of_session(facts, id)
            for id, facts in self.of_kind("checkout_session").items()
        }
        if by_sessions:
            return sorted(by_sessions)
        by_invoices = {
            name
            for id, facts in self.of_kind("invoice").items()
            if (name := payment_id_of_invoice(facts, id))
        }
        intents = {id for id in self.ids if id.startswith("pi_")}
        candidates = by_invoices or intents or set(self.of_kind("charge"))
        return [min(candidates)] if candidates else []

    def members(self, payment_id: str) -> Members:
        """What belongs to one payment; where the component holds only one, that is everything."""
        everything = Members(
            sessions=self.of_kind("checkout_session"),
            intents=self.of_kind("payment_intent"),
            invoices=self.of_kind("invoice"),
            charges=self.of_kind("charge"),
            refunds=self.of_kind("refund"),
        )
        return everything if len(self.payment_ids) == 1 else _own(everything, payment_id)

    @property
    def livemode(self) -> bool:
        return self.objects[0].livemode


def _own(members: Members, payment_id: str) -> Members:
    """The part of the members that leads to this payment without passing through another's."""
    sessions = {
        id: facts
        for id, facts in members.sessions.items()
        if payment_id_of_session(facts, id) == payment_id
    }
    intents = {id: facts for id, facts in members.intents.items() if id == payment_id}
    charges = _naming(members.charges, "payment_intent", {payment_id})
    refunds = _naming(members.refunds, "payment_intent", {payment_id})
    refunds |= _naming(members.refunds, "charge", set(charges))
    invoices = {id: facts for id, facts in members.invoices.items() if id == payment_id}
    return Members(sessions, intents, invoices, charges, refunds)


def _naming(objects: Mapping[str, Facts], key: str, ids: set[str]) -> dict[str, Facts]:
    return {id: facts for id, facts in objects.items() if text(facts, key) in ids}


def names_of(kind: str, id: str, facts: Facts) -> set[Name]:
    """The object's own name and those of the objects that it names."""
    names = {(kind, id)}
    for other in JOINS.get(kind, ()):
        if name := text(facts, other):
            names.add((other, name))
    if first := _first_period(kind, facts):
        names.add((FIRST_PERIOD, first))
    return names


def _first_period(kind: str, facts: Facts) -> str | None:
    """The first period of a subscription, as a name that a session and its invoice share.

    Sessions of older API versions do not name their invoice, but they begin a subscription, and
    its first invoice is theirs.
    """
    begins = kind == "checkout_session" and not text(facts, "invoice")
    first = kind == "invoice" and facts.get("billing_reason") == "subscription_create"
    subscription = text(facts, "subscription")
    return f"{FIRST_OF}{subscription}" if subscription and (begins or first) else None


def subscriptions_begun(names: Iterable[Name]) -> list[str]:
    """The subscriptions whose first period is among these names."""
    return sorted(name.removeprefix(FIRST_OF) for kind, name in names if kind == FIRST_PERIOD)


def subscription_of(kind: str, facts: Facts) -> str | None:
    """The subscription whose renewals inherit from a session; an attribute, not a join."""
    return text(facts, "subscription") if kind in {"checkout_session", "invoice"} else None


def components(objects: Iterable[Known]) -> Iterator[Component]:
    """Part the objects into payments: two are of one where ids that they name are the same."""
    objects = sorted(objects, key=lambda known: (known.kind, known.id))
    parent: dict[str, str] = {}

    def root(id: str) -> str:
        while parent.setdefault(id, id) != id:
            parent[id] = id = parent[parent[id]]
        return id

    for known in objects:
        for _, name in names_of(known.kind, known.id, known.facts):
            parent[root(name)] = root(known.id)
    ids: dict[str, set[str]] = defaultdict(set)
    for id in parent:
        ids[root(id)].add(id)
    grouped: dict[str, list[Known]] = defaultdict(list)
    for known in objects:
        grouped[root(known.id)].append(known)
    for group, found in grouped.items():
        yield Component(frozenset(ids[group]), tuple(found))
