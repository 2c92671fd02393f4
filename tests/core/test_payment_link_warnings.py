"""What is to be known of a payment link before buyers get it; what is not told warns of nothing."""

import pytest

from campaigns.core.payment_link import LONGEST_PRODUCT, period_of, product_of
from campaigns.core.payment_link_warnings import (
    CODES_HIDDEN,
    NO_PROMOTION_CODES,
    SWITCHED_OFF,
    UNHEARD_OF,
    PaymentLinkTold,
    warnings_of,
)

THANKS = "https://example.com/thanks?session_id={CHECKOUT_SESSION_ID}"
FINE = PaymentLinkTold(True, "redirect", THANKS, True)


def told(**changes):
    values = {name: getattr(FINE, name) for name in FINE.__dataclass_fields__}
    return PaymentLinkTold(**(values | changes))


@pytest.mark.parametrize(
    "quiet",
    [
        FINE,
        PaymentLinkTold(),
        told(redirect_url=None),
        told(redirect_url="https://example.com/?utm_id=5&UTM_Source=shop&source=x"),
        told(redirect_url="https://example.com/#utm_source=shop"),
        told(confirmation=None, redirect_url=f"{THANKS}&utm_source=shop"),
        told(promotion_codes=False),
    ],
)
def test_it_is_silent_about_what_is_right_or_not_told(quiet):
    assert warnings_of(quiet) == ()


def test_a_link_that_is_switched_off_warns_whatever_is_set():
    assert warnings_of(told(active=False), ()) == (SWITCHED_OFF,)


def test_an_address_that_stripe_never_listed_warns_whatever_is_set():
    assert warnings_of(PaymentLinkTold(unheard_of=True), ()) == (UNHEARD_OF,)


def test_stripes_own_page_hides_codes_and_only_codes():
    hosted = told(confirmation="hosted_confirmation", redirect_url=f"{THANKS}&utm_source=old")
    assert warnings_of(hosted) == (CODES_HIDDEN,)
    assert warnings_of(hosted, ["utm_source", "locale"]) == (CODES_HIDDEN,)
    assert warnings_of(hosted, ["client_reference_id", "locale"]) == ()


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("&utm_source=shop", "has utm_source written into it,"),
        ("&utm_medium=x&utm_source=y", "has utm_source and utm_medium written into it,"),
        ("&utm_term=x&utm_medium=x&utm_source=y", "utm_source, utm_medium and utm_term written"),
    ],
)
def test_codes_in_the_redirect_itself_are_named(query, names):
    (said,) = warnings_of(told(redirect_url=THANKS + query))
    assert names in said.sentence
    assert said.sentence.endswith(
        f"take {'it' if query.count('utm') == 1 else 'them'} out of the address."
    )
    assert warnings_of(told(redirect_url=THANKS + query), ["client_reference_id"]) == ()


def test_a_promotion_code_needs_a_link_that_takes_it():
    refusing = told(promotion_codes=False)
    assert warnings_of(refusing, ["prefilled_promo_code"]) == (NO_PROMOTION_CODES,)
    assert warnings_of(told(promotion_codes=None), ["prefilled_promo_code"]) == ()
    assert warnings_of(FINE, ["prefilled_promo_code"]) == ()


def test_the_gravest_comes_first():
    everything = PaymentLinkTold(False, "hosted_confirmation", None, False, unheard_of=True)
    said = warnings_of(everything, ["prefilled_promo_code", "utm_source"])
    assert said == (UNHEARD_OF, SWITCHED_OFF, CODES_HIDDEN, NO_PROMOTION_CODES)


@pytest.mark.parametrize(
    ("names", "product"),
    [
        ([], ""),
        (["Ticket"], "Ticket"),
        (["Ticket", "Lunch"], "Ticket and 1 more"),
        (["Ticket", "Lunch", "Book"], "Ticket and 2 more"),
    ],
)
def test_a_payment_link_is_called_after_what_it_sells(names, product):
    assert product_of(names) == product


def test_a_long_name_leaves_room_for_how_many_others():
    said = product_of(["x" * 300, "Lunch"])
    assert len(said) == LONGEST_PRODUCT
    assert said.endswith("x and 1 more")


@pytest.mark.parametrize(
    ("interval", "count", "words"),
    [
        (None, None, ""),
        ("", 3, ""),
        ("month", None, "a month"),
        ("month", 1, "a month"),
        ("month", 3, "every 3 months"),
    ],
)
def test_a_period_is_said_as_people_do(interval, count, words):
    assert period_of(interval, count) == words


def test_an_address_that_cannot_be_taken_apart_is_warned_of_all_the_same():
    (said,) = warnings_of(told(redirect_url="https://[example.com/?utm_source=shop"))
    assert "has UTM codes written into it" in said.sentence
