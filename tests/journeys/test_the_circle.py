"""The main job, as a newcomer does it: build a link, get paid, see who earned it, agree it."""

import json
import re
import time
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from tests.factories import PAYMENT_LINK

pytestmark = pytest.mark.django_db(transaction=True)

IN_TIME = 2.0  # seconds from the webhook to the screen


def told(*words: str) -> dict[str, object]:
    answer = StringIO()
    call_command(*words, "--json", stdout=answer)
    return dict(json.loads(answer.getvalue()))


def within_time(condition) -> None:
    until = time.monotonic() + IN_TIME
    while not condition():
        assert time.monotonic() < until, f"not within {IN_TIME} seconds"
        time.sleep(0.05)


def test_a_payment_through_a_new_link_is_on_screen_with_its_reason(
    client, marketer, live_server, settings, running_worker
):
    settings.PUBLIC_URL = live_server.url
    client.force_login(marketer)
    page = client.post(
        reverse("link-new"),
        {
            "payment_link": PAYMENT_LINK,
            "parameter": ["utm_source", "utm_campaign"],
            "value": ["newsletter", "autumn_launch"],
            "reference_mode": "tag",
        },
        follow=True,
    ).content.decode()
    (url,) = set(re.findall(r"https://buy\.stripe\.com/[^\s\"<]+lt1[0-9a-z]{8}[^\s\"<]*", page))
    paid = told("demo_event", "--url", url.replace("&amp;", "&"))

    def on_screen() -> bool:
        answer = client.get(reverse("payments"))
        return str(paid["payment_intent"]) in answer.content.decode()

    within_time(on_screen)
    shown = client.get(reverse("payment", args=[paid["payment_intent"]])).content.decode()
    assert "Certain" in shown
    assert "The reference carries the tag of" in shown
