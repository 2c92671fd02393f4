"""100,000 links by a file: how long `build_links` takes, and what its process holds at its peak."""

import csv
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench import large
from bench.figures import report
from linktracker.models import User

ROWS = 100_000
AIM_S = 20.0
AIM_MB = 150
COLUMNS = ("payment_link", "utm_source", "utm_medium", "utm_campaign", "utm_content")


def run(person: User) -> None:
    """Into the large database, beside the links that it holds; a process of its own is measured."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "links.csv"
        _write(file)
        begun = time.perf_counter()
        told = subprocess.run(
            [sys.executable, "-m", "bench.build_links", str(file), person.email],
            capture_output=True,
            text=True,
            check=True,
        )
        seconds = time.perf_counter() - begun
    report(
        f"{ROWS} links by a file, seconds",
        seconds,
        aim_s=AIM_S,
        ratio_to_aim=round(seconds / AIM_S, 2),
        aim_mb=AIM_MB,
        **json.loads(told.stdout),
    )


def _write(file: Path) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        for number in range(ROWS):
            base = f"https://buy.stripe.com/test_bench{number % large.PAYMENT_LINKS + 1}"
            writer.writerow(
                (base, f"file_{number % 40}", "email", f"file_{number % 300}", f"row_{number}")
            )
