"""Event types in words."""

from reconciliation.core.event_types import EVENT_TYPES
from reconciliation.core.event_words import WORDS, told


def test_every_type_of_a_payment_that_we_fold_has_its_words():
    shown = {name for name, subject in EVENT_TYPES.items() if subject.kind != "payment_link"}
    assert shown == set(WORDS)


def test_a_type_without_words_speaks_for_itself():
    assert told("charge.dispute.created").words == "charge.dispute.created"


def test_a_fetched_object_says_where_it_came_from():
    assert told("").words == "We asked Stripe and got this answer"


def test_failures_look_like_failures():
    assert told("charge.failed").tone == "bad"
    assert told("charge.succeeded").tone == ""
