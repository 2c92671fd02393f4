"""manage.py ingest_events: stored events into the inbox, for the worker to digest."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from linktracker.lib.batches import batches
from reconciliation.actions import inbox

BATCH = 500


class Command(BaseCommand):
    help = "Put events from a .jsonl file, or a folder of .json and .jsonl files, into the inbox."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["path"]
        if not path.exists():
            raise CommandError(f"{path} does not exist.")
        counts = inbox.Uploaded()
        for bodies in batches(_bodies(path), BATCH):
            counts += inbox.store_uploads(bodies=bodies, at=timezone.now())
        self.stdout.write(
            json.dumps(
                {"new": counts.new, "duplicate": counts.duplicate, "refused": counts.refused}
            )
        )


def _bodies(path: Path) -> Iterator[bytes]:
    """One event a line of a .jsonl file, one a .json file; in the order of the files' names."""
    files = sorted(path.rglob("*.json*")) if path.is_dir() else [path]
    for file in files:
        if file.suffix == ".json" and path.is_dir():
            yield file.read_bytes()
        else:
            with file.open("rb") as lines:
                yield from (line.rstrip(b"\r\n") for line in lines if line.strip())
