"""What is authentic and still not ours to fold is named in a sentence; everything else passes."""

import pytest

from reconciliation.core.events import Event
from reconciliation.core.refusals import why_aside


def event(*, livemode: bool = False, account: str | None = None, is_thin: bool = False) -> Event:
    return Event("evt_1", "charge.succeeded", None, 5, livemode, account, {}, is_thin)


@pytest.mark.parametrize(
    ("livemode", "secret_livemode"),
    [(False, None), (True, None), (False, False), (True, True)],
)
def test_a_secret_of_its_mode_or_of_both_vouches_for_an_event(livemode, secret_livemode):
    assert why_aside(event(livemode=livemode), secret_livemode) == ""


@pytest.mark.parametrize(
    ("livemode", "secret_livemode", "sentence"),
    [
        (True, False, "A live event came signed with a test secret."),
        (False, True, "A test event came signed with a live secret."),
    ],
)
def test_a_secret_of_the_other_mode_does_not(livemode, secret_livemode, sentence):
    assert why_aside(event(livemode=livemode), secret_livemode) == sentence


@pytest.mark.parametrize("secret_livemode", [None, False, True])
def test_thin_events_and_those_of_another_account_are_not_ours_whoever_signed(secret_livemode):
    assert "subscribe to snapshot events" in why_aside(event(is_thin=True), secret_livemode)
    assert "account acct_1, not to yours" in why_aside(event(account="acct_1"), secret_livemode)
