"""How a figure is printed, one JSON line on stdout, and what processes are measured by."""

import json
import statistics
from collections.abc import Sequence
from pathlib import Path


def report(figure: str, value: float, **beside: object) -> None:
    print(json.dumps({"figure": figure, "value": round(value, 3), **beside}), flush=True)


def percentile(values: Sequence[float], share: float) -> float:
    return statistics.quantiles(values, n=1000)[min(998, round(share * 1000) - 1)]


def peak_mb() -> float:
    """The most memory that this program held: what `getrusage` tells begins with its parent."""
    told = Path("/proc/self/status").read_text(encoding="ascii")
    kilobytes = next(line.split()[1] for line in told.splitlines() if line.startswith("VmHWM"))
    return round(int(kilobytes) / 1024, 1)
