"""What a person should know of a payment link before giving it to buyers, a sentence each."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from campaigns.core.link_promises import HIDES_CODES, REDIRECT, hides_codes
from campaigns.core.redirect import hard_coded
from campaigns.core.url_parameters import UTM_NAMES

PROMOTION_CODE: Final = "prefilled_promo_code"

# PostgreSQL reads this pattern too: a UTM code with a value in the query of an address.
CODE_IN_A_QUERY: Final = "^[^?#]*[?]([^#]*&)?utm_(source|medium|campaign|term|content)=[^&#]"


@dataclass(frozen=True)
class LinkWarning:
    """What is wrong, in a word for a row of a list, and as a sentence."""

    word: str
    sentence: str


UNHEARD_OF: Final = LinkWarning(
    "not known to Stripe",
    "Stripe has told us of its payment links, and none has this address. Compare it with the one in "
    "Stripe: it may hold a typing error, or belong to another account. A payment link that was made "
    "just now is known after the next sync_stripe.",
)
SWITCHED_OFF: Final = LinkWarning(
    "switched off",
    "This payment link is switched off in Stripe; buyers see an error page and cannot pay with it.",
)
CODES_HIDDEN: Final = LinkWarning("codes hidden from your site", HIDES_CODES)
NO_PROMOTION_CODES: Final = LinkWarning(
    "promotion code does nothing",
    "This payment link takes no promotion codes, so the one in your link will do nothing. In Stripe, "
    "allow promotion codes to change that.",
)


@dataclass(frozen=True)
class PaymentLinkTold:
    """What Stripe told us of a payment link that may call for a warning; None where it has not.

    One is `unheard_of` when Stripe has listed all others since we know its address.
    """

    active: bool | None = None
    confirmation: str | None = None
    redirect_url: str | None = None
    promotion_codes: bool | None = None
    unheard_of: bool = False


def warnings_of(
    told: PaymentLinkTold, parameters: Collection[str] = UTM_NAMES
) -> tuple[LinkWarning, ...]:
    """The gravest first. `parameters` are those that a link sets; by default, all UTM codes.

    The list of links finds the same by a query; a test compares the two.
    """
    said = [UNHEARD_OF] if told.unheard_of else []
    if told.active is False:
        said.append(SWITCHED_OFF)
    if any(name in UTM_NAMES for name in parameters):
        said += _about_codes(told)
    if PROMOTION_CODE in parameters and told.promotion_codes is False:
        said.append(NO_PROMOTION_CODES)
    return tuple(said)


def _about_codes(told: PaymentLinkTold) -> list[LinkWarning]:
    if hides_codes(told.confirmation):
        return [CODES_HIDDEN]
    has_codes = re.search(CODE_IN_A_QUERY, told.redirect_url or "")
    if told.confirmation != REDIRECT or not has_codes:
        return []
    return [LinkWarning("redirect has its own codes", _fights(hard_coded(told.redirect_url)))]


def _fights(names: Collection[str]) -> str:
    written = _listed(names) if names else "UTM codes"
    them = "it" if len(names) == 1 else "them"
    return (
        f"The address that this payment link redirects to has {written} written into it, which "
        f"every sale brings beside your own. In Stripe, take {them} out of the address."
    )


def _listed(names: Collection[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
