"""What may be wrong with a saved link because of its payment link, as it is known by now.

The list of links finds the same by a query; a test compares the two, rule by rule.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from campaigns.core.link_promises import HIDES_CODES, REDIRECT, hides_codes


@dataclass(frozen=True)
class LinkWarning:
    """What is wrong, in a word for a row of the list, and as a sentence."""

    word: str
    sentence: str


SWITCHED_OFF: Final = LinkWarning(
    "switched off", "This payment link is switched off in Stripe; buyers cannot pay with it."
)
CODES_HIDDEN: Final = LinkWarning("codes hidden from your site", HIDES_CODES)
HAS_CODES_OF_ITS_OWN: Final = LinkWarning(
    "redirect has its own codes",
    "The page that this payment link redirects to has UTM codes in its address already. They come "
    "with every sale, so your site may see them instead of this link's. Take them out in Stripe.",
)

# PostgreSQL reads this pattern too: a UTM code with a value in the query of an address.
CODE_IN_A_QUERY: Final = "^[^?#]*[?]([^#]*&)?utm_(source|medium|campaign|term|content)=[^&#]"


@dataclass(frozen=True)
class LinkKnown:
    """A saved link's codes, and its payment link as Stripe described it; None for not yet."""

    active: bool | None = None
    confirmation: str | None = None
    redirect_url: str | None = None
    codes: Mapping[str, str] = field(default_factory=dict)


def link_warnings(link: LinkKnown) -> tuple[LinkWarning, ...]:
    """Each thing that keeps the link from doing its work."""
    said = []
    if link.active is False:
        said.append(SWITCHED_OFF)
    if any(link.codes.values()) and hides_codes(link.confirmation):
        said.append(CODES_HIDDEN)
    if link.confirmation in (None, REDIRECT) and has_codes(link.redirect_url or ""):
        said.append(HAS_CODES_OF_ITS_OWN)
    return tuple(said)


def has_codes(url: str) -> bool:
    return re.search(CODE_IN_A_QUERY, url) is not None
