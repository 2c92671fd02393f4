"""One of everything that an address can name: for tests that go through all addresses."""

import json
import re
from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.admin.utils import quote

from campaigns.actions import arrivals, return_pages
from campaigns.core.arrival import Destination, Visit
from campaigns.models import Conversion
from reconciliation.actions import inbox
from reconciliation.models import ExpectedPayment
from tests.factories import NOON, make_link, make_person
from tests.open_items import record
from tests.stripe_events import LATER, drain, pay

Names = Mapping[str, Any]


def make_world() -> Names:
    """What stands for each name in an address, with a row behind it."""
    link = make_link(utm_source="news", utm_campaign="autumn")
    payment = pay(link.url)
    inbox.store_uploads(bodies=[payment.events[-1].body + b" "], at=LATER)
    finance = make_person("Finance")
    record()
    page = return_pages.create(
        livemode=False,
        name="Shop",
        thank_you_url="https://shop.example.com/thanks",
        passes_session_id=False,
        own_host="links.example.com",
        at=NOON,
    )
    destination = Destination(page.pk, False, page.thank_you_url, False)
    arrivals.record(page=destination, visit=Visit("cs_test_a1B2c3D4e5"), at=NOON)
    drain()
    LogEntry.objects.log_actions(finance.pk, [link], ADDITION)
    return {
        "<int:line>": link.line,
        "<str:payment_id>": Conversion.objects.get().payment_id,
        "<str:event_id>": json.loads(payment.events[-1].body)["id"],
        "<int:record_id>": ExpectedPayment.objects.get().pk,
        "<slug:key>": page.key,
        "<id>": finance.pk,
        "<path:content_type_id>": 1,
        "<app_label>": "campaigns",
        "<url>": "nothing/",
        "<key>": "abc",
        "<uidb36>": "1",
    }


def address(route: str, names: Names) -> str | None:
    """The route with something in the place of each name, or None where no row is behind it."""
    found = re.match(r"/admin/(\w+)/(\w+)/<path:object_id>/", route)
    if found:
        row = apps.get_model(found[1], found[2])._default_manager.order_by("pk").first()
        names = {**names, "<path:object_id>": quote(row.pk) if row else None}
    filled = re.sub("<[^>]+>", lambda name: str(names.get(name[0], 1)), route)
    return None if "None" in filled else filled
