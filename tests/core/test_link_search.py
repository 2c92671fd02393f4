"""What an address of the list of links asks for; nonsense asks for nothing."""

import pytest

from campaigns.core.link_search import LARGEST_KEY, LinkSearch

BASE = "https://buy.stripe.com/test_eVa5nPg1j1wmfXq5kr"


def test_a_search_reads_words_codes_and_payment_link():
    search = LinkSearch.parse(
        {"q": " news ", "utm_source": "a", "utm_term": "", "payment_link": "7"}
    )
    assert search == LinkSearch("news", {"utm_source": "a"}, 7)
    assert search.asks_for_something


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"q": " "},
        {"q": "\0"},
        {"utm_source": "\0"},
        {"payment_link": "x"},
        {"payment_link": "-1"},
        {"payment_link": "١"},
        {"payment_link": str(LARGEST_KEY + 1)},
        {"payment_link": "9" * 5_000},
        {"utm_sources": "a"},
        {"campaign": "0x1", "owner": "nobody", "label": "\0", "paid": "yes", "warning": "no"},
        {"campaign": "9" * 30},
        {"shelf": "active", "sort": "name"},
        {"shelf": "ARCHIVED", "sort": "x"},
    ],
)
def test_nonsense_asks_for_nothing(asked):
    assert not LinkSearch.parse(asked).asks_for_something


def test_words_and_codes_have_an_end():
    search = LinkSearch.parse({"q": "a" * 10_000, "utm_source": "a" * 10_000})
    assert (len(search.words), len(search.codes["utm_source"])) == (2_000, 150)
    assert LinkSearch.parse({"payment_link": str(LARGEST_KEY)}).payment_link == LARGEST_KEY


@pytest.mark.parametrize(
    ("words", "tag"),
    [
        ("7q2m9x", "7q2m9x"),
        ("lt17q2m9xzv", "7q2m9x"),
        ("cart_48213-lt17q2m9xzv", "7q2m9x"),
        (f"{BASE}?utm_source=a&client_reference_id=lt17q2m9xzv", "7q2m9x"),
        (f"{BASE}?client_reference_id=lt17q2m9xzv&client_reference_id=b", "7q2m9x"),
        (f"{BASE}?utm_source=lt17q2m9xzv", None),
        (BASE, None),
        ("lt17q2m9xzw", None),
        ("7q2m9", None),
        ("7q2m9l", None),
        ("", None),
    ],
)
def test_words_that_hold_a_link_tag_name_its_link(words, tag):
    assert LinkSearch(words).tag == tag


FILTERS = {
    "q": "news",
    "utm_source": "a",
    "payment_link": "7",
    "campaign": "3",
    "owner": "none",
    "label": "print",
    "paid": "never",
    "warning": "yes",
    "shelf": "all",
    "sort": "name",
}


@pytest.mark.parametrize("asked", [{}, FILTERS, {"campaign": "none"}, {"owner": "4"}])
def test_a_search_writes_the_query_string_it_was_read_from(asked):
    assert LinkSearch.parse(asked).asked == asked
    assert LinkSearch.parse(LinkSearch.parse(asked).asked) == LinkSearch.parse(asked)


def test_filters_are_read():
    search = LinkSearch.parse(FILTERS)
    assert (search.campaign, search.owner, search.label) == (3, "none", "print")
    assert (search.never_paid, search.warned, search.shelf, search.sort) == (
        True,
        True,
        "all",
        "name",
    )


@pytest.mark.parametrize("name", sorted(set(FILTERS) - {"sort"}))
def test_each_filter_alone_asks_for_something(name):
    assert LinkSearch.parse({name: FILTERS[name]}).asks_for_something
