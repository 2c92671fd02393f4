"""Run every benchmark, or those named: python -m bench [links] [webhook] [worker].

Each prints JSON lines: a figure's name, its value, the aim and what it was compared with.
"""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linktracker.settings")

import django

django.setup()

from bench import links, webhook, worker  # noqa: E402 - they need Django to be set up
from bench.database import throwaway_database  # noqa: E402

BENCHMARKS = {"links": links.run, "webhook": webhook.run, "worker": worker.run}


def main(names: list[str]) -> None:
    chosen = names or list(BENCHMARKS)
    if strangers := set(chosen) - set(BENCHMARKS):
        sys.exit(f"No such benchmark: {', '.join(sorted(strangers))}; there are {list(BENCHMARKS)}")
    with throwaway_database():
        for name in chosen:
            BENCHMARKS[name]()


if __name__ == "__main__":
    main(sys.argv[1:])
