"""How sure we are of where the money came from: what was paid, by the grade of its attribution."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from campaigns.core.earnings import NOTHING, Sum, share, total
from campaigns.core.earnings_question import Question

UNKNOWN: Final = "U"


@dataclass(frozen=True, slots=True)
class GradeLine:
    """`share` is of what was paid before refunds; `payments` a query string of the Payments page."""

    grade: str
    word: str
    sum: Sum
    share: float | None
    payments: str


def grade_lines(
    question: Question, grades: Mapping[str, Sum], words: Iterable[tuple[str, str]]
) -> list[GradeLine]:
    """Every grade, or the one that is asked for; `words` in the order in which they are shown."""
    whole = total(grades.values()).paid
    lines = []
    for grade, word in words:
        if question.grade in ("", grade):
            of = grades.get(grade, NOTHING)
            payments = question.payments_query(grade=grade)
            lines.append(GradeLine(grade, word, of, share(of.paid, whole), payments))
    return lines


def coverage(grades: Mapping[str, Sum]) -> float | None:
    """The share of revenue with a known source, of what was paid before refunds.

    A refund says nothing about where its payment came from, and may be of another period.
    """
    whole = total(grades.values()).paid
    return share(whole - grades.get(UNKNOWN, NOTHING).paid, whole)
