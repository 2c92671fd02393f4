"""What a person should know of a payment link before giving it to buyers, a sentence each."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from campaigns.core.link_promises import HIDES_CODES, REDIRECT, hides_codes
from campaigns.core.redirect import hard_coded
from campaigns.core.url_parameters import UTM_NAMES

SWITCHED_OFF: Final = (
    "This payment link is switched off in Stripe; buyers see an error page and cannot pay with it."
)
NO_PROMOTION_CODES: Final = (
    "This payment link takes no promotion codes, so the one in your link will do nothing. In Stripe, "
    "allow promotion codes to change that."
)
PROMOTION_CODE: Final = "prefilled_promo_code"


@dataclass(frozen=True)
class PaymentLinkTold:
    """What Stripe told us of a payment link that may call for a warning; None where it has not."""

    active: bool | None = None
    confirmation: str | None = None
    redirect_url: str | None = None
    promotion_codes: bool | None = None


def warnings_of(told: PaymentLinkTold, parameters: Collection[str] = UTM_NAMES) -> tuple[str, ...]:
    """The gravest first. `parameters` are those that a link sets; by default, all UTM codes."""
    said = []
    if told.active is False:
        said.append(SWITCHED_OFF)
    if any(name in UTM_NAMES for name in parameters):
        said += _about_codes(told)
    if PROMOTION_CODE in parameters and told.promotion_codes is False:
        said.append(NO_PROMOTION_CODES)
    return tuple(said)


def _about_codes(told: PaymentLinkTold) -> list[str]:
    if hides_codes(told.confirmation):
        return [HIDES_CODES]
    names = hard_coded(told.redirect_url) if told.confirmation == REDIRECT else ()
    return [_fights(names)] if names else []


def _fights(names: Collection[str]) -> str:
    them = "it" if len(names) == 1 else "them"
    return (
        f"The address that this payment link redirects to has {_listed(names)} written into it, which "
        f"every sale brings beside your own. In Stripe, take {them} out of the address."
    )


def _listed(names: Collection[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
