"""Which links are meant by ticks, and what is said after changing them."""

import pytest

from campaigns.core.link_changes import Changed, Skipped, summed
from campaigns.core.link_choice import MOST_TICKED, LinkChoice, ticked
from campaigns.core.link_search import LARGEST_KEY


@pytest.mark.parametrize(
    ("lines", "numbers"),
    [
        ([], ()),
        (["7", "9", "7"], (7, 9)),
        (["x", "", "-1", "1.5", "٧", " 7", "7\0"], ()),
        ([str(LARGEST_KEY), str(LARGEST_KEY + 1), "9" * 5_000], (LARGEST_KEY,)),
    ],
)
def test_ticks_are_numbers_of_links_each_once(lines, numbers):
    assert ticked(lines) == LinkChoice(numbers)


def test_nobody_ticks_more_than_a_thousand():
    assert len(ticked([str(number) for number in range(5_000)]).lines or ()) == MOST_TICKED


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (summed(links=0, why_not=[]), "No link changed."),
        (summed(links=1, why_not=[]), "1 link changed."),
        (summed(links=12_000, why_not=[]), "12,000 links changed."),
        (
            summed(links=0, why_not=["already archived"] * 2),
            "0 links changed. Not changed: 2 already archived.",
        ),
        (
            summed(links=3, why_not=["a", "b", "b"], gone=1),
            "3 links changed. Not changed: 2 b, 1 a, 1 no longer there.",
        ),
    ],
)
def test_it_says_how_many_changed_and_why_the_others_did_not(changed, sentence):
    assert changed.sentence == sentence


def test_reasons_come_with_how_many_links_they_are_of():
    assert summed(links=1, why_not=["a"], gone=2) == Changed(
        1, (Skipped(2, "no longer there"), Skipped(1, "a"))
    )
