"""A payment link's URL taken apart and composed; what only looks like one is refused by name."""

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.core.payment_url import (
    NotAPaymentLink,
    rewritten,
    take_apart,
    with_parameters,
)
from campaigns.core.url_parameters import PARAMETERS

LINK = "https://buy.stripe.com/test_eVa5nPg1j1wmfXq5kr"
WHATWG = json.loads((Path(__file__).parents[1] / "data" / "whatwg-urls.json").read_text())


@pytest.mark.parametrize(
    ("text", "base", "livemode", "is_stripe_host"),
    [
        ("https://buy.stripe.com/abc123", "https://buy.stripe.com/abc123", True, True),
        (LINK, LINK, False, True),
        ("https://donate.stripe.com/aBc", "https://donate.stripe.com/aBc", True, True),
        ("https://book.stripe.com/aBc", "https://book.stripe.com/aBc", True, True),
        ("https://pay.example.com/b/aBc", "https://pay.example.com/b/aBc", True, False),
        ("https://pay.example.com/b/test_aBc", "https://pay.example.com/b/test_aBc", False, False),
        ("HTTPS://Buy.Stripe.Com/aBc", "https://buy.stripe.com/aBc", True, True),
        ("buy.stripe.com/aBc", "https://buy.stripe.com/aBc", True, True),
        ("  https://buy.stripe.com/aBc \n", "https://buy.stripe.com/aBc", True, True),
        ("\ufeffhttps://buy.stripe.com/aBc\xa0", "https://buy.stripe.com/aBc", True, True),
        ("<https://buy.stripe.com/aBc>", "https://buy.stripe.com/aBc", True, True),
        (" < buy.stripe.com/aBc > ", "https://buy.stripe.com/aBc", True, True),
        ("https://buy.stripe.com\r\n  /aBc", "https://buy.stripe.com/aBc", True, True),
        ("https://buy.stripe.com/aBc/", "https://buy.stripe.com/aBc", True, True),
        ("https://buy.stripe.com/aBc?a=b#c", "https://buy.stripe.com/aBc", True, True),
        ("https://buy.stripe.com/testing", "https://buy.stripe.com/testing", True, True),
        ("https://xn--mller-kva.de/b/aBc", "https://xn--mller-kva.de/b/aBc", True, False),
    ],
)
def test_take_apart_reads_a_link_as_people_paste_it(text, base, livemode, is_stripe_host):
    url = take_apart(text)
    assert (url.base, url.livemode, url.is_stripe_host) == (base, livemode, is_stripe_host)
    assert url.base.endswith(url.segment)
    assert url.host in url.base


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Nothing here"),
        (" \n<>", "Nothing here"),
        ("a" * 8193, "8193 characters"),
        ("https://buy.stripe.com/a\x00b", r"U\+0000"),
        ("https://buy.stripe.com/a\tb", r"U\+0009"),
        ("https://buy.stripe.com/a?b=\ud800", r"U\+D800"),
        ("http://buy.stripe.com/abc", "begins with http://;"),
        ("HTTP:buy.stripe.com/abc", "begins with http://;"),
        ("ftp://buy.stripe.com/abc", "begins with ftp: and not"),
        ("https:buy.stripe.com/abc", "begins with https: and not"),
        ("mailto:jenny@example.com", "begins with mailto: and not"),
        ("javascript:alert(1)", "begins with javascript: and not"),
        ("//buy.stripe.com/abc", "no valid host"),
        ("https:\\\\buy.stripe.com\\abc", "backslash"),
        ("https://buy.stripe.com@evil.example/b/abc", "user name"),
        ("https://jenny:secret@buy.stripe.com/abc", "user name"),
        ("https://buy.stripe.com:443/abc", "port"),
        ("buy.stripe.com:8080/abc", "port"),
        ("https://127.0.0.1/b/abc", "IP address"),
        ("https://127.1./b/abc", "IP address"),
        ("https://0x7f/b/abc", "IP address"),
        ("https://[::1]/b/abc", "IP address"),
        ("https://pay.müller.de/b/abc", "no valid host"),
        ("https://\u212aiosk.example/b/abc", "no valid host"),  # a Kelvin sign lowers to k
        ("https://localhost/b/abc", "no valid host"),
        ("https://-a.example/b/abc", "no valid host"),
        ("https://pay..example/b/abc", "no valid host"),
        ("https://buy%2Estripe.com/abc", "no valid host"),
        ("https:///abc", "no valid host"),
        ("hello", "no valid host"),
        ("https://buy.stripe.com.evil.example/b/abc", "only looks like Stripe"),
        ("https://stripe.com.evil.example/b/abc", "only looks like Stripe"),
        ("https://buy.stripe.com", "itself is missing"),
        ("https://buy.stripe.com/", "itself is missing"),
        ("https://buy.stripe.com/test_", "itself is missing"),
        ("https://buy.stripe.com?utm_source=a", "itself is missing"),
        ("https://pay.example.com/b/", "itself is missing"),
        ("https://pay.example.com/", "of your own it looks like https://pay.example.com/b/"),
        ("https://pay.example.com/abc", "of your own it looks like"),
        ("https://pay.example.com/B/abc", "of your own it looks like"),
        ("https://pay.example.com/shop/b/abc", "of your own it looks like"),
        ("https://pay.example.com/b/a/c", "one part of letters and digits"),
        ("https://buy.stripe.com/b/abc", "one part of letters and digits"),
        ("https://buy.stripe.com/a-b", "one part of letters and digits"),
        ("https://buy.stripe.com/%61bc", "one part of letters and digits"),
        ("https://buy.stripe.com/été", "one part of letters and digits"),
        ("https://buy.stripe.com/abc//", "one part of letters and digits"),
        ("https://buy.stripe.com/r/live_abc", "recovery link"),
        ("https://buy.stripe.com/c/pay/cs_live_a1", "Checkout Session"),
        ("https://pay.example.com/c/pay/cs_live_a1", "Checkout Session"),
        ("https://checkout.stripe.com/c/pay/cs_test_a1#fid", "Checkout Session"),
        ("https://checkout.stripe.com/pay/cs_live_a1", "Checkout Session"),
        ("https://billing.stripe.com/p/login/abc", "customer portal"),
        ("https://invoice.stripe.com/i/acct_1/live_abc", "an invoice"),
        ("https://pay.stripe.com/invoice/acct_1/live_abc/pdf", "an invoice"),
        ("https://pay.stripe.com/receipts/abc", "a receipt"),
        ("https://dashboard.stripe.com/payment-links/plink_1", "Dashboard"),
        ("https://connect.stripe.com/oauth/authorize", "Connect"),
        ("https://js.stripe.com/v3/", "script for websites"),
        ("https://api.stripe.com/v1/payment_links", "API"),
        ("https://api.stripe.com", "API"),
        ("https://stripe.com/payments", "page of Stripe's"),
        ("https://docs.stripe.com/payment-links", "page of Stripe's"),
        ("https://pay.stripe.com/", "page of Stripe's"),
    ],
)
def test_take_apart_refuses_with_a_sentence(text, sentence):
    with pytest.raises(NotAPaymentLink, match=sentence):
        take_apart(text)


