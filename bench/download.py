"""One download in this process, read as a browser would: python -m bench.download PATH PERSON.

Prints a JSON line: seconds, rows, and the most memory that the process held before and after.
"""

import json
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linktracker.settings")

import django

django.setup()

from django.test import Client  # noqa: E402 - it needs Django to be set up

from linktracker.models import User  # noqa: E402


def main(path: str, person: str) -> None:
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get(pk=person))
    client.get("/accounts/login/")  # a server that runs has loaded what it needs
    before = _peak_mb()
    begun = time.perf_counter()
    rows, size = _read(client, path)
    seconds = time.perf_counter() - begun
    measured = {"seconds": seconds, "rows": rows, "bytes": size}
    print(json.dumps(measured | {"peak_mb": _peak_mb(), "peak_mb_before": before}))


def _read(client: Client, path: str) -> tuple[int, int]:
    """Lines after the header, and bytes; nothing of it is kept."""
    answer = client.get(path)
    if answer.status_code != 200:
        raise AssertionError(f"{path} answered {answer.status_code}.")
    rows, size = -1, 0
    for piece in answer.streaming_content:
        rows += piece.count(b"\n")
        size += len(piece)
    return rows, size


def _peak_mb() -> float:
    """Of this program alone: what `getrusage` tells begins with the process that started it."""
    told = Path("/proc/self/status").read_text(encoding="ascii")
    kilobytes = next(line.split()[1] for line in told.splitlines() if line.startswith("VmHWM"))
    return round(int(kilobytes) / 1024, 1)


if __name__ == "__main__":
    main(*sys.argv[1:])
