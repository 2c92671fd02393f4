"""manage.py sync_stripe [--since DATE]: ask Stripe for its payment links, with product and price."""

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from reconciliation.actions import sync
from reconciliation.core.fetched import CannotFetch
from reconciliation.core.stripe_keys import mode_word
from reconciliation.gateways import stripe_api


def day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise ArgumentTypeError(f"{written} is not a date; write 2026-09-30.") from None


class Command(BaseCommand):
    help = (
        "Fetch from Stripe, for each mode that has a key, all payment links; the worker reads them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--since",
            type=day,
            metavar="DATE",
            help="only what began on this day or later; payment links have no date and all come",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        modes = [livemode for livemode in (False, True) if stripe_api.has_key(livemode=livemode)]
        if not modes:
            raise CommandError(
                "There is no key: set STRIPE_TEST_KEY or STRIPE_LIVE_KEY to a restricted key."
            )
        told = {mode_word(livemode): _fetch(livemode) for livemode in modes}
        if options["json"]:
            self.stdout.write(json.dumps(told))
        else:
            self.stdout.write("\n".join(_in_words(mode, found) for mode, found in told.items()))
        if any(found["problem"] for found in told.values()):
            sys.exit(1)


def _fetch(livemode: bool) -> dict[str, Any]:
    """What became of one mode; a problem in one leaves the other alone."""
    try:
        gateway = stripe_api.open_stripe(livemode=livemode)
        done = sync.fetch_payment_links(gateway=gateway, at=timezone.now())
    except CannotFetch as problem:
        return {"payment_links": None, "changed": None, "problem": str(problem)}
    return {"payment_links": done.seen, "changed": done.changed, "problem": None}


def _in_words(mode: str, found: dict[str, Any]) -> str:
    if found["problem"]:
        return f"{mode}: {found['problem']}"
    links, changed = found["payment_links"], found["changed"]
    return f"{mode}: {links} payment link{'' if links == 1 else 's'}, {changed} new or changed."
