"""manage.py rebuild_projections [--check]: everything again from the stored bytes."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from campaigns.queries import affected
from reconciliation.actions import rebuild


class Command(BaseCommand):
    help = "Fold everything again; with --check only compare, and exit 1 on a difference."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="keep nothing, only compare")

    def handle(self, *args: Any, **options: Any) -> None:
        if waiting := affected.waiting():
            self.stdout.write(
                f"Changes of evidence that wait for the worker: {waiting}, made first."
            )
        run = rebuild.check if options["check"] else rebuild.rebuild
        differences = run(at=timezone.now())
        for found in differences:
            self.stdout.write(
                f"{found.table}: {found.rows} rows differ, for example {found.example}"
            )
        if not differences:
            self.stdout.write("Everything came out the same.")
        elif options["check"]:
            raise CommandError("What is stored is not what its facts give.")
