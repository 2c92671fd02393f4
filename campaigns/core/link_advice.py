"""All that is to be said of a link before buyers get it: of its payment link, then of its values."""

from collections.abc import Mapping

from campaigns.core.payment_link_warnings import PaymentLinkTold, warnings_of
from campaigns.core.url_parameters import warnings


def advice(
    told: PaymentLinkTold | None, kept: Mapping[str, str], typed: Mapping[str, str] | None = None
) -> tuple[str, ...]:
    """`kept` are the parameters that Stripe keeps; `typed` those as they were typed, if others.

    `told` is None while the payment link is not known.
    """
    known = warnings_of(told, kept) if told else ()
    return (*(one.sentence for one in known), *warnings(kept if typed is None else typed))
