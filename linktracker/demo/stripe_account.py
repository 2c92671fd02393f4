"""The demo's account at Stripe: its API answers on loopback for as long as the demo runs."""

from collections.abc import Iterator
from contextlib import contextmanager

from linktracker.simulator.account import SimAccount, SimKey
from linktracker.simulator.api import SimApi, running
from linktracker.simulator.catalogue import CATALOGUE, LIVE_CATALOGUE, WITH_A_HITCH

# They open nothing but the API below.
TEST_KEY = "rk_test_linktracker_demo"
LIVE_KEY = "rk_live_linktracker_demo"


def account() -> SimAccount:
    return SimAccount(
        (*reversed(WITH_A_HITCH), *reversed(LIVE_CATALOGUE), *reversed(CATALOGUE)),
        {TEST_KEY: SimKey(), LIVE_KEY: SimKey(livemode=True)},
    )


@contextmanager
def answering() -> Iterator[dict[str, str]]:
    """The environment in which our processes ask this account instead of Stripe's."""
    with running(SimApi(account())) as api:
        yield {
            "STRIPE_API_BASE": api.base,
            "STRIPE_TEST_KEY": TEST_KEY,
            "STRIPE_LIVE_KEY": LIVE_KEY,
        }
