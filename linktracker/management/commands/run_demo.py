"""manage.py run_demo: a quarter of demo data through the public doors, then serve it."""

import subprocess
import tempfile
import time
from argparse import ArgumentParser
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from linktracker.demo import links, orders, people, processes, stripe_account
from linktracker.simulator.deliver import post_all, schedule
from linktracker.simulator.world import build_world
from reconciliation.actions import worker
from reconciliation.core.signature import parse_secrets
from reconciliation.queries import inbox

SEED = 2026
DAYS = 91
DUPLICATES = 0.04
OUT_OF_ORDER = 30  # events among which a late one may arrive


class Command(BaseCommand):
    help = "Load the demo (once) and serve it, with a worker beside, until Ctrl+C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--load-only", action="store_true", help="load the data and exit")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo runs only with DEMO=true, which make demo sets.")
        address = f"http://127.0.0.1:{options['port']}"
        processes.end_with_the_block()
        with ExitStack() as stack:
            try:
                processes.refuse_port_in_use(options["port"])
                people.make_people()  # before the first page, which else asks for an administrator
                stripe = stack.enter_context(stripe_account.answering())
                server = self._serve(stack, options["port"], address, stripe)
            except processes.DidNotStart as problem:
                raise CommandError(str(problem)) from None
            if not inbox.has_events():
                self._load(address, stripe)
            self._tell(address)
            if not options["load_only"]:
                self._wait(server)

    def _serve(
        self, stack: ExitStack, port: int, address: str, stripe: dict[str, str]
    ) -> "subprocess.Popen[bytes]":
        server = stack.enter_context(
            processes.running(processes.server_command(port), PUBLIC_URL=address, **stripe)
        )
        stack.enter_context(processes.running(processes.command("run_worker"), **stripe))
        processes.wait_until_it_answers(f"{address}/accounts/login/", server)
        return server

    def _load(self, address: str, stripe: dict[str, str]) -> None:
        self.stdout.write("Loading a quarter of payments through the webhook …")
        begun, now = time.monotonic(), timezone.now()
        staff = people.make_people()
        marketer, opened = staff["Marketing"], now - timedelta(days=DAYS)
        self._sync(stripe)
        tracked = list(links.make_links(marketer, opened))
        company_orders = orders.make_orders(links.make_invoice_links(marketer, opened))
        world = build_world(
            seed=SEED, until=int(now.timestamp()), links=tracked, orders=company_orders, days=DAYS
        )
        self._import(orders.open_items_csv(company_orders, now.date()))
        bodies = schedule(
            [event.body for event in world.events],
            seed=SEED,
            duplicate_rate=DUPLICATES,
            shuffle_window=OUT_OF_ORDER,
        )
        report = post_all(f"{address}/webhooks/stripe/", bodies, secret=_secret())
        if report.refused:
            raise CommandError(f"The server refused {report.refused} webhooks.")
        self._drain()
        self.stdout.write(
            f"{len(world.payments)} payments from {report.accepted} webhooks "
            f"in {time.monotonic() - begun:.0f} s."
        )

    def _sync(self, stripe: dict[str, str]) -> None:
        with processes.running(processes.command("sync_stripe"), **stripe) as process:
            if process.wait():
                raise CommandError("The payment links could not be fetched.")
        self._drain()

    def _import(self, csv_text: str) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "open-items.csv"
            file.write_text(csv_text, encoding="utf-8")
            call_command("import_expected", str(file), stdout=self.stdout)

    def _drain(self) -> None:
        """Help the worker until nothing waits, so that the first page shows everything."""
        while worker.work_once(at=timezone.now()) or inbox.anything_waits():
            pass

    def _tell(self, address: str) -> None:
        addresses = "\n".join(f"  {email:<24} {group}" for email, _, group in people.PEOPLE)
        self.stdout.write(
            f"\nLinktracker is at {address}\n\n{addresses}\n\n"
            f"The password of all four: {people.PASSWORD}\n"
            "Ctrl+C ends it; make stop ends the database.\n"
        )

    def _wait(self, server: "subprocess.Popen[bytes]") -> None:
        try:
            server.wait()
        except KeyboardInterrupt:
            self.stdout.write("Stopping …")


def _secret() -> str:
    return parse_secrets(settings.STRIPE_WEBHOOK_SECRETS)[0].value
