"""How a payment link comes into being, as its event tells."""

from linktracker.simulator.catalogue import SimPaymentLink
from linktracker.simulator.chance import Chance
from linktracker.simulator.payloads import encode, event, payment_link
from linktracker.simulator.truth import SimEvent


def link_created(link: SimPaymentLink, at: int, chance: Chance, version: str) -> SimEvent:
    """`payment_link.created` at `at` (unix seconds), asked for in the Dashboard."""
    event_type = "payment_link.created"
    event_id = f"evt_1{chance.token(f'{event_type} {link.id}', 23)}"
    request: dict[str, object] = {
        "id": f"req_{chance.token(f'request {link.id}', 14)}",
        "idempotency_key": None,
    }
    body = event(
        event_id,
        event_type,
        payment_link(link, version=version),
        created=at,
        livemode=link.livemode,
        version=version,
        request=request,
    )
    return SimEvent(event_id, event_type, at, encode(body))
