"""How long the pages take at 300,000 payments: medians, and how many statements each sends."""

import statistics
import time
from collections.abc import Iterator
from datetime import timedelta

from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bench.figures import report
from bench.people import signed_in
from linktracker.models import User

AIM_MS = 100
AIM_ADMIN_MS = 200
TIMES = 9

TODAY = timezone.localdate()
YEAR = f"{TODAY - timedelta(days=364)}..{TODAY}"

# Each list as people open it, and what asks most of it: another period, a search, a rare filter.
PAGES = (
    "/campaigns/",
    "/campaigns/?by=link",
    "/campaigns/?by=content",
    "/campaigns/?by=source&then=medium",
    f"/campaigns/?period={YEAR}",
    f"/campaigns/?period={YEAR}&by=link",
    "/campaigns/?period=all",
    "/campaigns/?period=all&by=link",
    "/payments/",
    "/payments/?q=pi_3Bench00150000",
    "/payments/?q=Buyer",  # a word of every name
    "/payments/?q=Buyer+150000",
    "/payments/?grade=U",
    "/payments/pi_3Bench00150000/",
    "/links/",
    "/links/?q=Newsletter+77",
    "/links/?paid=never",
    "/links/777/",
    "/links/new/",
    "/reconciliation/",
    "/reconciliation/?finding=no_record",
    f"/reconciliation/?period={YEAR}",
    "/reconciliation/?period=all",
    "/records/",
    "/records/?finding=short",
    "/records/?finding=over",
    "/records/?finding=voided",
    "/records/?q=INV-3000",
    "/inspect/?url=https://buy.stripe.com/test_bench7?utm_source=source_6",
    "/health/data/",
)


def run(person: User) -> None:
    client = signed_in(person)
    for path in PAGES:
        _report(client, path, AIM_MS)
    for path in _admin_lists():
        _report(client, path, AIM_ADMIN_MS)


def _admin_lists() -> Iterator[str]:
    for model in sorted(admin.site._registry, key=lambda model: model._meta.label):
        yield reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def _report(client: Client, path: str, aim: int) -> None:
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
        statements = len(captured)  # counted now, since the next request forgets them
    milliseconds = [_milliseconds(client, path) for _ in range(TIMES)]
    median = statistics.median(milliseconds)
    report(
        f"page {path}",
        median,
        aim_ms=aim,
        ratio_to_aim=round(median / aim, 2),
        statements=statements,
    )


def _milliseconds(client: Client, path: str) -> float:
    begun = time.perf_counter()
    answer = client.get(path)
    if answer.status_code != 200:
        raise AssertionError(f"{path} answered {answer.status_code}.")
    return (time.perf_counter() - begun) * 1000
