"""What Stripe keeps of a payment link's URL: our own reading of its rule, as a second opinion.

Rule: https://docs.stripe.com/payment-links/url-parameters. ASCII letters, digits, - and _ only;
at most 150 characters in a UTM code and 200 in the reference; anything else vanishes silently.
"""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

from linktracker.simulator.catalogue import SimPaymentLink

UTM_NAMES = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
LEGAL_CODE = re.compile(r"[A-Za-z0-9_-]{1,150}")
LEGAL_REFERENCE = re.compile(r"[A-Za-z0-9_-]{1,200}")


def kept_reference(url: str | None) -> str | None:
    """The Session's `client_reference_id` after a visit to `url`; None where Stripe drops it."""
    value = _parameters(url).get("client_reference_id", "")
    return value if LEGAL_REFERENCE.fullmatch(value) else None


def kept_codes(url: str | None) -> dict[str, str]:
    """The UTM codes that survive, by name, in Stripe's order of the five."""
    values = _parameters(url)
    return {name: values[name] for name in UTM_NAMES if LEGAL_CODE.fullmatch(values.get(name, ""))}


def success_url(link: SimPaymentLink, url: str | None) -> str:
    """Where the Session sends its buyer: UTM codes are added to a redirect, and go nowhere else."""
    if link.confirmation != "redirect":
        return "https://stripe.com"
    codes = kept_codes(url)
    if not codes:
        return link.redirect_url
    joint = "&" if "?" in link.redirect_url else "?"
    return f"{link.redirect_url}{joint}{urlencode(codes)}"


def _parameters(url: str | None) -> dict[str, str]:
    """The first value of each name; of a repeated name the later values are lost."""
    pairs = parse_qsl(urlsplit(url or "").query, keep_blank_values=True)
    return dict(reversed(pairs))
