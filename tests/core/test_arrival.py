"""What may be kept of a returning buyer's query, and where the buyer goes on."""

from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.core.arrival import Destination, Visit, onward, read_visit, thank_you_problem
from campaigns.core.url_parameters import UTM_NAMES, Utm

TEST_ID = "cs_test_a1B2c3D4e5"
LIVE_ID = "cs_live_a1B2c3D4e5"
OWN_HOST = "links.example.com"
PAGE = Destination(1, False, "https://shop.example.com/thanks", passes_session_id=False)
OPEN_PAGE = Destination(1, False, "https://shop.example.com/thanks", passes_session_id=True)


def test_a_session_id_and_codes_are_kept():
    visit = read_visit(f"session_id={TEST_ID}&utm_source=news&utm_medium=email", livemode=False)
    assert visit == Visit(TEST_ID, "", Utm(source="news", medium="email"))


@pytest.mark.parametrize("length", [10, 200])
def test_a_session_id_may_have_10_to_200_characters(length):
    session_id = "cs_test_" + "a" * length
    assert read_visit(f"session_id={session_id}", livemode=False).session_id == session_id


@pytest.mark.parametrize(
    "value",
    [
        "{CHECKOUT_SESSION_ID}",
        "cs_test_",
        "cs_test_" + "a" * 9,
        "cs_test_" + "a" * 201,
        "cs_test_a1B2c3D4e5\x00",
        "cs_test_a1B2c3D4e5\n",
        " cs_test_a1B2c3D4e5",
        "CS_TEST_A1B2C3D4E5",
        "cs_demo_a1B2c3D4e5",
        "cs_test_a1B2c3D4é5",
        "cs_test_a1B2_c3D4e5",
        "cs_test_a1B2c3D4e5' OR 1=1",
        "<script>alert(1)</script>",
        "../../etc/passwd",
        "https://evil.example/cs_test_a1B2c3D4e5",
        "pi_3Nabcdefghij",
        "sk_test_abcdefghijklmnop",
        "x" * 3000,
    ],
)
def test_what_is_no_session_id_is_named_as_that_and_not_kept(value):
    visit = read_visit(f"session_id={quote(value)}", livemode=False)
    assert visit == Visit("", "not a session id")


@pytest.mark.parametrize("query", ["session_id=%ff", "session_id=%ED%A0%80", "session_id=\xff\xfe"])
def test_bytes_that_are_no_text_are_no_session_id(query):
    assert read_visit(query, livemode=False) == Visit("", "not a session id")


@pytest.mark.parametrize(
    "query",
    ["", "session_id=", "SESSION_ID=" + TEST_ID, f"session_id[]={TEST_ID}", "%zz&&==&;", TEST_ID],
)
def test_a_query_without_the_name_has_no_session(query):
    assert read_visit(query, livemode=False) == Visit("", "no session")


@pytest.mark.parametrize(("session_id", "livemode"), [(TEST_ID, True), (LIVE_ID, False)])
def test_a_session_of_the_other_mode_is_not_kept(session_id, livemode):
    assert read_visit(f"session_id={session_id}", livemode) == Visit("", "other mode")


def test_the_first_session_id_of_this_mode_counts():
    query = (
        f"session_id=junk&session_id={LIVE_ID}&session_id={TEST_ID}&session_id=cs_test_zzzzzzzzzz"
    )
    assert read_visit(query, livemode=False) == Visit(TEST_ID, "")


@pytest.mark.parametrize(
    "value",
    [
        "spring sale",
        "été",
        "a" * 151,
        "{{contact.id}}",
        "[[" + "a" * 300 + "]]",
        "=1+1",
        "news\x00",
        "news\r\n",
        "a@example.com",
        "<b>",
        "sk_live_abcdefghij",
        "RK_test_abcdefghij",
        "whsec_abcdefghij",
    ],
)
def test_codes_that_stripe_would_drop_and_keys_are_not_kept(value):
    visit = read_visit(f"session_id={TEST_ID}&utm_source={quote(value)}", livemode=False)
    assert visit.codes == Utm()


def test_codes_have_exact_names_and_the_first_usable_value_counts():
    query = "UTM_SOURCE=a&utm_source[]=b&utm_source=%00&utm_source=news&utm_source=ads&utm_id=7"
    assert read_visit(query, livemode=False).codes == Utm(source="news")


