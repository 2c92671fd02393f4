"""It says how sure we are of what was paid, and how much of it has a known source."""

from datetime import date

import pytest

from campaigns.core.earnings import NOTHING, Sum
from campaigns.core.earnings_question import read_question
from campaigns.core.grade_lines import coverage, grade_lines

WORDS = [("A", "Certain"), ("B", "Strong"), ("U", "Unknown")]
GRADES = {"A": Sum(3, 300, 100), "U": Sum(1, 100, 0)}
TODAY = date(2026, 11, 24)


def test_every_grade_is_there_with_its_share_of_what_was_paid():
    lines = grade_lines(read_question({"currency": "eur"}, TODAY), GRADES, WORDS)
    assert [(line.grade, line.word, line.sum, line.share) for line in lines] == [
        ("A", "Certain", Sum(3, 300, 100), 0.75),
        ("B", "Strong", NOTHING, 0),
        ("U", "Unknown", Sum(1, 100, 0), 0.25),
    ]


def test_a_grade_opens_its_payments():
    lines = grade_lines(read_question({"currency": "eur"}, TODAY), GRADES, WORDS)
    assert lines[-1].payments == "basis=paid&period=30d&currency=eur&grade=U"


def test_only_the_grade_that_is_asked_for_is_shown():
    lines = grade_lines(read_question({"grade": "U"}, TODAY), {"U": Sum(1, 100)}, WORDS)
    assert [(line.grade, line.share) for line in lines] == [("U", 1)]


@pytest.mark.parametrize(
    ("grades", "expected"),
    [
        (GRADES, 0.75),
        ({"A": Sum(1, 100, 100), "U": Sum(1, 100)}, 0.5),
        ({"A": Sum(1, 100)}, 1),
        ({"U": Sum(1, 100)}, 0),
        ({"A": Sum(0, 0, 50)}, None),
        ({}, None),
    ],
)
def test_coverage_is_of_what_was_paid_before_refunds(grades, expected):
    assert coverage(grades) == expected
