"""Candidates: offered to a person, the likeliest first, each with its reasons and once only."""

from datetime import date

from campaigns.core.candidates import MOST, LinkFound, candidates


def test_a_typing_error_stands_before_a_code_and_a_code_before_a_shared_payment_link():
    found = [
        LinkFound(1, "shared", "payment link", last_paid_on=date(2026, 9, 1)),
        LinkFound(2, "coded", "campaign", "spring"),
        LinkFound(3, "issued", "reference", "INV-1"),
        LinkFound(4, "tagged", "tag", "7q2m9x"),
    ]
    assert [one.line for one in candidates(found)] == [4, 3, 2, 1]
    assert [one.sentences[0] for one in candidates(found)] == [
        "The reference becomes its tag 7q2m9x when one typing error is put right.",
        "It was issued with the reference INV-1, one typing error away.",
        "It belongs to the campaign code spring that came with the payment.",
        "It uses the same payment link; last paid on 1 Sep 2026.",
    ]


def test_a_link_found_twice_is_offered_once_with_both_reasons():
    (one,) = candidates(
        [LinkFound(1, "link", "payment link"), LinkFound(1, "link", "tag", "7q2m9x")] * 2
    )
    assert len(one.sentences) == 2
    assert one.sentences[1] == "It uses the same payment link; nobody has paid through it yet."


def test_the_callers_order_stays_within_one_reason():
    found = [LinkFound(line, "", "payment link") for line in (3, 1, 2)]
    assert [one.line for one in candidates(found)] == [3, 1, 2]


def test_a_person_is_offered_only_so_many():
    found = [LinkFound(line, "", "payment link") for line in range(MOST + 1)]
    assert len(candidates(found)) == MOST


def test_nothing_found_is_nothing_offered():
    assert candidates([]) == ()
