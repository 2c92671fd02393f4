"""Ids of Stripe's stand in logs, mails and addresses."""

import pytest

from campaigns.core.stripe_ids import stripe_ids


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("pi_3Q", ("pi_3Q",)),
        (" cs_test_a1b2, cs_live_a1 and plink_1Q cs_test_a1b2.", ("cs_test_a1b2", "cs_live_a1", "plink_1Q")),
        ('{"id":"pi_1","link":"plink_1"}', ("pi_1", "plink_1")),
        ("https://checkout.stripe.com/c/pay/cs_test_a1#fid", ("cs_test_a1",)),
        ("pi_3Q_secret_4R", ("pi_3Q",)),
        ("api_3Q xpi_1 a_pi_1 cs_1 cs_prod_1 PI_1 pi- pi_ plink_", ()),
        ("pi_day ch_1 evt_1", ()),
        ("", ()),
    ],
)  # fmt: skip
def test_ids_are_found_and_what_only_resembles_them_is_not(text, ids):
    assert stripe_ids(text) == ids
