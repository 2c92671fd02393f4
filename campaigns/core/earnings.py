"""What payments came to: sums of one currency, and what can be said about them.

*Received* is what buyers paid, less refunds, before Stripe's fees.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Sum:
    """A group of payments, in minor units of one currency; `paid` is before refunds."""

    payments: int = 0
    paid: int = 0
    refunded: int = 0

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(
            self.payments + other.payments,
            self.paid + other.paid,
            self.refunded + other.refunded,
        )

    @property
    def received(self) -> int:
        """Less than nothing where more went back than came in."""
        return self.paid - self.refunded

    @property
    def average(self) -> int | None:
        """Received a payment, to the nearest minor unit; None where nobody paid."""
        if not self.payments:
            return None
        return (2 * self.received + self.payments) // (2 * self.payments)


NOTHING: Final = Sum()


def total(sums: Iterable[Sum]) -> Sum:
    return sum(sums, NOTHING)


def share(part: int, whole: int) -> float | None:
    """None where the whole is nothing, or less."""
    return part / whole if whole > 0 else None


def change(now: int, before: int | None) -> float | None:
    """0.124 for 12.4 % more; None where there was nothing to compare with."""
    return None if before is None or before <= 0 else now / before - 1
