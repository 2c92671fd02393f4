"""Any pasted URL explained, and put right."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.core.inspection import inspect, inspect_text

LINK = "https://buy.stripe.com/abc123"


def test_as_json_is_the_contract():
    document = inspect("buy.stripe.com/test_abc?utm_source=spring sale&fbclid=1").as_json()
    assert json.loads(json.dumps(document)) == {
        "url": "buy.stripe.com/test_abc?utm_source=spring sale&fbclid=1",
        "is_payment_link": True,
        "livemode": False,
        "parameters": [
            {
                "name": "utm_source",
                "value": "spring sale",
                "verdict": "dropped",
                "reason": "Not allowed: space. Stripe would drop this value.",
                "suggestion": "spring_sale",
            },
            {
                "name": "fbclid",
                "value": "1",
                "verdict": "ignored",
                "reason": "Not a parameter that Stripe documents.",
                "suggestion": None,
            },
        ],
        "corrected_url": "https://buy.stripe.com/test_abc?utm_source=spring_sale&fbclid=1",
        "problem": None,
    }


def test_what_is_no_payment_link_has_a_problem_and_nothing_else():
    text = "https://checkout.stripe.com/c/pay/cs_live_a1?utm_source=a"
    assert inspect(text).as_json() == {
        "url": text,
        "is_payment_link": False,
        "livemode": None,
        "parameters": [],
        "corrected_url": None,
        "problem": "This is a Checkout Session: one buyer's page, which expires.",
    }


@pytest.mark.parametrize(
    ("query", "corrected"),
    [
        ("", ""),
        ("?", "?"),
        ("?utm_source=a#top", "?utm_source=a#top"),
        ("?x=%7e&y=a+b&&z", "?x=%7e&y=a+b&&z"),
        ("?utm_source=%61", "?utm_source=%61"),
        ("?utm_source=été", "?utm_source=ete"),
        ("?utm_source=", ""),
        ("?utm_source=日本&x=1", "?x=1"),
        ("?utm_source=a&utm_source=b", "?utm_source=a"),
        ("?utm_source=&utm_source=b", "?utm_source=b"),
        ("?UTM_Source=a", "?utm_source=a"),
        ("?UTM_Source=spring sale", "?utm_source=spring_sale"),
        ("?UTM_Source=a&utm_source=b", "?utm_source=b"),
        ("?utm_source=b&UTM_Source=a", "?utm_source=b"),
        ("?UTM_Source=a&utm_source=", "?utm_source=a"),
        ("?UTM_Source=a&Utm_Source=b", "?utm_source=a"),
        ("?utm_source=a&amp;utm_medium=b", "?utm_source=a&utm_medium=b"),
        ("?client_reference_id=%7B%7Bid%7D%7D", "?client_reference_id={{id}}"),
        ("?x=%7B%7Bid%7D%7D", "?x=%7B%7Bid%7D%7D"),
        ("?prefilled_promo_code=SAVE-20", ""),
        (
            "?prefilled_email=a@b.co&locked_prefilled_email=c@d.co",
            "?prefilled_email=a@b.co&locked_prefilled_email=c@d.co",
        ),
    ],
)
def test_corrected_url_keeps_what_can_be_kept(query, corrected):
    assert inspect(LINK + query).corrected_url == LINK + corrected


@pytest.mark.parametrize(
    ("text", "loses"),
    [
        (LINK, False),
        (f"{LINK}?utm_source=a&fbclid=1&UTM_Term=a", False),
        (f"{LINK}?utm_source=a b", True),
        (f"{LINK}?utm_source=a&utm_source=a", True),
        (f"{LINK}?utm_source", True),
        ("https://dashboard.stripe.com/", True),
    ],
)
def test_loses_something_when_a_value_is_dropped_or_the_url_refused(text, loses):
    assert inspect(text).loses_something is loses


CHUNKS = st.sampled_from([*"ab+=&%+{}é#", "utm_source=", "&UTM_Term=", "&locale=de"])


@settings(max_examples=100)
@given(st.lists(CHUNKS, max_size=12).map("".join))
def test_a_corrected_url_needs_no_correction(query):
    corrected = inspect(f"{LINK}?{query}").corrected_url
    assert corrected is not None
    again = inspect(corrected)
    assert not again.loses_something
    assert again.corrected_url == corrected


@given(st.text(max_size=40))
def test_inspect_answers_whatever_the_text(text):
    assert inspect(text).url == text


def test_every_address_of_a_text_is_explained_once():
    seen = inspect_text(f"see {LINK}?utm_source=a b&c=d\n{LINK}\nnothing\n{LINK}\nhttps://x.com/")
    told = [(one.inspection.is_payment_link, one.copies) for one in seen.findings]
    assert told == [(True, 1), (True, 2), (False, 1)]
    assert (seen.lines_without, seen.problem) == (1, None)


@pytest.mark.parametrize(
    ("text", "problem"),
    [("", "Nothing was pasted."), (" \r\n", "Nothing was pasted."), ("a\nb", "No address stands"), ("hello", "No address stands"), ("Thanks for paying. See you/us", "No address stands"), ("pi_day", "No address stands"), ("x\n" * 2001, "2,001 lines; 2,000 can be looked at at once.")],
)  # fmt: skip
def test_a_text_without_an_address_says_so(text, problem):
    assert inspect_text(text).problem.startswith(problem)
    assert inspect_text(text).findings == ()


@pytest.mark.parametrize(
    ("text", "problem"),
    [(" spring.sale ", "This is not a payment link"), ("a/b", "It has no valid host name"), ("mailto:me", "It begins with mailto:"), ("\0", "It contains U+0000")],
)  # fmt: skip
def test_a_single_word_like_an_address_is_told_what_it_lacks(text, problem):
    (one,) = inspect_text(text).findings
    assert one.inspection.problem.startswith(problem)


def test_ids_of_stripe_are_found_with_addresses_and_without():
    seen = inspect_text(f"cs_test_123 paid {LINK}\nplink_1")
    assert ([one.inspection.url for one in seen.findings], seen.ids) == (
        [LINK],
        ("cs_test_123", "plink_1"),
    )
    assert inspect_text(" cs_test_123 ").findings == ()
