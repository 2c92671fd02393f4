"""Link verdicts and builds a second, in pure Python on one core."""

import time

from bench.figures import report
from campaigns.core.payment_url import take_apart, with_parameters
from campaigns.core.url_parameters import judge_all

ROUNDS = 5
LINKS = 20_000
AIM = 50_000
PAYMENT_LINK = take_apart("https://buy.stripe.com/test_eVa5nPg1j1wmfXq5kr")


def run() -> None:
    best = max(_links_a_second() for _ in range(ROUNDS))
    report("link verdicts and builds a second", best, aim=AIM, ratio_to_aim=round(best / AIM, 2))


def _links_a_second() -> float:
    begun = time.perf_counter()
    for number in range(LINKS):
        _verdicts_and_url(number)
    return LINKS / (time.perf_counter() - begun)


def _verdicts_and_url(number: int) -> str:
    """As a spreadsheet of links gives them: the same codes again and again, a new content each time."""
    verdicts = judge_all(
        (
            ("client_reference_id", f"cart_{number}"),
            ("utm_source", "newsletter"),
            ("utm_medium", "email"),
            ("utm_campaign", "autumn_launch"),
            ("utm_content", f"variant_{number}"),
        )
    )
    kept = {verdict.name: verdict.value for verdict in verdicts if verdict.verdict == "kept"}
    return with_parameters(PAYMENT_LINK, kept)
