"""manage.py build_links IN.csv OUT.csv: a file of links issued whole or not at all, and its answer."""

import csv
import json
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from campaigns.actions import links_file as actions
from campaigns.actions.link_batches import Fate
from campaigns.core.links_file import ANSWERED, LinkRow, LinksFile
from campaigns.queries.links_file import prospects
from linktracker.lib.csv_export import harmless
from linktracker.lib.csv_read import BadFile
from linktracker.lib.retry import redo_when_in_the_way
from linktracker.models import User

MOST_ROWS = 100_000
Write = Callable[[LinkRow, str, str], None]


class Command(BaseCommand):
    help = (
        "Issue the links of a CSV file with the columns payment_link, utm_source, utm_medium, "
        "utm_campaign, utm_term, utm_content and client_reference_id (reference_mode and name, "
        "where wanted), and write its rows with url and problem to another. One row with a "
        "problem, and no link is issued; the same file again changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="IN.csv")
        parser.add_argument("answer", metavar="OUT.csv")
        parser.add_argument("--dry-run", action="store_true", help="only say what would happen")
        parser.add_argument("--by", metavar="EMAIL", help="who issues them (nobody without it)")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(
        self,
        *,
        file: str,
        answer: str,
        dry_run: bool,
        by: str | None,
        json: bool,
        **options: Any,
    ) -> None:
        issuer = _person(by)
        try:
            counts = (
                _looked_at(file, answer)
                if dry_run
                else redo_when_in_the_way(lambda: _built(file, answer, issuer))
            )
        except BadFile as problem:
            raise CommandError(f"{file}: {problem}") from problem
        except OSError as problem:
            raise CommandError(f"{problem.filename or file}: {problem.strerror}.") from problem
        self.stdout.write(_as_json(counts) if json else _as_text(counts, dry_run))
        if counts["refused"]:
            sys.exit(1)


def _person(email: str | None) -> User | None:
    if email is None:
        return None
    person = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if person is None:
        raise CommandError(f"Nobody active has the e-mail address {email}.")
    return person


def _built(file: str, answer: str, by: User | None) -> Counter[str]:
    """Issue all rows; where one cannot be, nothing is, and the answer says of each row why."""
    counts: Counter[str] = Counter()
    try:
        with _answer(file, answer) as (read, write):

            def tell(row: LinkRow, fate: Fate) -> None:
                counts["unchanged" if fate.already else "new"] += 1
                write(row, fate.link.url if fate.link else "", "")

            actions.save(rows=read.rows(), by=by, at=timezone.now(), tell=tell)
    except actions.CannotSaveFile:
        return _looked_at(file, answer)
    return counts


def _looked_at(file: str, answer: str) -> Counter[str]:
    """The answer without issuing: the address of links that are saved, and every problem."""
    counts: Counter[str] = Counter()
    with _answer(file, answer) as (read, write):
        for seen in prospects(read.rows()):
            counts["refused" if seen.problem else "new" if seen.is_new else "unchanged"] += 1
            write(seen.row, seen.saved.url if seen.saved else "", seen.problem)
    return counts


@contextmanager
def _answer(file: str, answer: str) -> Iterator[tuple[LinksFile, Write]]:
    """The file to read, and a function that writes a row of the answer, which appears once it is whole."""
    target = Path(answer)
    unfinished = target.with_name(f"{target.name}.part")
    with (
        Path(file).open("rb") as content,
        unfinished.open("w", encoding="utf-8", newline="") as out,
    ):
        try:
            read = LinksFile.open(content, most_rows=MOST_ROWS)
            yield read, _writer(out, read)
        except BaseException:
            unfinished.unlink()
            raise
    unfinished.replace(target)


def _writer(out: TextIO, read: LinksFile) -> Write:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(harmless(cell) for cell in (*read.carried, *ANSWERED))

    def write(row: LinkRow, url: str, problem: str) -> None:
        writer.writerow(harmless(cell) for cell in (*row.cells, url, problem))

    return write


def _as_json(counts: Counter[str]) -> str:
    return json.dumps({name: counts[name] for name in ("new", "unchanged", "refused")}, indent=2)


def _as_text(counts: Counter[str], dry_run: bool) -> str:
    done = f"{counts['new']} new, {counts['unchanged']} as before"
    if counts["refused"]:
        return f"{counts['refused']} refused, {done}; nothing was issued. OUT.csv says why."
    return f"Nothing was issued. It would be: {done}." if dry_run else f"Links: {done}."
