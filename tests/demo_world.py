"""The demo's people, links, records and payments, as many of them as a test wants."""

from datetime import timedelta
from io import StringIO
from pathlib import Path

from django.core.management import call_command
from django.utils import timezone

from linktracker.demo import links, orders, people, stripe_account
from linktracker.models import User
from linktracker.simulator.world import World, build_world
from reconciliation.actions import worker
from tests.stripe_events import deliver, fetch

DAYS = 91


def load(folder: Path, *, visits: int, all_orders: bool = False) -> tuple[dict[str, User], World]:
    """A quarter that ends now; `folder` holds the file of open items while it is imported."""
    now = timezone.now()
    opened = now - timedelta(days=DAYS)
    staff = people.make_people()
    fetch(stripe_account.account(), at=opened)
    tracked = list(links.make_links(staff["Marketing"], opened))
    company_orders = orders.make_orders(links.make_invoice_links(staff["Marketing"], opened))
    if not all_orders:
        company_orders = company_orders[::5]
    file = folder / "open-items.csv"
    file.write_text(orders.open_items_csv(company_orders, now.date()), encoding="utf-8")
    call_command("import_expected", str(file), stdout=StringIO())
    world = build_world(
        seed=2026,
        until=int(now.timestamp()),
        links=tracked,
        orders=company_orders,
        days=DAYS,
        test_visits=visits,
        live_visits=visits // 10,
    )
    deliver([event.body for event in world.events], at=now)
    worker.note_alive(name="demo:1", started_at=opened, at=now + timedelta(hours=1))
    return staff, world
