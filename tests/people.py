"""Signing in by the form, with a password and a second factor, as a person does it."""

import re
import time

from django.conf import settings
from django.core import mail

from linktracker import people
from linktracker.lib import one_time_codes
from linktracker.lib.one_time_codes import PERIOD
from tests.factories import make_person

PASSWORD = "seven green bottles"
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


def with_password(group: str | None, **fields):
    person = make_person(group, **fields)
    person.set_password(PASSWORD)
    person.save()
    return person


def enrolled(group: str | None, at, **fields):
    """A person with the authenticator app of `SECRET`, and their recovery codes."""
    person = with_password(group, **fields)
    codes = people.enrol(person=person, secret=SECRET, step=0, at=at)
    person.refresh_from_db()
    return person, codes


def sign_in(client, person, password=PASSWORD, **headers):
    return client.post("/accounts/login/", {"login": person.email, "password": password}, **headers)


def code(steps: int = 0) -> str:
    return one_time_codes.code_at(SECRET, int(time.time()) // PERIOD + steps)


def is_signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def first_code(caplog) -> str:
    """The last one that the log shows."""
    codes: list[str] = re.findall(r"type the code (\S+);", caplog.text)
    return codes[-1]


def reset(client, person, password):
    """Choose another password by the link of a mail."""
    mail.outbox.clear()
    client.post("/accounts/password/reset/", {"email": person.email})
    address = re.search(r"https?://\S+", mail.outbox[0].body).group()
    form = client.get(address.removeprefix(settings.PUBLIC_URL)).headers["Location"]
    return address, client.post(form, {"password1": password, "password2": password})
