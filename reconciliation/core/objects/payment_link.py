"""A Payment Link: the page that a buyer opens, and where it sends him afterwards."""

from typing import Final

from reconciliation.core.facts import Facts, Kind, currency, flag, last, note, word


def _rank(facts: Facts) -> int:
    """A link has no course of states: nothing but its event's type orders one second."""
    return 0


PAYMENT_LINK: Final = Kind(
    name="payment_link",
    object_name="payment_link",
    facts={
        "url": last(word("url", longest=500)),
        "active": last(flag("active")),
        "currency": last(currency("currency")),
        "confirmation": last(word("after_completion", "type", longest=40)),
        "redirect_url": last(note("after_completion", "redirect", "url")),
        "submit_type": last(note("submit_type")),
        "allow_promotion_codes": last(flag("allow_promotion_codes")),
    },
    rank_of=_rank,
)
