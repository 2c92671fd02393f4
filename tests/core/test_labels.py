"""A label is a short word in one spelling."""

import pytest

from campaigns.core.labels import (
    LONGEST_LABEL,
    MOST_LABELS,
    BadLabel,
    read_label,
    why_not_add,
    with_label,
    with_one_less_or_more,
)


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("Print", "Print"),
        ("  autumn   push ", "autumn push"),
        ("a\nb\tc", "a b c"),
        ("a\0b", "a b"),
        ("für Österreich, 2026 🎈", "für Österreich, 2026 🎈"),
        ("x" * LONGEST_LABEL, "x" * LONGEST_LABEL),
    ],
)
def test_a_label_is_read_without_what_cannot_be_seen(typed, label):
    assert read_label(typed) == label


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "at least one letter"),
        (" \0\n\u200b ", "at least one letter"),
        ("x" * (LONGEST_LABEL + 1), "up to 40 characters; this one has 41"),
    ],
)
def test_what_is_no_label_is_refused_with_a_sentence(typed, sentence):
    with pytest.raises(BadLabel, match=sentence):
        read_label(typed)


def test_labels_are_in_the_order_of_the_alphabet_each_once():
    assert with_label(["b", "C"], "a") == ["a", "b", "C"]
    assert with_label(["a"], "a") == ["a"]


@pytest.mark.parametrize(
    ("labels", "why"),
    [
        ([], ""),
        (["printed"], ""),
        (["print"], "already labelled print"),
        ([str(number) for number in range(MOST_LABELS - 1)], ""),
        ([str(number) for number in range(MOST_LABELS)], "with 20 labels already"),
    ],
)
def test_a_label_that_a_link_has_or_has_no_room_for_is_not_added(labels, why):
    assert why_not_add(labels, "print") == why


@pytest.mark.parametrize(
    ("labels", "written", "before"),
    [
        (["a", "b", "c"], "a, c", ["a", "c"]),
        (["a"], "", []),
        ([], "a", ["a"]),
        (["a", "c"], "a, b, c", ["a", "b", "c"]),
        (["b"], "a, b", ["a", "b"]),
        (["a"], "a, b, c", ["a", "b, c"]),
        (["a, b"], "a, b, c", ["a, b", "c"]),
        (["a", "b"], "a, b", None),
        ([], "", None),
        (["a", "b", "c"], "a", None),
        (["a", "b"], "b, a, c", None),
        (["b"], "b, a", None),
    ],
)
def test_what_one_change_of_a_label_made_of_it_is_read_back(labels, written, before):
    assert with_one_less_or_more(labels, written) == before
