"""Addresses are found in whatever people paste, each as it stands there."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.core import addresses as core
from campaigns.core.addresses import TooMuch, addresses

LINK = "https://buy.stripe.com/test_a"


def found(text):
    return list(addresses(text).copies)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        (LINK, LINK),
        (f"  {LINK}?utm_source=a \t", f"{LINK}?utm_source=a"),
        (f"<{LINK}?utm_source=a>", f"{LINK}?utm_source=a"),
        ("buy.stripe.com/test_a?utm_source=a", f"{LINK}?utm_source=a"),
        ("Pay.Example.com/b/test_a", "https://Pay.Example.com/b/test_a"),
        (f"{LINK}?utm_source=spring sale&utm_medium=b", f"{LINK}?utm_source=spring sale&utm_medium=b"),
        (f"{LINK}?client_reference_id=cart 1", f"{LINK}?client_reference_id=cart 1"),
        (f"{LINK}?utm_source=a b&x=1&y=c d e", f"{LINK}?utm_source=a b&x=1&y=c d e"),
        (f"{LINK}?utm_source=a.", f"{LINK}?utm_source=a."),
        (f"{LINK}?utm_source=a,4", f"{LINK}?utm_source=a,4"),
        (f"{LINK}?utm_source=%61&b=%E2%82", f"{LINK}?utm_source=%61&b=%E2%82"),
        ("https://checkout.stripe.com/c/pay/cs_test_1", "https://checkout.stripe.com/c/pay/cs_test_1"),
        ("http://buy.stripe.com/test_a", "http://buy.stripe.com/test_a"),
        (f"https://web.archive.org/web/2026/{LINK}?utm_source=a&b=c", f"{LINK}?utm_source=a&b=c"),
    ],
)  # fmt: skip
def test_a_line_that_is_one_address_is_taken_whole(text, url):
    assert found(text) == [url]


@pytest.mark.parametrize(
    ("line", "urls"),
    [
        (f"Pay here: {LINK}?utm_source=a. Thanks!", [f"{LINK}?utm_source=a"]),
        (f"(see {LINK}?utm_source=a)", [f"{LINK}?utm_source=a"]),
        (f"see {LINK}?a=(b)", [f"{LINK}?a=(b)"]),
        (f"[pay]({LINK}), *{LINK}?b*", [LINK, f"{LINK}?b"]),
        (f"{LINK}?utm_source=a is our new link", [f"{LINK}?utm_source=a"]),
        (f"{LINK}?utm_source=a 200 1234", [f"{LINK}?utm_source=a"]),
        (f"{LINK} is our new link", [LINK]),
        (f'1.2.3.4 - "GET {LINK}?utm_source=a HTTP/1.1" 200', [f"{LINK}?utm_source=a"]),
        (f'<a href="{LINK}?a=1&amp;b=2">', [f"{LINK}?a=1&b=2"]),
        (f"see {LINK}?a=1&amp;b=2 now", [f"{LINK}?a=1&amp;b=2"]),
        ('{"u":"https:\\/\\/buy.stripe.com\\/test_a?a=1\\u0026b\\u003d2"}', [f"{LINK}?a=1&b=2"]),
        (f"x {LINK}?r={{{{ contact.id }}}}.", [f"{LINK}?r={{{{ contact.id }}}}"]),
        (f"x {LINK}?r=*|ID|*, and", [f"{LINK}?r=*|ID|*"]),
        (f"x {LINK}?r={{{{a,b}}}},y", [f"{LINK}?r={{{{a,b}}}}"]),
        (f"{LINK},{LINK}?b;4", [LINK, f"{LINK}?b"]),
        (f"x {LINK}?back=https://example.com/a y", [f"{LINK}?back=https://example.com/a"]),
        (
            "GET /go?to=https%3A%2F%2Fbuy.stripe.com%2Ftest_a%3Futm_source%3Da&x=1",
            [f"{LINK}?utm_source=a"],
        ),
        (
            "x https://t.example.com/?u=https%3A%2F%2Fbuy.stripe.com%2Ftest_a y",
            [LINK],
        ),
        (
            "x https://t.example.com/?u=https%3A%2F%2Fexample.com%2Ftest_a y",
            ["https://t.example.com/?u=https%3A%2F%2Fexample.com%2Ftest_a"],
        ),
        (
            f"x {LINK}?u=https%3A%2F%2Fbuy.stripe.com%2Ftest_b and https%3A%2F%2Fbuy.stripe.com%2Ftest_c",
            [f"{LINK}?u=https%3A%2F%2Fbuy.stripe.com%2Ftest_b", "https://buy.stripe.com/test_c"],
        ),
        (f"https://out.example/?u={LINK}?utm_source=a", [f"{LINK}?utm_source=a"]),
        (f"x https://out.example/?a=b&u={LINK}?utm_source=a&sa=D y", [f"{LINK}?utm_source=a"]),
        (f"x https://out.example/#u={LINK}?a=1&b=2 {LINK}", [f"{LINK}?a=1&b=2", LINK]),
        (f"https://out.example/?{LINK}", [f"https://out.example/?{LINK}"]),
        (f"https://out.example#{LINK}", [f"https://out.example#{LINK}"]),
        (f"https://out.example/?u=http://a.example/{LINK}", [LINK]),
        (f"https://out.example/?u={LINK}/more", [f"https://out.example/?u={LINK}/more"]),
        (f"https://out.example/?u=x{LINK}", [f"https://out.example/?u=x{LINK}"]),
        ("https://out.example/?u=https://checkout.stripe.com/c/pay/cs_test_1", ["https://out.example/?u=https://checkout.stripe.com/c/pay/cs_test_1"]),
        ("https://out.example/?u=http://buy.stripe.com/test_a", ["https://out.example/?u=http://buy.stripe.com/test_a"]),
        (f"https://pay.example.com/b/test_z?u={LINK}", [f"https://pay.example.com/b/test_z?u={LINK}"]),
        (f"{LINK}?back={LINK}b", [f"{LINK}?back={LINK}b"]),
        ("write to me@buy.stripe.com/test_a", []),
        ("Mozilla/5.0 index.html/x example.com/foo cs_test_123", []),
        ("", []),
    ],
)  # fmt: skip
def test_in_a_line_of_text_only_the_address_is_taken(line, urls):
    assert found(line) == urls


def test_copies_are_counted_and_lines_without_an_address_too():
    seen = addresses(f"{LINK}\r\nnothing\n\n see {LINK} now\n{LINK}?b")
    assert seen.copies == {LINK: 2, f"{LINK}?b": 1}
    assert seen.lines_without == 1


def test_an_address_that_a_mail_has_broken_is_mended_inside_its_brackets_only():
    assert found(f"see <{LINK}?utm_so\r\n urce=a>\nand {LINK}?utm_so\nurce=b") == [
        f"{LINK}?utm_source=a",
        f"{LINK}?utm_so",
    ]


def test_what_is_too_much_says_by_how_much(monkeypatch):
    monkeypatch.setattr(core, "MOST_ADDRESSES", 3)
    assert len(found(f"{LINK}1\n{LINK}2\n{LINK}3")) == 3
    with pytest.raises(TooMuch, match="4 different addresses; 3 can"):
        addresses(f"{LINK}1 {LINK}2 {LINK}3 {LINK}4")
    with pytest.raises(TooMuch, match="2,001 lines; 2,000 can"):
        addresses("x\n" * 2001)
    with pytest.raises(TooMuch, match="1,000,001 characters"):
        addresses("x" * 1_000_001)


CHUNKS = st.sampled_from(
    [
        LINK,
        "?a=",
        "&",
        " ",
        "\n",
        "<",
        ">",
        '"',
        "{{",
        "}}",
        "%%",
        "https%3A%2F%2F",
        ",",
        "\0",
        "é",
        "*|",
    ]
)


@given(st.lists(CHUNKS, max_size=20).map("".join))
@settings(max_examples=80)
def test_any_text_is_answered(text):
    assert all("://" in url for url in addresses(text).copies)
