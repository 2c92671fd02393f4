"""Downloads of 100,000 rows: how long they take, and what the process holds at its peak.

Each runs in a process of its own, which asks for the download and reads it as a browser would.
"""

import json
import subprocess
import sys

from bench import large
from bench.figures import report
from linktracker.models import User

ROWS = large.LINKS
AIM_MB = 150
AIM_CSV = 3.0  # seconds
# A download as a spreadsheet belongs here too: its address, with an aim of ten seconds.
EXPORTS = (
    ("/links/export/", AIM_CSV),
    ("/payments/export/?period=all&currency=eur", AIM_CSV),
    ("/reconciliation/export/?period=all&finding=no_record&currency=eur", AIM_CSV),
)


def run(person: User) -> None:
    for path, aim in EXPORTS:
        told = subprocess.run(
            [sys.executable, "-m", "bench.download", path, str(person.pk)],
            capture_output=True,
            text=True,
            check=True,
        )
        measured = json.loads(told.stdout)
        seconds = measured["seconds"] * ROWS / measured["rows"]
        report(
            f"download {path} seconds for {ROWS} rows",
            seconds,
            aim_s=aim,
            ratio_to_aim=round(seconds / aim, 2),
            rows=measured["rows"],
            peak_mb=measured["peak_mb"],
            peak_mb_before=measured["peak_mb_before"],
            aim_mb=AIM_MB,
        )
