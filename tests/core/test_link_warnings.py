"""What may be wrong with a saved link because of its payment link."""

import pytest

from campaigns.core.link_warnings import (
    CODES_HIDDEN,
    HAS_CODES_OF_ITS_OWN,
    SWITCHED_OFF,
    LinkKnown,
    has_codes,
    link_warnings,
)

CODES = {"utm_source": "a", "utm_term": ""}
OWN = "https://example.com/thanks?utm_source=site"


@pytest.mark.parametrize(
    "known",
    [
        LinkKnown(),
        LinkKnown(active=True, confirmation="redirect", codes=CODES),
        LinkKnown(confirmation="hosted_confirmation"),
        LinkKnown(confirmation="hosted_confirmation", codes={"utm_source": ""}),
        LinkKnown(confirmation="hosted_confirmation", redirect_url=OWN),
        LinkKnown(codes=CODES, redirect_url="https://example.com/thanks"),
    ],
)
def test_a_link_that_works_or_is_not_known_yet_has_no_warning(known):
    assert link_warnings(known) == ()


@pytest.mark.parametrize(
    ("known", "warning"),
    [
        (LinkKnown(active=False), SWITCHED_OFF),
        (LinkKnown(confirmation="hosted_confirmation", codes=CODES), CODES_HIDDEN),
        (LinkKnown(confirmation="redirect", redirect_url=OWN), HAS_CODES_OF_ITS_OWN),
        (LinkKnown(redirect_url=OWN, codes=CODES), HAS_CODES_OF_ITS_OWN),
    ],
)
def test_each_thing_that_is_wrong_is_said(known, warning):
    assert link_warnings(known) == (warning,)


def test_all_that_is_wrong_is_said():
    assert link_warnings(LinkKnown(False, "hosted_confirmation", None, CODES)) == (
        SWITCHED_OFF,
        CODES_HIDDEN,
    )


@pytest.mark.parametrize("query", ["utm_source=a", "x=1&utm_term=b", "&utm_content=c&d=e"])
def test_a_code_in_the_query_of_an_address_is_seen(query):
    assert has_codes(f"https://example.com/thanks?{query}")


@pytest.mark.parametrize(
    "url",
    [
        "", "https://example.com/", "https://example.com/?utm_source", "https://example.com/?utm_source=",
        "https://example.com/?utm_source=&x=1", "https://example.com/?xutm_source=a",
        "https://example.com/?utm_sources=a", "https://example.com/utm_source=a",
        "https://example.com/#?utm_source=a", "https://example.com/?x=1#&utm_source=a",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_code_is_none(url):
    assert not has_codes(url)
