"""One typing error: every text that it can make is found, and the tag that was meant as well."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.core.reference import ALPHABET, write
from campaigns.core.typing_errors import neighbours, tags_meant

TAGS = st.text(ALPHABET, min_size=6, max_size=6)
RAW = write("INV1", "7q2m9x")
WORDS = st.text("abcXYZ019-_", min_size=2, max_size=12)


@settings(max_examples=30)
@given(WORDS, st.data())
def test_a_text_with_one_error_has_what_was_meant_among_its_neighbours(meant, data):
    place = data.draw(st.integers(0, len(meant) - 2))
    character = data.draw(st.sampled_from("bQ7-"))
    wrong = meant[:place] + character + meant[place + 1 :]
    lost = meant[:place] + meant[place + 1 :]
    added = meant[:place] + character + meant[place:]
    swapped = meant[:place] + meant[place + 1] + meant[place] + meant[place + 2 :]
    for typed in {wrong, lost, added, swapped} - {meant}:
        assert meant in neighbours(typed)


@pytest.mark.parametrize("far", ["INV-1003", "INV-2", "VIN-1002", "inv-1002", "INV-1002-7"])
def test_two_errors_are_too_many(far):
    assert far not in neighbours("INV-1020")


def test_a_text_is_no_neighbour_of_itself():
    assert "aab" not in neighbours("aab")
    assert "" not in neighbours("a")


@settings(max_examples=15)
@given(TAGS, st.sampled_from(["", "INV-1"]), st.integers(0, 10), st.sampled_from(ALPHABET))
def test_the_tag_with_one_wrong_character_is_found(tag, own, place, character):
    reference = write(own or None, tag)
    at = len(reference) - 11 + place
    assert tag in tags_meant(reference[:at] + character + reference[at + 1 :])


@pytest.mark.parametrize(
    "damaged",
    {
        "capitals": RAW.upper(),
        "one lost": RAW[:-4] + RAW[-3:],
        "one added": RAW[:-4] + "x" + RAW[-4:],
        "two swapped": RAW[:-3] + RAW[-2] + RAW[-3] + RAW[-1:],
        "the dash lost": RAW.replace("-lt1", "lt1"),
        "l as 1": RAW.replace("lt1", "1t1"),
    }.values(),
)
def test_the_tag_is_found_behind_each_kind_of_damage(damaged):
    assert damaged != RAW
    assert "7q2m9x" in tags_meant(damaged)


def test_a_tag_with_a_click_is_found_as_well():
    raw = write("INV1", "7q2m9x", "0c4hq8w2v6zk")
    assert "7q2m9x" in tags_meant(raw[:-9] + "z" + raw[-8:])


@pytest.mark.parametrize("raw", ["", "INV-2026-0042", "lt17q2m9x", "short", "a" * 200])
def test_no_tag_is_seen_where_none_was(raw):
    assert "7q2m9x" not in tags_meant(raw)
