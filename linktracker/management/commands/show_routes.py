"""Every address with its methods and the permission that it asks for."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from linktracker.routes import routes


class Command(BaseCommand):
    help = "List every address: its methods, its name and the permission that it asks for."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON document")

    def handle(self, **options: Any) -> None:
        found = routes()
        if options["json"]:
            self.stdout.write(json.dumps([asdict(route) for route in found]))
            return
        for route in found:
            self.stdout.write(f"{route.method:<7} {route.route:<70} {route.permission}")