def test_whatwg_cases_raise_nothing_but_a_refusal():
    for case in WHATWG:
        for text in (case["input"], f"{LINK}?{case['input']}", f"https://{case['input']}"):
            with contextlib.suppress(NotAPaymentLink):
                assert take_apart(with_parameters(take_apart(text), {})).base.startswith("https://")


def test_whatwg_failures_are_refused():
    failures = [case["input"] for case in WHATWG if case.get("failure") and not case.get("base")]
    assert len(failures) > 200
    for text in failures:
        with pytest.raises(NotAPaymentLink):
            take_apart(text)


@pytest.mark.parametrize(
    ("query", "pairs"),
    [
        ("", ()),
        ("&&", ()),
        ("a", (("a", ""),)),
        ("a=", (("a", ""),)),
        ("=a", (("", "a"),)),
        ("a=b=c", (("a", "b=c"),)),
        ("a=1&b=2&a=3", (("a", "1"), ("b", "2"), ("a", "3"))),
        ("utm%5Fterm=a+b%20c", (("utm_term", "a b c"),)),
        ("a=%&b=%zz&c=%e9", (("a", "%"), ("b", "%zz"), ("c", "\ufffd"))),
        ("a=\\", (("a", "\\"),)),
        ("a=%%FAX%%&b=%%20", (("a", "%%FAX%%"), ("b", "% "))),
        ("a={{ x }}&b=%7B%7Bx%7D%7D", (("a", "{{ x }}"), ("b", "{{x}}"))),
    ],
)
def test_pairs_are_decoded_in_their_order(query, pairs):
    assert take_apart(f"{LINK}?{query}").pairs == pairs


CHUNKS = st.sampled_from([*"ab_=&%+2{}[]|*?é/ ", "utm_term=", "&utm_source=", "%7B"])
QUERIES = st.none() | st.lists(CHUNKS, max_size=20).map(lambda chunks: "".join(chunks).rstrip())
FRAGMENTS = st.none() | st.text(st.sampled_from("a#?&=%é"), max_size=6)
VALUES = st.text(
    st.characters(codec="utf-8") | st.sampled_from(" +&=%#?{[|*}]"), min_size=1, max_size=12
)
CHANGES = st.dictionaries(st.sampled_from(sorted(PARAMETERS)), VALUES)


def pasted(query: str | None, fragment: str | None) -> str:
    asked = "" if query is None else f"?{query}"
    return LINK + asked + ("" if fragment is None else f"#{fragment}")


