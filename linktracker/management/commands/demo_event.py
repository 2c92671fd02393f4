"""manage.py demo_event: one realistic payment, posted as signed webhooks to a running server."""

import json
import secrets
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from campaigns.core.payment_url import NotAPaymentLink, take_apart
from linktracker.lib.stripe_secrets import UnsafeSecretsFile, stripe_secret
from linktracker.simulator.catalogue import CATALOGUE
from linktracker.simulator.chance import Chance
from linktracker.simulator.deliver import BadDestination, post_all
from linktracker.simulator.single import SinglePayment, single_payment
from reconciliation.core.signature import BadSecret, parse_secrets

EVERYTHING = "checkout.session.completed"
TRIES = 7  # about four seconds of a person's time


class Command(BaseCommand):
    help = "Post one signed payment through a payment link's URL, as Stripe would."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--type", default=EVERYTHING, help="only the event of this type")
        parser.add_argument(
            "--url", default=CATALOGUE[0].url, help="a payment link with parameters"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        payment = self._payment(options["url"])
        events = payment.events
        if options["type"] != EVERYTHING:
            events = tuple(event for event in events if event.type == options["type"])
        if not events:
            offered = ", ".join(event.type for event in payment.events)
            raise CommandError(f"There is no event of type {options['type']}; try {offered}.")
        self._post([event.body for event in events], self._secret(payment.payment.livemode))
        self._print(payment, events[-1].id, as_json=options["json"])

    def _payment(self, url: str) -> SinglePayment:
        try:
            take_apart(url)
        except NotAPaymentLink as problem:
            raise CommandError(str(problem)) from None
        return single_payment(url, at=int(time.time()), chance=Chance(secrets.token_hex(8)))

    def _post(self, bodies: list[bytes], secret: str) -> None:
        address = f"{settings.PUBLIC_URL}/webhooks/stripe/"
        try:
            report = post_all(address, bodies, secret=secret, tries=TRIES)
        except BadDestination as problem:
            raise CommandError(f"{problem} Simulated payments go nowhere else.") from None
        if report.unreached:
            raise CommandError(f"{settings.PUBLIC_URL} cannot be reached; is it running?")
        if report.refused:
            raise CommandError(
                f"The server refused {report.refused} of {len(bodies)} events. "
                "Does it run with the same STRIPE_WEBHOOK_SECRETS?"
            )

    def _secret(self, livemode: bool) -> str:
        try:
            known = parse_secrets(stripe_secret("STRIPE_WEBHOOK_SECRETS"))
        except (UnsafeSecretsFile, BadSecret) as problem:
            raise CommandError(str(problem)) from None
        fitting = [secret.value for secret in known if secret.serves(livemode)]
        if not fitting:
            raise CommandError("STRIPE_WEBHOOK_SECRETS holds no secret of this mode.")
        return fitting[0]

    def _print(self, payment: SinglePayment, event_id: str, *, as_json: bool) -> None:
        told = {
            "event": event_id,
            "session": payment.session,
            "payment_intent": payment.payment_intent,
            "payment_link": payment.payment_link,
            "url": payment.url,
        }
        if as_json:
            self.stdout.write(json.dumps(told))
        else:
            self.stdout.write("\n".join(f"{name}: {value}" for name, value in told.items()))
