"""Explain URLs: the verdict per parameter, and the URL put right. Needs no database."""

import json
import sys
from collections.abc import Iterator, Sequence

from django.core.management.base import BaseCommand, CommandParser

from campaigns.core.inspection import Inspection, inspect


class Command(BaseCommand):
    help = "Say which parameters of a payment link Stripe would keep, drop or ignore, and why."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("urls", nargs="+", metavar="URL", help="a URL, or - for one a line")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *, urls: Sequence[str], json: bool, **options: object) -> None:
        inspections = [inspect(url) for url in _each(urls)]
        is_one = len(urls) == 1 and urls[0] != "-"
        self.stdout.write(_as_json(inspections, is_one) if json else _as_text(inspections))
        if any(inspection.loses_something for inspection in inspections):
            sys.exit(1)


def _each(urls: Sequence[str]) -> Iterator[str]:
    for url in urls:
        if url == "-":
            yield from (line.rstrip("\r\n") for line in sys.stdin if line.strip())
        else:
            yield url


def _as_json(inspections: Sequence[Inspection], is_one: bool) -> str:
    documents = [inspection.as_json() for inspection in inspections]
    return json.dumps(documents[0] if is_one else documents, indent=2)


def _as_text(inspections: Sequence[Inspection]) -> str:
    return "\n\n".join("\n".join(_lines(inspection)) for inspection in inspections)


def _lines(inspection: Inspection) -> Iterator[str]:
    # An argument may hold bytes that are no text.
    yield inspection.url.encode(errors="backslashreplace").decode()
    if inspection.problem is not None:
        yield f"  refused  {inspection.problem}"
        return
    yield f"  {'live' if inspection.livemode else 'test'} payment link"
    for each in inspection.parameters:
        meant = f" Suggestion: {each.suggestion}" if each.suggestion else ""
        yield f"  {each.verdict:8} {each.name}={each.value}"
        yield f"           {each.reason}{meant}"
    yield f"  URL      {inspection.corrected_url}"
