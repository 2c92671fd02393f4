"""What Stripe's payment link events teach campaigns about its payment links."""

from collections.abc import Mapping
from datetime import datetime

from campaigns.actions import payment_links
from campaigns.core.payment_link import PaymentLinkSeen
from linktracker.lib.json_read import text
from reconciliation.core.fold import Folded


def learn(states: Mapping[tuple[str, str], Folded], *, at: datetime) -> None:
    """Hand on the folded state of every payment link among these."""
    seen = [
        PaymentLinkSeen(
            stripe_id=id,
            url=url,
            livemode=state.livemode,
            active=active if isinstance(active := state.facts.get("active"), bool) else None,
            currency=text(state.facts, "currency"),
            confirmation=text(state.facts, "confirmation"),
            redirect_url=text(state.facts, "redirect_url"),
        )
        for (kind, id), state in states.items()
        if kind == "payment_link" and (url := text(state.facts, "url"))
    ]
    payment_links.learn(seen=seen, at=at)
