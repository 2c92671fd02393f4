"""How many examples a law meets: few while people work, many in CI; a slow machine fails none.

Both meet the same examples in every run, so that a failure belongs to the change that it appears
with. `searching` meets new ones each time: `make fuzz`.
"""

import gc

from hypothesis import settings

settings.register_profile("quick", deadline=None, max_examples=40, derandomize=True)
settings.register_profile("thorough", deadline=None, max_examples=200, derandomize=True)
settings.register_profile("searching", deadline=None, max_examples=1_000)
settings.load_profile("quick")


def pytest_collection_finish() -> None:
    """Thousands of collected tests stay to the end; nobody need search them for garbage."""
    gc.freeze()
