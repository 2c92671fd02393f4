"""Events a second through observation, fold, attribution and match: two workers on two cores."""

import io
import statistics
import subprocess
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from django.core.management import call_command
from django.utils import timezone

from bench.database import empty
from bench.figures import report
from campaigns.actions import links
from campaigns.core.link_draft import LinkDraft
from campaigns.core.payment_url import take_apart
from linktracker.demo.processes import command
from linktracker.lib.batches import batches
from linktracker.models import User
from linktracker.simulator.catalogue import CATALOGUE
from linktracker.simulator.deliver import schedule
from linktracker.simulator.errands import SimLink, SimOrder
from linktracker.simulator.world import build_world
from reconciliation.actions import inbox
from reconciliation.models import InboxEvent

AIM = 4000
ROUNDS = 3
VISITS = 3000
ORDERS = 300
NOW = 1_795_000_000
NOT_YET = timedelta(days=365)
SETTLING_DOWN = 4.0  # seconds


def run() -> None:
    one = [_events_a_second(workers=1) for _ in range(ROUNDS)]
    two = [_events_a_second(workers=2) for _ in range(ROUNDS)]
    report(
        "worker events a second, two workers",
        statistics.median(two),
        aim=AIM,
        ratio_to_aim=round(statistics.median(two) / AIM, 2),
        ratio_to_one_worker=round(statistics.median(two) / statistics.median(one), 2),
    )


def _events_a_second(workers: int) -> float:
    """A quarter of payments, arriving as live traffic does, drained by worker processes.

    The processes are up and polling before the events become due, so that only work is timed.
    """
    empty()
    bodies = _arrivals()
    for some in batches(bodies, 500):
        inbox.store_uploads(bodies=some, at=timezone.now() + NOT_YET)
    processes = [subprocess.Popen(command("run_worker")) for _ in range(workers)]
    try:
        time.sleep(SETTLING_DOWN)
        InboxEvent.objects.update(due_at=timezone.now())
        begun = time.perf_counter()
        while InboxEvent.objects.filter(state=InboxEvent.State.WAITING).exists():
            time.sleep(0.02)
        seconds = time.perf_counter() - begun
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(20)
    stuck = InboxEvent.objects.exclude(state__in=["done", "kept"]).count()
    if stuck:
        raise AssertionError(f"{stuck} events were not digested; the figure would be wrong.")
    return InboxEvent.objects.count() / seconds


def _arrivals() -> list[bytes]:
    """Twenty tracked links, 300 open items whose orders are paid, and a few deliveries twice."""
    marketer = User.objects.create_user("bench@example.com")
    tracked = [SimLink(_link(marketer, number), str(number), 1) for number in range(20)]
    _records()
    world = build_world(seed=1, until=NOW, links=tracked, orders=_orders(), test_visits=VISITS)
    return list(
        schedule(
            [event.body for event in world.events], seed=1, duplicate_rate=0.05, shuffle_window=100
        )
    )


def _link(by: User, number: int) -> str:
    """Three of four links carry a tag, the fourth is known by its UTM codes alone."""
    draft = LinkDraft(
        take_apart(CATALOGUE[number % 3].url),
        {"utm_source": f"source_{number}", "utm_campaign": "bench"},
        "none" if number % 4 == 0 else "tag",
    )
    return links.issue(draft=draft, by=by, at=timezone.now()).link.url


def _orders() -> list[SimOrder]:
    url = f"{CATALOGUE[0].url}?client_reference_id="
    return [
        SimOrder(f"INV-{number}", 4900, "eur", f"{url}INV-{number}", "agrees")
        for number in range(ORDERS)
    ]


def _records() -> None:
    lines = ["external_id,reference,currency,amount"]
    lines += [f"INV-{number},INV-{number},EUR,49.00" for number in range(ORDERS)]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "records.csv"
        file.write_text("\n".join(lines), encoding="utf-8")
        call_command("import_expected", str(file), stdout=io.StringIO())
