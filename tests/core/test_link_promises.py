"""Three sentences: what Stripe passes, what the site receives, what the webhook carries."""

import pytest

from campaigns.core.link_draft import LinkDraft, ReferenceMode
from campaigns.core.link_promises import hides_codes, promises
from campaigns.core.payment_url import take_apart

BASE = "https://buy.stripe.com/test_eVa5nPg1j1wmfXq5kr"
CODES = {"utm_source": "newsletter", "utm_medium": "email"}


def said(values: dict[str, str], mode: ReferenceMode = "tag", confirmation: str | None = None):
    return promises(LinkDraft(take_apart(BASE), values, mode), "7q2m9x", confirmation)


def test_stripe_passes_what_is_set():
    assert said(CODES).stripe_will_pass == "client_reference_id, utm_source and utm_medium."
    assert said({"locale": "de"}, "none").stripe_will_pass == "locale."
    assert said({}, "none").stripe_will_pass == "nothing: no parameter is set."


@pytest.mark.parametrize(
    ("values", "confirmation", "sentence"),
    [
        (CODES, "redirect", "utm_source and utm_medium, added to the address of your thank-you"),
        (CODES, None, "utm_source and utm_medium, if the payment link redirects"),
        (CODES, "hosted_confirmation", "nothing: buyers stay on Stripe's page"),
        ({}, "redirect", "nothing: no UTM code is set"),
        ({"locale": "de"}, "hosted_confirmation", "nothing: no UTM code is set"),
    ],
)
def test_the_site_receives_codes_only_by_a_redirect(values, confirmation, sentence):
    assert said(values, confirmation=confirmation).site_will_receive.startswith(sentence)


def test_the_webhook_carries_the_reference_and_never_a_code():
    assert said(CODES).webhook_will_carry == "the reference lt17q2m9xzv, and no UTM code."
    assert said(CODES, "none").webhook_will_carry.startswith("nothing that names this link")


@pytest.mark.parametrize(
    ("confirmation", "hides"), [("redirect", False), (None, False), ("hosted_confirmation", True)]
)
def test_only_a_known_page_of_stripe_hides_codes(confirmation, hides):
    assert hides_codes(confirmation) is hides
