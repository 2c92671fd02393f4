"""UTM codes in the address that Stripe sends a buyer to after payment.

Stripe starts from the payment link's own redirect and adds the codes of the link that the buyer
used (stripe-facts 3, best effort). Codes written into the redirect itself stand on every sale and
say nothing about this one.
"""

from urllib.parse import parse_qsl, urlsplit

from campaigns.core.url_parameters import LEGAL_CODE, UTM_NAMES, Utm


def codes_of_the_buyer(success_url: str, redirect_url: str | None) -> Utm:
    """The codes that came with the buyer: of the success URL, without the redirect's own.

    A merge tag that was never filled in is no code.
    """
    written = hard_coded(redirect_url)
    return Utm.parse(
        {
            name: value
            for name, value in _codes(success_url).items()
            if name not in written and LEGAL_CODE.fullmatch(value)
        }
    )


def hard_coded(redirect_url: str | None) -> tuple[str, ...]:
    """The UTM codes that are written into a payment link's own redirect, in Stripe's order."""
    found = _codes(redirect_url or "")
    return tuple(name for name in UTM_NAMES if name in found)


def _codes(url: str) -> dict[str, str]:
    """The first value of each UTM name in the query; a URL that cannot be read has none."""
    try:
        pairs = parse_qsl(urlsplit(url).query, max_num_fields=200)
    except ValueError:
        return {}
    return {name: value for name, value in reversed(pairs) if name in UTM_NAMES}
