"""manage.py doctor: is this installation as it should be? A sentence for each thing that is not."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from linktracker import checkup
from linktracker.checkup import Finding
from linktracker.lib.stripe_secrets import UnsafeSecretsFile, stripe_secret
from reconciliation.core.signature import BadSecret, parse_secrets
from reconciliation.core.stripe_keys import KEY_NAMES
from reconciliation.queries import health

MODES = {"test": False, "live": True}
MARKS = {"ok": "ok", "warning": "warn", "fault": "FAULT"}


class Command(BaseCommand):
    help = "Check keys, webhook, clock, database, queue and settings; exit 1 when one is at fault."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        findings = list(_findings())
        if options["json"]:
            self.stdout.write(json.dumps([asdict(finding) for finding in findings]))
        else:
            for finding in findings:
                self.stdout.write(f"{MARKS[finding.level]:<6}{finding.subject}: {finding.sentence}")
        faults = sum(finding.level == "fault" for finding in findings)
        if faults:
            raise CommandError(f"{faults} fault{'' if faults == 1 else 's'}.")


def _findings() -> Iterator[Finding]:
    yield from checkup.of_secrets(_secrets())
    yield from checkup.of_surroundings(_surroundings())
    try:
        database = _database()
    except Error as problem:
        yield Finding("fault", "database", f"It cannot be used: {str(problem).splitlines()[0]}")
        return
    yield from checkup.of_database(database)
    if not database.unapplied_migrations:
        yield from _queue()


def _secrets() -> checkup.Secrets:
    try:
        keys = {livemode: stripe_secret(name) for livemode, name in KEY_NAMES.items()}
        known = parse_secrets(stripe_secret("STRIPE_WEBHOOK_SECRETS"))
    except (UnsafeSecretsFile, BadSecret) as problem:
        return checkup.Secrets({}, frozenset(), str(problem))
    modes = {
        mode for mode, livemode in MODES.items() if any(secret.serves(livemode) for secret in known)
    }
    return checkup.Secrets(keys, frozenset(modes))


def _surroundings() -> checkup.Surroundings:
    return checkup.Surroundings(
        public_url=settings.PUBLIC_URL,
        production=settings.PRODUCTION,
        demo=settings.DEMO,
        mail_reaches_people=settings.MAIL_REACHES_PEOPLE,
        static_files_are_built=Path(settings.STATIC_ROOT, "staticfiles.json").exists(),
    )


def _database() -> checkup.Database:
    names = [*checkup.SAFE_SETTINGS, "max_connections"]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT clock_timestamp(), current_setting('server_version_num')::int / 10000"
        )
        clock, version = cursor.fetchone()
        ahead = clock - timezone.now()
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [names])
        found = dict(cursor.fetchall())
    executor = MigrationExecutor(connection)
    unapplied = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return checkup.Database(version, found, ahead, len(unapplied))


def _queue() -> Iterator[Finding]:
    at = timezone.now()
    alarm = health.alarm_at(at)
    for mode, livemode in MODES.items():
        standing = health.standing(livemode=livemode, at=at)
        yield from checkup.of_queue(mode, standing, alarm if mode == "test" else None)
