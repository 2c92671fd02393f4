"""Keys: a restricted one of the right mode, and no sentence shows what was written."""

import pytest

from reconciliation.core.stripe_keys import why_not_key

SECRET_PART = "51Abc0987654321"


@pytest.mark.parametrize(("mode", "livemode"), [("test", False), ("live", True)])
def test_a_restricted_key_of_its_mode_is_taken(mode, livemode):
    assert why_not_key(f"rk_{mode}_{SECRET_PART}", livemode=livemode) == ""


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("", "STRIPE_TEST_KEY is not set"),
        (f"sk_test_{SECRET_PART}", "is a secret key, which may do everything"),
        (f"sk_live_{SECRET_PART}", "is a secret key"),
        (f"pk_test_{SECRET_PART}", "publishable"),
        (f"whsec_{SECRET_PART}", "signing secret"),
        (f"rk_live_{SECRET_PART}", "is a key of live mode"),
        (f"rk_prod_{SECRET_PART}", "is no key of Stripe"),
        (f" rk_test_{SECRET_PART}", "is no key of Stripe"),
        (f"rk_test_{SECRET_PART}\n", "is no key of Stripe"),
        (f"rk_test_{SECRET_PART}é", "is no key of Stripe"),
        ("rk_test_", "is no key of Stripe"),
        (SECRET_PART, "is no key of Stripe"),
    ],
)
def test_any_other_is_refused_without_being_shown(key, sentence):
    said = why_not_key(key, livemode=False)
    assert sentence in said
    assert said.endswith("a restricted key of test mode (rk_test_…).") or "instead" in said
    assert SECRET_PART not in said


def test_a_test_key_does_not_open_live_mode():
    said = why_not_key(f"rk_test_{SECRET_PART}", livemode=True)
    assert said == (
        "STRIPE_LIVE_KEY is a key of test mode; it takes a restricted key of live mode (rk_live_…)."
    )
