"""A forgotten password: the mail with a link, or whom to ask for one."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.utils import timezone

from tests.factories import make_person
from tests.people import is_signed_in, reset, with_password

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_passwords")]


def test_without_a_mail_server_the_page_of_a_reset_says_who_helps(client, settings):
    settings.MAIL_REACHES_PEOPLE = False
    person = with_password("Marketing")
    for answer in (
        client.get("/accounts/password/reset/"),
        client.post("/accounts/password/reset/", {"email": person.email}),
    ):
        assert "Ask an administrator" in answer.text
        assert "Send the link" not in answer.text
    assert not mail.outbox


def test_au_12_the_link_of_a_reset_has_our_own_address(client, settings, with_mail):
    settings.ALLOWED_HOSTS = ["*"]
    person = with_password("Marketing")
    client.post("/accounts/password/reset/", {"email": person.email}, HTTP_HOST="evil.example")
    assert f"\n{settings.PUBLIC_URL}/accounts/password/reset/key/" in mail.outbox[0].body
    assert "evil.example" not in str(mail.outbox[0].message())


def test_au_12_a_reset_works_once_and_signs_nobody_in(client, with_mail):
    person = with_password("Marketing")
    address, _ = reset(client, person, "another long pass phrase")
    person.refresh_from_db()
    assert person.check_password("another long pass phrase")
    assert not is_signed_in(client)
    again = Client().get(address.removeprefix(settings.PUBLIC_URL))
    assert "no longer works" in again.text


def test_au_12_a_reset_ends_after_an_hour(client, monkeypatch, with_mail):
    assert settings.PASSWORD_RESET_TIMEOUT == 3600
    person = with_password("Marketing")
    client.post("/accounts/password/reset/", {"email": person.email})
    path = re.search(r"https?://\S+", mail.outbox[0].body).group().removeprefix(settings.PUBLIC_URL)
    assert Client().get(path).status_code == 302
    later = timezone.localtime().replace(tzinfo=None) + timedelta(seconds=3602)
    monkeypatch.setattr(
        "django.contrib.auth.tokens.PasswordResetTokenGenerator._now", lambda self: later
    )
    assert "no longer works" in Client().get(path).text


def test_au_12_an_unknown_address_gets_the_same_page_and_no_mail(client, with_mail):
    make_person(None, email="known@example.com")
    for email in ("known@example.com", "unknown@example.com"):
        answer = client.post("/accounts/password/reset/", {"email": email})
        assert answer.headers["Location"] == "/accounts/password/reset/done/"
    assert [message.to for message in mail.outbox] == [["known@example.com"]]
