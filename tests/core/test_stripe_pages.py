"""Stripe's Dashboard is linked for what it has a page for, in the row's own mode."""

import pytest

from linktracker.lib.stripe_pages import dashboard_page


@pytest.mark.parametrize(
    ("id", "livemode", "url"),
    [
        ("pi_1", True, "https://dashboard.stripe.com/payments/pi_1"),
        ("pi_1", False, "https://dashboard.stripe.com/test/payments/pi_1"),
        ("ch_1", False, "https://dashboard.stripe.com/test/payments/ch_1"),
        ("in_1", True, "https://dashboard.stripe.com/invoices/in_1"),
        ("evt_1", False, "https://dashboard.stripe.com/test/events/evt_1"),
        ("plink_1", True, "https://dashboard.stripe.com/payment-links/plink_1"),
    ],
)
def test_it_names_the_page(id, livemode, url):
    assert dashboard_page(id, livemode=livemode) == url


@pytest.mark.parametrize(
    "id", ["", "cs_test_1", "sha256:ab", "x_pi_1", "pi_/../x", "pi_1?x=1", "pi_é", "PI_1", "pi_ 1"]
)
def test_it_names_none_for_what_has_no_page_or_is_no_id(id):
    assert dashboard_page(id, livemode=True) == ""
