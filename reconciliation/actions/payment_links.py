"""What Stripe's payment link events, and payment links that were fetched, teach campaigns."""

from collections.abc import Mapping
from datetime import datetime

from campaigns.actions import payment_links
from campaigns.core.payment_link import PaymentLinkSeen, product_of
from linktracker.lib.json_read import flag, integer, items, text
from reconciliation.core.fold import Folded


def learn(states: Mapping[tuple[str, str], Folded], *, at: datetime) -> None:
    """Hand on the folded state of every payment link among these."""
    seen = [
        _seen(id, url, state)
        for (kind, id), state in states.items()
        if kind == "payment_link" and (url := text(state.facts, "url"))
    ]
    payment_links.learn(seen=seen, at=at)


def _seen(id: str, url: str, state: Folded) -> PaymentLinkSeen:
    facts = state.facts
    products = [name for name in items(facts, "products") if isinstance(name, str)]
    return PaymentLinkSeen(
        stripe_id=id,
        url=url,
        livemode=state.livemode,
        active=flag(facts, "active"),
        currency=text(facts, "currency"),
        confirmation=text(facts, "confirmation"),
        redirect_url=text(facts, "redirect_url"),
        product=product_of(products),
        price=integer(facts, "price"),
        buyer_chooses=flag(facts, "buyer_chooses"),
        interval=text(facts, "interval"),
        interval_count=integer(facts, "interval_count"),
        promotion_codes=flag(facts, "allow_promotion_codes"),
    )
