"""UTM codes of the address after payment: the buyer's, not those on every sale."""

import pytest

from campaigns.core.redirect import codes_of_the_buyer
from campaigns.core.url_parameters import Utm

THANKS = "https://example.com/thanks?session_id={CHECKOUT_SESSION_ID}"


def test_the_codes_of_the_success_url_are_the_buyers():
    codes = codes_of_the_buyer(f"{THANKS}&utm_source=fb&utm_campaign=Fall-Launch", THANKS)
    assert codes == Utm(source="fb", campaign="Fall-Launch")


def test_a_code_that_the_redirect_holds_itself_says_nothing():
    hard_coded = f"{THANKS}&utm_source=shop"
    codes = codes_of_the_buyer(f"{hard_coded}&utm_source=fb&utm_medium=social", hard_coded)
    assert codes == Utm(medium="social")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://stripe.com",
        "https://example.com/?utm_source=not%20legal",
        "https://example.com/?utm_source=",
        "https://example.com/?utm_source={{contact.source}}",
        "https://example.com/?utm_source={{" + "a" * 200 + "}}",
        "https://example.com/?utm_source=" + "a" * 151,
        "https://example.com/?UTM_SOURCE=fb",
        "https://example.com/#utm_source=fb",
        "https://[broken/?utm_source=fb",
        "https://example.com/?" + "&".join(f"a{number}=1" for number in range(300)),
    ],
)
def test_an_address_without_legal_codes_has_none(url):
    assert codes_of_the_buyer(url, None) == Utm()


def test_the_first_of_a_repeated_code_counts():
    assert codes_of_the_buyer("https://a.example/?utm_source=one&utm_source=two", "") == Utm("one")
