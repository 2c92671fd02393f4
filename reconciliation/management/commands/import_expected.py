"""manage.py import_expected FILE.csv: the company's open items in, the whole file or nothing."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from linktracker.lib.money import to_decimal
from reconciliation.actions import records
from reconciliation.core.open_items import Changes, ItemsRead, read_file
from reconciliation.queries.recording import prospect


class Command(BaseCommand):
    help = (
        "Record the open items of a CSV file with the columns external_id, reference, currency, "
        "amount, due_on, kind and description. One row that cannot be read refuses the file."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE.csv")
        parser.add_argument("--dry-run", action="store_true", help="only say what would change")
        parser.add_argument("--json", action="store_true", help="print one JSON document")
        parser.add_argument(
            "--live", action="store_true", help="for live payments (test mode without it)"
        )
        parser.add_argument(
            "--source",
            default=records.DEFAULT_SOURCE,
            help=f"where they come from (default: {records.DEFAULT_SOURCE})",
        )

    def handle(
        self,
        *,
        file: str,
        dry_run: bool,
        json: bool,
        live: bool,
        source: str,
        **options: Any,
    ) -> None:
        if not 0 < len(source) <= records.LONGEST_SOURCE:
            raise CommandError(f"A source has 1 to {records.LONGEST_SOURCE} characters.")
        read = read_file(_content(file))
        read, counts = (_dry_run if dry_run else _import)(read, live, source)
        document = {
            **counts,
            "refused": len(read.problems),
            "totals": read.totals,
            "problems": list(read.problems),
        }
        self.stdout.write(_as_json(document) if json else _as_text(document, read, dry_run))
        if read.problems:
            sys.exit(1)


def _content(file: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as problem:
        raise CommandError(f"{file} cannot be read: {problem.strerror}.") from problem


Told = tuple[ItemsRead, dict[str, int]]
"""The file with every row that is refused, and the counts."""


def _dry_run(read: ItemsRead, livemode: bool, source: str) -> Told:
    """What the good rows would do; nothing is written."""
    found = prospect(read.items, livemode=livemode, source=source)
    changes: Changes = found.changes
    return read.refusing(found.refused), _counts(
        len(changes.new), len(changes.unchanged), len(changes.revised)
    )


def _import(read: ItemsRead, livemode: bool, source: str) -> Told:
    if read.problems:
        found = prospect(read.items, livemode=livemode, source=source)
        return read.refusing(found.refused), _counts()
    try:
        done = records.record(
            items=read.items, livemode=livemode, source=source, by=None, at=timezone.now()
        )
    except records.CannotRecord as problem:
        return read.refusing(problem.refused), _counts()
    return read, _counts(done.new, done.unchanged, done.revised)


def _counts(new: int = 0, unchanged: int = 0, revised: int = 0) -> dict[str, int]:
    return {"new": new, "unchanged": unchanged, "revised": revised}


def _as_json(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2)


def _as_text(document: dict[str, Any], read: ItemsRead, dry_run: bool) -> str:
    lines = list(read.problems)
    lines += [f"The column {name} was not read." for name in read.not_read]
    lines += [
        f"Control total {currency.upper()} {to_decimal(total, currency):,}"
        for currency, total in read.totals.items()
    ]
    counts = ", ".join(f"{document[name]} {name}" for name in ("new", "revised", "unchanged"))
    if read.problems:
        lines.append(f"{document['refused']} refused; nothing was recorded.")
    elif dry_run:
        lines.append(f"Nothing was recorded. It would be: {counts}.")
    else:
        lines.append(f"Recorded: {counts}.")
    return "\n".join(lines)
