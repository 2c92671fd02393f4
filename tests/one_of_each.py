"""One of everything that an address can name: for tests that go through all addresses."""

import json
import re
from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.admin.utils import quote
from django.contrib.auth.models import Group
from django.utils import timezone

from campaigns.actions import arrivals, decisions, exports, link_changes, return_pages
from campaigns.core.arrival import Destination, Visit
from campaigns.core.link_choice import LinkChoice
from linktracker import people, sign_ins
from linktracker.models import Invitation, SignIn, User
from linktracker.simulator.histories import histories
from reconciliation.actions import inbox, replaying, worker
from reconciliation.core.event_filter import EventFilter
from reconciliation.models import ExpectedPayment
from reconciliation.queries import health
from tests.factories import NOON, PAYMENT_LINK, make_link, make_person
from tests.open_items import record
from tests.stripe_events import LATER, deliver, drain, pay

Names = Mapping[str, Any]
REFUNDED_AND_RENEWED = (25, 3)  # a seed and how many lives, which have both


def make_world() -> Names:
    """What stands for each name in an address, with a row behind it."""
    link = make_link(utm_source="news", utm_campaign="autumn")
    payment = pay(link.url)
    inbox.store_uploads(bodies=[payment.events[-1].body + b" "], at=LATER)
    finance = make_person("Finance")
    record()
    pay(f"{PAYMENT_LINK}?client_reference_id=INV-1", seed="an open item", amount=4900)
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
    deliver(event.body for life in histories(*REFUNDED_AND_RENEWED) for event in life.events)
    LogEntry.objects.log_actions(finance.pk, [link], ADDITION)
    invitation, secret = come_and_go(finance)
    leave_marks(finance, link.line)
    assert payment.payment_intent is not None
    decide(finance, payment.payment_intent, link.line)
    return {
        "<int:line>": link.line,
        "<str:payment_id>": payment.payment_intent,
        "<str:event_id>": json.loads(payment.events[-1].body)["id"],
        "<int:record_id>": ExpectedPayment.objects.get().pk,
        "<slug:key>": page.key,
        "<int:person_id>": finance.pk,
        "<int:invitation_id>": invitation.pk,
        "<str:secret>": secret,
        "<slug:change>": "deactivate",
        "<path:content_type_id>": 1,
        "<app_label>": "campaigns",
        "<url>": "nothing/",
        "<key>": "abc",
        "<uidb36>": "1",
    }


def come_and_go(person: User) -> tuple[Invitation, str]:
    """An invitation that is open, somebody who signed in, and recovery codes of somebody else."""
    careful = make_person("Finance approver")
    people.enrol(person=careful, secret="A" * 32, step=1, at=NOON)
    sign_ins.record(person=person, client_ip="192.0.2.1", outcome=SignIn.Outcome.SIGNED_IN, at=NOON)
    return people.invite(
        email="new@example.com",
        role=Group.objects.get(name="Auditor"),
        by=make_person("Administrator"),
        at=timezone.now(),
    )


def leave_marks(person: User, line: int) -> None:
    """What is on record of people's work: labels, downloads and replays, and that a worker is there."""
    choice = LinkChoice((line,))
    link_changes.add_label(choice=choice, livemode=False, label="Spring", by=person, at=NOON)
    recording = exports.begin(
        what="links", asked="", form="csv", livemode=False, by=person, at=NOON
    )
    assert list(recording.sealed([b"a link"])) == [b"a link"]
    seen = health.matching(EventFilter(), livemode=False).exclude(state="waiting").count()
    replaying.replay_all(
        asked=EventFilter(), livemode=False, seen=seen, by=person, reason="Again", at=NOON
    )
    drain()
    worker.note_alive(name="worker", started_at=NOON, at=NOON)


def decide(person: User, payment_id: str, line: int) -> None:
    """A person's decision, and new evidence that the worker has still to bring to payments."""
    decisions.assign(
        payment_id=payment_id, livemode=False, line=line, reason="Told", by=person, at=NOON
    )
    drain()
    make_link(utm_source="mail", utm_campaign="winter")


def address(route: str, names: Names) -> str | None:
    """The route with something in the place of each name, or None where no row is behind it."""
    found = re.match(r"/admin/(\w+)/(\w+)/<path:object_id>/", route)
    if found:
        row = apps.get_model(found[1], found[2])._default_manager.order_by("pk").first()
        names = {**names, "<path:object_id>": quote(row.pk) if row else None}
    filled = re.sub("<[^>]+>", lambda name: str(names.get(name[0], 1)), route)
    return None if "None" in filled else filled
