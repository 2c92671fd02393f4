"""manage.py explain_payment: what is known about one payment, and why it is said."""

import json
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from linktracker.templatetags.display import money
from reconciliation.core.payment_words import GRADES, READINGS, STATES
from reconciliation.queries.explain import NoPayment, explain


class Command(BaseCommand):
    help = "Explain one payment: its money, its link, its record, and what Stripe told about it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id", metavar="ID", help="a session, intent, charge or other Stripe id")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *, id: str, json: bool, **options: object) -> None:
        try:
            explanation = explain(id)
        except NoPayment as problem:
            raise CommandError(str(problem)) from None
        document = explanation.as_json()
        self.stdout.write(_as_json(document) if json else "\n".join(_as_text(document)))


def _as_json(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2)


def _as_text(document: dict[str, Any]) -> Iterator[str]:
    """The same document in sentences."""
    currency = document["currency"]
    mode = "live" if document["livemode"] else "test"
    yield f"{document['id']} ({mode}): {STATES[document['state']]}, {money(document['amount'], currency)}"
    if document["refunded"]:
        yield f"Refunded {money(document['refunded'], currency)}"
    yield f"Received {money(document['received'], currency)}"
    yield from _reference(document["reference"])
    yield from _attribution(document["attribution"])
    yield from _match(document["match"])
    yield "What Stripe told us:"
    for seen in document["observations"]:
        times = f", delivered {seen['deliveries']} times" if seen["deliveries"] > 1 else ""
        yield f"  {seen['stripe_at']} {seen['type'] or 'fetched'} {seen['object_id']}{times}"


def _reference(reference: dict[str, Any]) -> Iterator[str]:
    if reference["raw"]:
        yield f"Reference {reference['raw']}"
    yield f"  {READINGS[reference['reading']]}"


def _attribution(attribution: dict[str, Any]) -> Iterator[str]:
    link = attribution["tracked_link"]
    where = f" {link['name']} (link {link['id']})" if link else ""
    yield f"Attributed: {GRADES[attribution['grade']]} ({attribution['grade']}){where}"
    for sentence in (*attribution["reasons"], *attribution["conflicts"]):
        yield f"  {sentence}"
    codes = {name: code for name, code in attribution["utm"].items() if code}
    if codes:
        yield f"  {', '.join(f'{name} {code}' for name, code in codes.items())}"


def _match(match: dict[str, Any]) -> Iterator[str]:
    record = f" {match['record']}" if match["record"] else ""
    finding = (match["finding"] or "nothing to compare yet").replace("_", " ")
    yield f"Your record:{record} {finding}"
    for sentence in match["reasons"]:
        yield f"  {sentence}"
