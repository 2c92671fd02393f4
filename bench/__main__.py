"""Run every benchmark, or those named: python -m bench [links] [webhook] [worker] [pages] [exports].

Each prints JSON lines: a figure's name, its value, the aim and what it was compared with.
"""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linktracker.settings")

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from bench import exports, large, links, pages, webhook, worker  # noqa: E402 - they need Django to be set up
from bench.database import throwaway_database  # noqa: E402

BENCHMARKS = {"links": links.run, "webhook": webhook.run, "worker": worker.run}
# In one large database, filled once; what writes to it comes last (links by a file, for one).
AT_SIZE = {"pages": pages.run, "exports": exports.run}


def main(names: list[str]) -> None:
    known = [*BENCHMARKS, *AT_SIZE]
    chosen = names or known
    if strangers := set(chosen) - set(known):
        sys.exit(f"No such benchmark: {', '.join(sorted(strangers))}; there are {known}")
    if small := [name for name in BENCHMARKS if name in chosen]:
        with throwaway_database():
            for name in small:
                BENCHMARKS[name]()
    if at_size := [name for name in AT_SIZE if name in chosen]:
        call_command("collectstatic", interactive=False, verbosity=0)  # pages name these files
        with throwaway_database():
            person = large.fill()
            for name in at_size:
                AT_SIZE[name](person)


if __name__ == "__main__":
    main(sys.argv[1:])
