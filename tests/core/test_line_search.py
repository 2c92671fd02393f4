"""A search is cut to what a column can hold, and otherwise left as it was typed."""

import pytest

from reconciliation.core.line_search import LONGEST_SEARCH, search_text


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("", ""),
        ("  INV-1 ", "INV-1"),
        ("\x00", ""),
        (" \x00 a\x00b", "ab"),
        ("50% é_\\", "50% é_\\"),
        ("x" * 10_000, "x" * LONGEST_SEARCH),
    ],
)
def test_it_keeps_what_can_be_looked_for(typed, text):
    assert search_text(typed) == text
