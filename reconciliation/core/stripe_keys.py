"""Which keys of Stripe we take: a restricted one of the right mode. No sentence shows a key."""

import re
from typing import Final

KEY_NAMES: Final = {False: "STRIPE_TEST_KEY", True: "STRIPE_LIVE_KEY"}
"""Where the key of each mode (live or not) is set."""

_RESTRICTED = re.compile("rk_(test|live)_[A-Za-z0-9_]{4,240}")


def mode_word(livemode: bool) -> str:
    return "live" if livemode else "test"


def why_not_key(key: str, *, livemode: bool) -> str:
    """The sentence that says what is wrong with the key of this mode, or "" where nothing is."""
    name, mode = KEY_NAMES[livemode], mode_word(livemode)
    wanted = f"a restricted key of {mode} mode (rk_{mode}_…)"
    if not key:
        return f"{name} is not set; it takes {wanted}."
    if key.startswith("sk_"):
        return f"{name} is a secret key, which may do everything; make {wanted} instead."
    if key.startswith("pk_"):
        return f"{name} is a publishable key, which may read nothing; it takes {wanted}."
    if key.startswith("whsec_"):
        return f"{name} is a webhook's signing secret; it takes {wanted}."
    found = _RESTRICTED.fullmatch(key)
    if found is None:
        return f"{name} is no key of Stripe; it takes {wanted}."
    if found[1] != mode:
        return f"{name} is a key of {found[1]} mode; it takes {wanted}."
    return ""
