"""One download in this process, read as a browser would: python -m bench.download PATH PERSON.

Prints a JSON line: seconds, rows, and the most memory that the process held before and after.
"""

import json
import os
import sys
import tempfile
import time
import zipfile
from typing import IO

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linktracker.settings")

import django

django.setup()

from django.test import Client  # noqa: E402 - it needs Django to be set up

from bench.figures import peak_mb  # noqa: E402
from bench.people import signed_in  # noqa: E402
from linktracker.models import User  # noqa: E402


def main(path: str, person: str) -> None:
    client = signed_in(User.objects.get(pk=person))
    client.get("/accounts/login/")  # a server that runs has loaded what it needs
    before = peak_mb()
    with tempfile.TemporaryFile() as file:
        begun = time.perf_counter()
        size = _read(client, path, file)
        seconds = time.perf_counter() - begun
        measured = {
            "seconds": seconds,
            "bytes": size,
            "peak_mb": peak_mb(),
            "peak_mb_before": before,
        }
        print(json.dumps(measured | {"rows": _rows(file)}))


def _read(client: Client, path: str, file: IO[bytes]) -> int:
    """Read it piece by piece; returns how many bytes it was."""
    answer = client.get(path)
    if answer.status_code != 200:
        raise AssertionError(f"{path} answered {answer.status_code}.")
    return sum(file.write(piece) for piece in answer.streaming_content)


def _rows(file: IO[bytes]) -> int:
    """Rows after the header, of a CSV file or a workbook."""
    file.seek(0)
    if not zipfile.is_zipfile(file):
        file.seek(0)
        return sum(1 for _ in file) - 1
    with zipfile.ZipFile(file) as book, book.open("xl/worksheets/sheet1.xml") as sheet:
        return sum(piece.count(b"<row") for piece in iter(lambda: sheet.read(1 << 20), b"")) - 1


if __name__ == "__main__":
    main(*sys.argv[1:])
