"""Stripe's ids of payments and payment links in any text, each once, in the order of the text."""

import re
from typing import Final

# A client secret goes on after the id with _secret_…, which is nobody's to read.
STRIPE_ID: Final = re.compile(
    r"(?<![A-Za-z0-9_])(?:cs_test_|cs_live_|pi_|plink_)(?=[A-Za-z]*[0-9])[A-Za-z0-9]{1,240}"
)


def stripe_ids(text: str) -> tuple[str, ...]:
    """Checkout Sessions (cs_…), payments (pi_…) and payment links (plink_…)."""
    return tuple(dict.fromkeys(STRIPE_ID.findall(text)))