def test_two_hundred_codes_are_read_as_one():
    query = "&".join(f"utm_source=s{number}" for number in range(200))
    assert read_visit(query, livemode=False).codes == Utm(source="s0")


def test_only_codes_go_on():
    query = f"session_id={TEST_ID}&utm_source=news&email=a@example.com&paid=1&next=//evil.example"
    visit = read_visit(query, livemode=False)
    assert onward(PAGE, visit) == "https://shop.example.com/thanks?utm_source=news"


def test_the_session_id_goes_on_where_the_page_says_so():
    visit = Visit(TEST_ID, "", Utm(source="news"))
    assert onward(OPEN_PAGE, visit) == (
        f"https://shop.example.com/thanks?utm_source=news&session_id={TEST_ID}"
    )


def test_a_page_that_passes_the_session_id_passes_nothing_where_there_is_none():
    assert onward(OPEN_PAGE, Visit("", "no session")) == OPEN_PAGE.thank_you_url


def test_what_the_thank_you_page_has_already_stays():
    page = Destination(1, False, "https://shop.example.com/t?utm_source=own&a=b%20c#top", True)
    visit = Visit(TEST_ID, "", Utm(source="news", medium="email"))
    assert onward(page, visit) == (
        f"https://shop.example.com/t?utm_source=own&a=b%20c&utm_medium=email&session_id={TEST_ID}#top"
    )


NAMES = st.sampled_from(["session_id", *UTM_NAMES, "next", "url", "email", "utm_source[]", ""])


@given(st.lists(st.tuples(NAMES, st.text(max_size=30))), st.text(max_size=40))
def test_a_buyer_only_ever_adds_codes_to_the_stored_page(pairs, tail):
    visit = read_visit(f"{urlencode(pairs, errors='replace')}&{tail}", livemode=False)
    parts = urlsplit(onward(PAGE, visit))
    names = [name for name, _ in parse_qsl(parts.query, keep_blank_values=True)]
    assert (parts.scheme, parts.netloc, parts.path) == ("https", "shop.example.com", "/thanks")
    assert set(names) <= set(UTM_NAMES)
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example.com",
        "https://shop.example.com/thanks?order=1&x=%20#top",
        "https://Shop.Example.com/Thanks",
        "https://xn--bcher-kva.example/danke",
        "https://links.example.com.au/thanks",
        "https://sub.links.example.com/thanks",
    ],
)
def test_a_page_of_the_companys_own_is_fine(url):
    assert thank_you_problem(url, OWN_HOST) == ""


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://shop.example.com/thanks",
        "HTTPS://shop.example.com/thanks",
        "//shop.example.com/thanks",
        "https:shop.example.com",
        "https:/shop.example.com",
        "https:///shop.example.com",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://shop.example.com:443/",
        "https://shop.example.com:8443/",
        "https://user@shop.example.com/",
        "https://shop.example.com@evil.example/",
        "https://shop.example.com\\@evil.example/",
        "https://localhost/",
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://[::1]/",
        "https://[::1/",
        "https://shop.example.com./",
        "https://-shop.example.com/",
        "https://shop..example.com/",
        "https://bücher.example/",
        "https://shop.example.com/\u00ad",
        "https://shop.example.com/a b",
        "https://shop.example.com/\r\nSet-Cookie:x",
        "https://shop.example.com/\x00",
        "https://shop.example.com/\n",
        "https://shop%2eexample.com/",
        "https://shop.example.com/" + "a" * 2000,
    ],
)
def test_an_address_of_any_other_shape_is_refused(url):
    assert thank_you_problem(url, OWN_HOST).startswith("Write an address such as https://")


@pytest.mark.parametrize("url", ["https://links.example.com/x", "https://LINKS.example.com"])
def test_linktracker_itself_is_no_thank_you_page(url):
    assert "links.example.com is Linktracker itself" in thank_you_problem(url, "Links.example.com")


def test_2000_characters_are_the_most():
    url = "https://shop.example.com/"
    assert thank_you_problem(url + "a" * (2000 - len(url)), OWN_HOST) == ""
    assert thank_you_problem(url + "a" * (2001 - len(url)), OWN_HOST)
