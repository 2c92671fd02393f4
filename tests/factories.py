"""People and what people make. Facts of Stripe enter a test as events through the inbox, never here."""

import time
from datetime import UTC, datetime
from typing import Any, cast

from django.contrib.auth.models import Group
from django.test import Client
from factory.declarations import Sequence
from factory.django import DjangoModelFactory

from campaigns.actions import links
from campaigns.core.link_draft import LinkDraft, ReferenceMode
from campaigns.core.payment_url import take_apart
from campaigns.models import TrackedLink
from linktracker.accounts import SIGNED_IN_AT
from linktracker.models import User

PAYMENT_LINK = "https://buy.stripe.com/test_eVa5nPg1j1wmfXq5kr"
NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)


class PersonFactory(DjangoModelFactory[User]):
    class Meta:
        model = User

    email = Sequence(lambda number: f"person{number}@example.com")
    name = Sequence(lambda number: f"Person {number}")  # chance would resemble a password one day


def make_person(group: str | None, **fields: Any) -> User:
    person = cast("User", PersonFactory(**fields))
    if group:
        person.groups.add(Group.objects.get(name=group))
    return person


def make_link(
    *,
    by: User | None = None,
    url: str = PAYMENT_LINK,
    mode: ReferenceMode = "tag",
    at: datetime = NOON,
    name: str = "",
    line: int | None = None,
    **values: str,
) -> TrackedLink:
    """A tracked link as a marketer would save it; `values` by Stripe's parameter names."""
    draft = LinkDraft(take_apart(url), values, mode, name)
    return links.issue(draft=draft, by=by or make_person("Marketing"), at=at, line=line).link


class SignedInClient(Client):
    """Whoever it signs in has done so at this moment, as after the sign-in form."""

    def force_login(self, user: Any, backend: str | None = None) -> None:
        super().force_login(user, backend)
        session = self.session
        session[SIGNED_IN_AT] = time.time()
        session.save()