@given(QUERIES, FRAGMENTS)
def test_what_was_pasted_is_given_back(query, fragment):
    text = pasted(query, fragment)
    url = take_apart(text)
    assert with_parameters(url, {}) == rewritten(url, {}) == text


@given(QUERIES, CHANGES)
def test_composing_and_taking_apart_gives_the_parameters_back(query, changes):
    amended = take_apart(with_parameters(take_apart(pasted(query, None)), changes))
    for name, value in changes.items():
        assert [found for known, found in amended.pairs if known == name] == [value]


@given(QUERIES, FRAGMENTS, CHANGES)
def test_untouched_parts_survive_byte_for_byte(query, fragment, changes):
    before = take_apart(pasted(query, fragment))
    after = with_parameters(before, changes)
    assert untouched(after, changes) == untouched(pasted(query, fragment), changes)
    assert after.partition("#")[1:] == pasted(query, fragment).partition("#")[1:]


def untouched(text: str, changes: dict[str, str]) -> list[str]:
    chunks = text.partition("#")[0].partition("?")[2].split("&")
    names = {chunk: take_apart(f"{LINK}?{chunk}").pairs[0][0] for chunk in chunks if chunk.strip()}
    return [chunk for chunk in chunks if chunk.strip() and names[chunk] not in changes]


@given(CHANGES)
def test_removing_what_was_added_gives_the_bare_link(changes):
    url = take_apart(with_parameters(take_apart(LINK), changes))
    assert with_parameters(url, dict.fromkeys(changes)) == LINK


@pytest.mark.parametrize(
    ("pasted", "changes", "amended"),
    [
        ("", {"utm_source": "news"}, "?utm_source=news"),
        ("?", {"utm_source": "news"}, "?utm_source=news"),
        ("?x=%7e&", {"utm_source": "news"}, "?x=%7e&utm_source=news"),
        ("?x=1&&y=2", {"utm_source": "news"}, "?x=1&&y=2&utm_source=news"),
        ("#top", {"utm_source": "news"}, "?utm_source=news#top"),
        ("?utm_source=a&x=1#b?c", {"utm_source": "b"}, "?utm_source=b&x=1#b?c"),
        ("?utm_source=a&x=1&utm_source=b", {"utm_source": "c"}, "?utm_source=c&x=1"),
        ("?utm_source=a&x=1&utm_source=b", {"utm_source": "a"}, "?utm_source=a&x=1"),
        ("?utm_source=a&x=1&utm_source=b", {"utm_source": None}, "?x=1"),
        ("?utm_source=a", {"utm_source": ""}, ""),
        ("?utm_source=&x=1", {"utm_source": ""}, "?x=1"),
        ("?utm_source=a&", {"utm_source": None}, ""),
        ("?utm_source=a&utm_source=b", {"utm_term": "c"}, "?utm_source=a&utm_source=b&utm_term=c"),
        ("?utm%5Fsource=a", {"utm_source": "b"}, "?utm_source=b"),
        ("?utm_source=%61", {"utm_source": "a"}, "?utm_source=%61"),
        ("?UTM_SOURCE=a", {"utm_source": "b"}, "?UTM_SOURCE=a&utm_source=b"),
        (
            "",
            {"locale": "de", "utm_content": "5", "utm_source": "1", "client_reference_id": "0"},
            "?client_reference_id=0&utm_source=1&utm_content=5&locale=de",
        ),
        (
            "",
            {"prefilled_email": "jenny+a@example.com"},
            "?prefilled_email=jenny%2Ba%40example.com",
        ),
        ("", {"utm_term": "é b&c=d#e"}, "?utm_term=%C3%A9%20b%26c%3Dd%23e"),
        ("", {"utm_term": "a\ud800"}, "?utm_term=a%3F"),
        ("", {"utm_term": "a.{{ c.id }}-*|X|*"}, "?utm_term=a.{{ c.id }}-*|X|*"),
        ("?utm_term=%7B%7Bx%7D%7D", {"utm_term": "{{x}}"}, "?utm_term={{x}}"),
        ("?utm_term=%7B%7Bx%7D%7D", {"utm_source": "a"}, "?utm_term=%7B%7Bx%7D%7D&utm_source=a"),
    ],
)
def test_with_parameters_changes_only_what_was_asked(pasted, changes, amended):
    assert with_parameters(take_apart(LINK + pasted), changes) == LINK + amended


def test_with_parameters_knows_only_the_ten():
    with pytest.raises(ValueError, match="utm_id"):
        with_parameters(take_apart(LINK), {"utm_id": "a"})


def test_rewritten_edits_by_place():
    url = take_apart(f"{LINK}?UTM_Term=a&&x=%7e&x=2")
    assert rewritten(url, {0: ("utm_term", "a b"), 2: None}) == f"{LINK}?utm_term=a%20b&&x=%7e"
