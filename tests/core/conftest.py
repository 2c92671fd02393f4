"""How many examples a law meets: few while people work, many in CI; a slow machine fails none."""

import gc

from hypothesis import settings

settings.register_profile("quick", deadline=None, max_examples=40)
settings.register_profile("thorough", deadline=None, max_examples=200)
settings.load_profile("quick")


def pytest_collection_finish() -> None:
    """Thousands of collected tests stay to the end; nobody need search them for garbage."""
    gc.freeze()
