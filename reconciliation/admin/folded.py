"""Windows on Stripe's objects as they add up, and what they have in common."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from campaigns.models import Conversion
from linktracker import admin_filters, admin_links
from linktracker.admin_actions import asked, person
from linktracker.admin_links import NONE, Way, in_app, in_stripe
from linktracker.admin_site import (
    GRADE_COLOURS,
    OPEN,
    ModeFilter,
    Window,
    amount,
    pill,
    pretty,
)
from linktracker.lib.outcome import Outcome
from reconciliation.actions import folding_again
from reconciliation.actions.folding import PROJECTIONS
from reconciliation.core.masking import masked
from reconciliation.queries import administration


class FoldedAgain(Window):
    """Rows about objects that a person may let us fold again."""

    actions = ("fold_again",)

    def keys_of(self, keys: Sequence[Any]) -> Sequence[tuple[str, str]]:
        raise NotImplementedError

    @asked(
        "Fold again",
        "What is held of them is derived again from everything Stripe said, and their payments are "
        "judged again. It changes nothing where all is well.",
        needs=OPEN,
    )
    def fold_again(
        self, request: HttpRequest, keys: Sequence[Any], given: dict[str, Any]
    ) -> Outcome:
        named = self.keys_of(keys)
        return folding_again.fold_again(keys=named, by=person(request), at=timezone.now(), **given)


GRADES = dict(Conversion.Grade.choices)
CURRENCY = admin_filters.typed("currency", "currency", small=True)
AMBIGUOUS = admin_filters.choice(
    "ambiguous", "ambiguity", {"yes": ("Ambiguous", lambda: Q(ambiguous=True))}
)


def columns(*between: str, last: Sequence[str] = ("ambiguous", "created_at")) -> tuple[str, ...]:
    """What every list of Stripe's objects shows first and last, and what is this one's own."""
    return ("id", "test_or_live", "status", *between, *last)


def filters(statuses: Sequence[str], *between: Any) -> tuple[Any, ...]:
    """The filters of objects that have a moment and an amount, with this one's own `between`."""
    return (
        ModeFilter,
        ("created_at", admin.DateFieldListFilter),
        admin_filters.value("status", "state", statuses),
        *between,
        AMBIGUOUS,
    )


def by_grade(of: Callable[[str], Q]) -> type:
    """A filter by the grade of the payment that an object belongs to."""

    def condition(grade: str) -> admin_filters.Condition:
        return lambda: of(grade)

    return admin_filters.choice(
        "grade", "grade", {grade: (label, condition(grade)) for grade, label in GRADES.items()}
    )


def by_grade_in(columns: Sequence[str]) -> type:
    """By the grade of the payment whose id stands in one of these columns."""
    return by_grade(lambda grade: administration.objects_of_grade(grade, columns))


class Folded(FoldedAgain):
    """A Stripe object as its observations add up; amounts are Stripe's minor units inside.

    `payment_columns` hold, where they hold anything, the id of the payment it belongs to.
    """

    ordering: Sequence[str] = ("-created_at", "id")
    exclude = ("facts",)
    readonly_fields = ("shown_facts",)
    amount_column = "amount"
    payment_columns: tuple[str, ...] = ()

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("facts")

    def keys_of(self, keys: Sequence[Any]) -> Sequence[tuple[str, str]]:
        kind = next(name for name, one in PROJECTIONS.items() if one.model is self.model)
        return [(kind, str(key)) for key in keys]

    def look_up(self, rows: Sequence[Any]) -> None:
        named = [getattr(row, column) for row in rows for column in self.payment_columns]
        payments = administration.payments_by_id(named)
        for row in rows:
            ids = (getattr(row, column) for column in self.payment_columns)
            row.beside = next((payments[id] for id in ids if id in payments), None)

    def ways(self, row: Any) -> Iterable[Way]:
        yield in_app("payment", row.pk)
        yield in_stripe(row.pk, livemode=row.livemode)
        yield Way("What Stripe said of it", admin_links.listed(admin_links.OBSERVATIONS, q=row.pk))
        yield Way("Its events", admin_links.listed("reconciliation_inboxevent", q=row.pk))

    @admin.display(description="Amount")
    def money(self, row: Any) -> str:
        return amount(getattr(row, self.amount_column), row.currency)

    @admin.display(description="Payment")
    def payment(self, row: Any) -> str:
        return admin_links.to_payment(row.beside.payment_id) if row.beside else NONE

    @pill("Grade", GRADE_COLOURS)
    def grade(self, row: Any) -> tuple[str, str] | str:
        return (row.beside.grade, row.beside.grade_in_words) if row.beside else NONE

    @admin.display(description="Reference")
    def reference(self, row: Any) -> str:
        return (row.beside.reference if row.beside else None) or NONE

    @admin.display(description="Payment intent")
    def intent(self, row: Any) -> str:
        return admin_links.to_object(row.payment_intent)

    @admin.display(description="Invoice")
    def of_invoice(self, row: Any) -> str:
        return admin_links.to_object(row.invoice)

    @admin.display(description="Charge")
    def of_charge(self, row: Any) -> str:
        return admin_links.to_object(row.charge)

    @admin.display(description="Facts")
    def shown_facts(self, row: Any) -> str:
        return pretty(masked(row.facts))
