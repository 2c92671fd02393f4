"""How a figure is printed: one JSON line on stdout."""

import json
import statistics
from collections.abc import Sequence


def report(figure: str, value: float, **beside: object) -> None:
    print(json.dumps({"figure": figure, "value": round(value, 3), **beside}), flush=True)


def percentile(values: Sequence[float], share: float) -> float:
    return statistics.quantiles(values, n=1000)[min(998, round(share * 1000) - 1)]
