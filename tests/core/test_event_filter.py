"""The list of events is asked by an address; what cannot be used is left out and said."""

import pytest

from reconciliation.core.event_filter import EventFilter, read_filter


def test_an_address_without_anything_asks_for_all():
    asked = read_filter({})
    assert asked == EventFilter()
    assert (asked.is_narrowed, asked.words, asked.parameters) == (False, "all events", {})


def test_everything_that_can_be_asked_is_asked_and_told_in_words():
    address = {
        "state": "set aside", "source": "webhook", "type": "charge.refunded", "q": "evt_1",
        "repeated": "1", "contradicted": "1",
    }  # fmt: skip
    asked = read_filter({**address, "q": " evt_1 ", "cursor": "x"})
    assert asked.parameters == address
    assert asked.is_narrowed
    assert asked.problems == ()
    assert asked.words == (
        "Needs you, By webhook, charge.refunded, evt_1, came more than once, came with another body"
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [("state", "Done"), ("state", "done "), ("state", "\0"), ("source", "mail"), ("type", "a b"),
     ("type", "Charge.x"), ("type", "x" * 256), ("q", "a b"), ("q", "\0"), ("q", "é"), ("q", "x" * 256)],
)  # fmt: skip
def test_what_cannot_be_used_is_left_out_with_a_sentence(name, value):
    asked = read_filter({name: value})
    assert not asked.is_narrowed
    assert len(asked.problems) == 1


@pytest.mark.parametrize("value", ["", "0", "yes", "2"])
def test_only_1_ticks_a_box(value):
    assert not read_filter({"repeated": value, "contradicted": value}).is_narrowed


@pytest.mark.parametrize(
    ("search", "names"),
    [("evt_1", True), ("sha256:0a", True), ("plink_1@1790000000", True), ("plink_1", False),
     ("pi_evt_1", False), ("", False)],
)  # fmt: skip
def test_what_came_is_told_from_the_object_in_it(search, names):
    asked = read_filter({"q": search})
    assert (asked.search, asked.names_an_event, asked.problems) == (search, names, ())


@pytest.mark.parametrize(
    "search", ["a@b.example", "plink_1@", "@1790000000", "plink_1@1790000000@1", "plink_1@1 x",
     "plink_1@-5", "p" * 241 + "@1", "plink-1@1"],
)  # fmt: skip
def test_an_at_stands_only_where_a_fetched_object_has_it(search):
    asked = read_filter({"q": search})
    assert (asked.search, len(asked.problems)) == ("", 1)
