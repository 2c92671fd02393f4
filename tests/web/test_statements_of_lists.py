"""Every list page sends as many statements for fifty rows as for five."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linktracker.models import User
from linktracker.simulator.chance import Chance
from linktracker.simulator.single import single_payment
from tests.factories import make_link, make_person
from tests.open_items import SECONDS, URL, record
from tests.stripe_events import deliver

pytestmark = pytest.mark.django_db

LISTS = [
    "/campaigns/?period=all",
    "/campaigns/?period=all&by=link",
    "/campaigns/?period=all&by=campaign&then=link",
    "/campaigns/export/?period=all&by=link",
    "/payments/",
    "/payments/?grade=U",
    "/payments/export/",
    "/links/",
    "/links/?q=news",
    "/links/export/",
    "/links/new/",
    "/reconciliation/?period=all",
    "/reconciliation/?period=all&finding=all",
    "/reconciliation/?period=all&finding=no_record",
    "/reconciliation/?period=all&q=INV",
    "/reconciliation/export/?period=all",
    "/records/",
    "/records/?finding=short",
    "/records/?q=INV",
    "/records/import/",
]


@pytest.fixture
def person(db):
    person = User.objects.create_superuser("all@example.com")
    person.groups.set(Group.objects.all())
    return person


def more(numbers):
    """A link, an open item, a payment through both, and one that nobody expected, for each."""
    maker = make_person("Marketing")
    bodies = []
    for number in numbers:
        link = make_link(by=maker, utm_source=f"news{number}", utm_campaign=f"autumn{number}")
        record(f"INV-{number}")
        for url in (link.url, f"{URL}?client_reference_id=INV-{number}"):
            paid = single_payment(
                url,
                at=SECONDS + number,
                chance=Chance(f"{number} {url}"),
                amount=2900 if number % 2 else 4900,
                currency="eur",
            )
            bodies += [event.body for event in paid.events]
    deliver(bodies)


def addresses():
    names = [
        f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        for model in sorted(admin.site._registry, key=lambda model: model._meta.label)
    ]
    return [*LISTS, *(reverse(name) for name in names)]


def statements(client, address):
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
        assert answer.status_code == 200, address
        b"".join(answer)
    return len(captured)


def test_fifty_rows_cost_as_many_statements_as_five(client, person):
    client.force_login(person)
    more(range(5))
    for address in addresses():
        client.get(address)  # what a process asks once, and keeps
    few = {address: statements(client, address) for address in addresses()}
    more(range(5, 50))
    assert {address: statements(client, address) for address in addresses()} == few
    assert {address: count for address, count in few.items() if count > 14} == {}


def test_the_lists_have_the_rows_that_this_is_about(client, person):
    client.force_login(person)
    more(range(50))
    assert len(client.get("/records/").context["page"].rows) == 50
    assert len(client.get("/links/").context["rows"]) == 50
    assert len(client.get("/reconciliation/?period=all").context["page"].rows) == 50
