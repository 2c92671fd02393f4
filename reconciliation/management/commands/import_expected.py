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
from reconciliation.core.open_items import Changes, ItemsRead, compare, read_file
from reconciliation.queries.records import known_items


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
            "--source", default=records.FILE, help="where they come from (default: file)"
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
        counts = _dry_run(read, live, source) if dry_run else _import(read, live, source)
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


def _dry_run(read: ItemsRead, livemode: bool, source: str) -> dict[str, int]:
    """What the good rows would do; nothing is written."""
    ids = [item.external_id for item in read.items]
    known = known_items(livemode=livemode, source=source, external_ids=ids)
    changes: Changes = compare(read.items, known)
    return {
        "new": len(changes.new),
        "unchanged": len(changes.unchanged),
        "revised": len(changes.revised),
    }


def _import(read: ItemsRead, livemode: bool, source: str) -> dict[str, int]:
    if read.problems:
        return {"new": 0, "unchanged": 0, "revised": 0}
    done = records.record(
        items=read.items, livemode=livemode, source=source, by=None, at=timezone.now()
    )
    return {"new": done.new, "unchanged": done.unchanged, "revised": done.revised}


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
