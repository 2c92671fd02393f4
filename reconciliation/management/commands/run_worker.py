"""manage.py run_worker: digest the inbox and attribute again what new evidence touches."""

import gc
import os
import signal
import socket
import time
from argparse import ArgumentParser
from datetime import timedelta
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from reconciliation.actions import worker

PAUSE = 0.2  # seconds between two looks at an empty inbox: the latency budget of a payment
# A batch makes hundreds of thousands of values that die with it and hold no cycles: looking for
# cycles after every 700, as Python does, cost a tenth of the worker's time.
COLLECT_SELDOM = (100_000, 20, 100)
SIGN_OF_LIFE = timedelta(seconds=10)


class Command(BaseCommand):
    help = "Work off what is due. Any number of these may run at once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--until-idle", action="store_true", help="exit 0 once nothing is due any more"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        gc.set_threshold(*COLLECT_SELDOM)
        self.stopping = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        name, started_at = f"{socket.gethostname()}:{os.getpid()}", timezone.now()
        seen_at = started_at - SIGN_OF_LIFE
        while not self.stopping:
            at = timezone.now()
            try:
                if at - seen_at >= SIGN_OF_LIFE and not options["until_idle"]:
                    worker.note_alive(name=name, started_at=started_at, at=at)
                    seen_at = at
                done = worker.work_once(at=at)
            except (OperationalError, InterfaceError) as problem:
                self.stderr.write(f"The database is out of reach: {problem}")
                connection.close()
                done = 0
                if options["until_idle"]:
                    raise
            if not done:
                if options["until_idle"]:
                    return
                time.sleep(PAUSE)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        """Finish the batch in hand, then end."""
        self.stopping = True
