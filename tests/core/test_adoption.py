"""A URL in use: what of it tells its payments, and what stops it from being taken over."""

import pytest

from campaigns.core.adoption import Adoption, address_in
from campaigns.core.payment_url import take_apart

LINK = "https://buy.stripe.com/test_a"
TAGGED = "lt17q2m9xzv"


def adoption(query="", name=""):
    return Adoption(take_apart(LINK + query), LINK + query, name)


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("", {}),
        ("?utm_source=a&utm_term=b&locale=de&x=1", {"utm_source": "a", "utm_term": "b"}),
        ("?utm_source=a b&utm_medium=m", {"utm_medium": "m"}),
        ("?utm_source=a&utm_source=b", {"utm_source": "a"}),
        ("?utm_source=a b&utm_source=c", {}),
        ("?UTM_Source=a", {}),
    ],
)
def test_its_codes_are_those_that_stripe_keeps(query, codes):
    assert adoption(query).codes == codes


@pytest.mark.parametrize(
    ("reference", "mode", "own", "raw", "words"),
    [
        ("", "none", "", "", "nothing: no reference arrives"),
        ("INV-1", "own", "INV-1", "INV-1", "your number INV-1."),
        ("INV 1", "none", "", "", "nothing"),
        ("{{id}}", "own", "{{id}}", "{{id}}", "which your mail tool fills in"),
        (TAGGED, "tag", "", TAGGED, "the link tag 7q2m9x."),
        (f"INV-1-{TAGGED}", "own and tag", "INV-1", f"INV-1-{TAGGED}", "your number INV-1 and the"),
        ("lt17q2m9x00", "own", "lt17q2m9x00", "lt17q2m9x00", "with a typing error"),
    ],
)
def test_its_reference_is_what_the_webhook_will_carry(reference, mode, own, raw, words):
    made = adoption(f"?client_reference_id={reference}" if reference else "")
    columns = made.columns("abcdef")
    assert (made.reference_mode, made.own_reference) == (mode, own)
    assert (columns["client_reference_id"], columns["tag"]) == (raw, "abcdef")
    assert words in made.carries


def test_it_stays_byte_for_byte():
    url = "HTTPS://Buy.Stripe.com/test_a/?x=%7e&utm_source=%61&&y#z"
    made = Adoption(take_apart(url), url)
    assert made.columns("abcdef")["url"] == url
    assert made.codes == {"utm_source": "a"}
    assert (made.base, made.livemode) == (LINK, False)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?utm_source=4242424242424242", "It looks like a card number; those are never stored here."),
        ("?x=4242-4242-4242-4242", "It looks like a card number; those are never stored here."),
        (
            f"?utm_source={{{{{'a' * 150}}}}}",
            "Source: 154 characters with its merge tags; 150 can be saved.",
        ),
        ("?utm_source=a b&utm_medium=", ""),
        ("?prefilled_email=a@b.co", ""),
    ],
)  # fmt: skip
def test_what_cannot_be_stored_says_so(query, sentence):
    assert adoption(query).problem == sentence


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("?utm_source=a&utm_campaign=c", "c · a"),
        ("?client_reference_id=INV-1", "INV-1"),
        ("", "test_a"),
    ],
)
def test_it_suggests_a_name_and_takes_a_better_one(query, name):
    assert adoption(query).called == name
    assert adoption(query, "Flyer").columns("abcdef")["name"] == "Flyer"


@pytest.mark.parametrize(("code", "campaign"), [("autumn", "autumn"), ("{{c}}", ""), ("a b", "")])
def test_its_campaign_is_that_of_its_code(code, campaign):
    assert adoption(f"?utm_campaign={code}").campaign_code == campaign


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("?utm_source=a&utm_medium=b", "?utm_medium=b&utm_source=%61", True),
        ("?utm_source=a", "?utm_source=a&fbclid=1#x", True),
        ("", "?gclid=1", True),
        ("?utm_source=a", "?utm_source=b", False),
        ("?utm_source=a b", "?utm_source=a c", False),
        ("?utm_source=a", "?utm_source=a&locale=de", False),
        ("?utm_source=a", "?utm_source=a&utm_source=a", False),
    ],
)
def test_two_addresses_are_the_same_when_they_set_the_same(one, other, same):
    assert (address_in(LINK + one) == adoption(other).address) is same
