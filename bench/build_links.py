"""One file of links issued in this process: python -m bench.build_links IN.csv EMAIL.

Prints a JSON line: what became of the rows, and the most memory that the process held.
"""

import io
import json
import os
import sys
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linktracker.settings")

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - it needs Django to be set up

from bench.figures import peak_mb  # noqa: E402


def main(file: str, email: str) -> None:
    told = io.StringIO()
    answer = str(Path(file).with_suffix(".out.csv"))
    call_command("build_links", file, answer, "--json", "--by", email, stdout=told)
    print(json.dumps({**json.loads(told.getvalue()), "peak_mb": peak_mb()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
