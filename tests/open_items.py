"""Open items in tests, and payments that carry their references."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from linktracker.simulator.single import SinglePayment
from reconciliation.actions import records
from reconciliation.core.open_items import OpenItem
from tests.stripe_events import pay

URL = "https://buy.stripe.com/test_eVa5nPg1j1wmfXq5kr"
AT = datetime(2026, 9, 1, 12, tzinfo=UTC)
SECONDS = 1_788_264_000  # the same moment


def open_item(external_id: str = "INV-1", **changes: Any) -> OpenItem:
    item = OpenItem(
        external_id=external_id,
        reference=external_id,
        kind="single",
        currency="eur",
        amount=4900,
        due_on=None,
        description="",
    )
    return replace(item, **changes)


def record(external_id: str = "INV-1", *, at: datetime = AT, **changes: Any) -> None:
    """The company expects €49.00, for which its number is the reference."""
    items = [open_item(external_id, **changes)]
    records.record(items=items, livemode=False, source="file", by=None, at=at)


def payment(
    seed: str,
    *,
    amount: int = 4900,
    reference: str = "INV-1",
    at: int = SECONDS,
    currency: str = "eur",
) -> SinglePayment:
    """Somebody pays through a link with this reference."""
    url = f"{URL}?client_reference_id={reference}"
    return pay(url, seed=seed, at=at, amount=amount, currency=currency)
