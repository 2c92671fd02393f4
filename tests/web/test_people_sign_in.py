"""The sign-in form, its limits, and the sessions it begins: AU-01 … AU-14 of the threat model."""

import re
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from linktracker import people, sign_ins
from linktracker.models import SignIn
from tests.factories import SignedInClient, make_person
from tests.people import PASSWORD, is_signed_in, reset, sign_in, with_password

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_passwords")]
LOGIN = "/accounts/login/"


@pytest.mark.parametrize(
    "path", ["/people/", "/people/1/", "/people/999999/", "/people/invite/", "/accounts/"]
)
def test_au_01_a_stranger_is_sent_to_the_sign_in(client, path):
    for answer in (client.get(path), client.post(path)):
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith(LOGIN)


@pytest.mark.parametrize("token", [None, "x" * 64])
def test_au_02_a_sign_in_without_the_forms_token_is_refused_and_logged(caplog, token):
    person = with_password("Marketing")
    strict = Client(enforce_csrf_checks=True)
    words = {"login": person.email, "password": PASSWORD}
    answer = strict.post(LOGIN, {**words, "csrfmiddlewaretoken": token} if token else words)
    assert answer.status_code == 403
    assert not is_signed_in(strict)
    assert "Forbidden" in caplog.text
    assert PASSWORD not in caplog.text


def attempts(client, email, times, **headers):
    words = {"login": email, "password": "not the password"}
    return [client.post(LOGIN, words, **headers) for _ in range(times)]


def without_token(page: str) -> str:
    return re.sub(r'value="[A-Za-z0-9]{64}"|content="[A-Za-z0-9]{64}"', "", page)


def test_au_03_an_unknown_address_gets_the_same_answer_as_a_wrong_password(client):
    person = with_password("Marketing", email="known00@example.com")
    known = attempts(client, person.email, 6)
    unknown = attempts(Client(), "unknown@example.com", 6)
    assert [answer.status_code for answer in known] == [200] * 5 + [429]
    for one, other in zip(known, unknown, strict=True):
        assert one.status_code == other.status_code
        assert without_token(one.text).replace(person.email, "") == without_token(
            other.text
        ).replace("unknown@example.com", "")
        assert abs(len(one.content) - len(other.content)) < 64


def test_au_03_the_sixth_attempt_waits_even_with_the_right_password(client):
    person = with_password("Marketing")
    attempts(client, person.email, 5)
    answer = sign_in(client, person)
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 901
    assert not is_signed_in(client)
    SignIn.objects.update(at=timezone.now() - timedelta(minutes=15))
    assert sign_in(client, person).status_code == 302


def test_au_03_four_wrong_passwords_do_not_close_the_door(client):
    person = with_password("Marketing")
    attempts(client, person.email, 4)
    assert sign_in(client, person).status_code == 302


def test_au_03_another_process_counts_the_same_rows(client):
    """Nothing is kept in memory: what one process counted, any other finds."""
    person = with_password("Marketing")
    for _ in range(5):
        sign_ins.begin_password(address=person.email, client_ip="127.0.0.1", at=timezone.now())
    assert sign_in(client, person).status_code == 429


def test_au_03_a_stranger_far_away_does_not_close_the_door(client):
    person = with_password("Marketing")
    assert sign_in(client, person).status_code == 302
    client.logout()
    for number in range(5):
        attempts(Client(), person.email, 5, REMOTE_ADDR=f"203.0.{number}.7")
    assert sign_in(client, person).status_code == 302


def test_au_03_many_neighbourhoods_together_close_an_account_to_those_it_does_not_know(client):
    person = with_password("Marketing")
    for number in range(4):
        attempts(Client(), person.email, 5, REMOTE_ADDR=f"203.0.{number}.7")
    assert sign_in(client, person, REMOTE_ADDR="203.0.113.9").status_code == 429


def test_au_03_neighbours_share_a_door(client):
    person = with_password("Marketing")
    attempts(client, person.email, 5, REMOTE_ADDR="203.0.113.7")
    assert sign_in(client, person, REMOTE_ADDR="203.0.113.99").status_code == 429
    assert sign_in(client, person, REMOTE_ADDR="203.0.114.7").status_code == 302


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.254", True), ("192.0.2.1", "192.0.3.1", False),
        ("2001:db8:1::1", "2001:db8:1:ffff::2", True), ("2001:db8:1::1", "2001:db8:2::1", False),
    ],
)  # fmt: skip
def test_a_neighbourhood_is_the_beginning_of_an_address(one, other, same):
    assert (sign_ins.prefix_of(one) == sign_ins.prefix_of(other)) is same


def test_au_03_a_refusal_is_noted_once_and_names_nobody_unknown(client):
    attempts(client, "no.such.person@example.com", 9)
    rows = SignIn.objects.order_by("pk")
    assert [row.outcome for row in rows] == ["wrong password"] * 5 + ["too many attempts"]
    assert "no.such.person" not in str(list(rows.values()))
    assert {row.person for row in rows} == {None}


def test_au_03_a_new_password_opens_the_door_again(client, with_mail):
    person = with_password("Marketing")
    attempts(client, person.email, 5)
    reset(client, person, "another long pass phrase")
    assert sign_in(client, person, "another long pass phrase").status_code == 302


def test_each_sign_in_and_each_failure_of_a_person_is_kept(client):
    person = with_password("Marketing")
    attempts(client, person.email, 1)
    sign_in(client, person)
    rows = person.sign_ins.order_by("pk").values_list("outcome", flat=True)
    assert list(rows) == ["wrong password", "signed in"]


def test_a_right_password_of_a_closed_account_is_kept_as_that(client):
    person = with_password("Marketing", is_active=False)
    assert sign_in(client, person).headers["Location"] == "/accounts/inactive/"
    assert [row.outcome for row in person.sign_ins.all()] == ["account closed"]
    assert not is_signed_in(client)


def test_au_04_the_session_gets_another_key_by_signing_in(client):
    client.get(LOGIN)
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    before = session.session_key
    sign_in(client, with_password("Marketing"))
    assert is_signed_in(client)
    assert client.session.session_key != before


@pytest.mark.parametrize(
    "path",
    ["//evil.example/", "https://evil.example/", "/\\evil.example", "http://testserver/x", "\0"],
)
def test_au_05_only_a_path_of_ours_is_followed_after_signing_in(client, path):
    person = with_password("Marketing")
    words = {"login": person.email, "password": PASSWORD, "next": path}
    assert client.post(LOGIN, words).headers["Location"] == "/"


def test_au_05_a_path_of_ours_is(client):
    person = with_password("Marketing")
    words = {"login": person.email, "password": PASSWORD, "next": "/links/?q=a"}
    assert client.post(LOGIN, words).headers["Location"] == "/links/?q=a"


def test_au_06_the_old_cookie_is_worth_nothing_after_signing_out(client):
    sign_in(client, with_password("Marketing"))
    old = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert client.post("/accounts/logout/").headers["Location"] == LOGIN
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = old
    assert thief.get("/campaigns/").headers["Location"].startswith(LOGIN)


def test_au_06_no_link_signs_anybody_out(client, marketer):
    client.force_login(marketer)
    assert client.get("/accounts/logout/").status_code == 405
    assert is_signed_in(client)


CHANGES = ["roles", "reset-link", "deactivate", "reactivate", "reset-second-factor", "sign-out"]


@pytest.mark.parametrize("change", CHANGES)
def test_au_07_no_change_by_a_link_or_without_the_forms_token(administrator, marketer, change):
    strict = SignedInClient(enforce_csrf_checks=True)
    strict.force_login(administrator)
    path = f"/people/{marketer.pk}/{change}/"
    assert strict.get(path).status_code == 405
    assert strict.post(path).status_code == 403
    before = (marketer.is_active, marketer.times_signed_out)
    marketer.refresh_from_db()
    assert (marketer.is_active, marketer.times_signed_out) == before


HOURS = 3600


@pytest.mark.parametrize(
    ("group", "began", "seen", "goes_on"),
    [
        ("Marketing", 11 * HOURS, 7 * HOURS, True),
        ("Marketing", 9 * HOURS, 8 * HOURS + 5, False),
        ("Marketing", 12 * HOURS + 5, 60, False),
        ("Administrator", 11 * HOURS, 29 * 60, True),
        ("Administrator", 2 * HOURS, 30 * 60 + 5, False),
        ("Administrator", 12 * HOURS + 5, 60, False),
    ],
)
def test_a_session_ends_when_it_is_left_alone_or_old(client, settings, group, began, seen, goes_on):
    person = make_person(group)
    client.force_login(person)
    settings.SECOND_FACTOR_DEMANDED = True
    session, now = client.session, time.time()
    session["session_began_at"], session["session_seen_at"] = now - began, now - seen
    session["second_factor"] = True
    session.save()
    answer = client.get("/accounts/")
    assert is_signed_in(client) is goes_on
    assert (answer.status_code == 200) is goes_on
    if goes_on:
        assert time.time() - client.session["session_seen_at"] < 60
    else:
        assert answer["Location"] == f"{LOGIN}?next=/accounts/"


def test_signing_in_begins_a_session_and_use_is_written_once_a_minute(client):
    sign_in(client, with_password("Marketing"))
    assert time.time() - client.session["session_began_at"] < 60
    client.get("/campaigns/")
    assert "session_seen_at" not in client.session


def test_au_08_a_session_in_the_address_is_ignored(client, marketer):
    client.force_login(marketer)
    key = client.session.session_key
    answer = Client().get(f"/campaigns/?{settings.SESSION_COOKIE_NAME}={key}")
    assert answer.headers["Location"].startswith(LOGIN)


def two_sessions(person):
    here, there = SignedInClient(), SignedInClient()
    here.force_login(person)
    there.force_login(person)
    return here, there


def test_au_09_another_password_ends_the_other_sessions():
    here, there = two_sessions(with_password("Marketing"))
    new = "another long pass phrase"
    words = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert here.post("/accounts/password/change/", words).status_code == 302
    assert here.get("/campaigns/").status_code == 200
    assert there.get("/campaigns/").status_code == 302


def test_au_09_whoever_ends_the_other_sessions_stays():
    here, there = two_sessions(make_person("Marketing"))
    assert here.post("/accounts/sessions/end/").status_code == 302
    assert here.get("/campaigns/").status_code == 200
    assert there.get("/campaigns/").status_code == 302


def test_au_09_deactivation_ends_all_sessions_and_a_return_revives_none(administrator):
    person = make_person("Marketing")
    here, _ = two_sessions(person)
    people.deactivate(person_id=person.pk, by=administrator, at=timezone.now())
    assert here.get("/campaigns/").status_code == 302
    people.reactivate(person_id=person.pk, by=administrator)
    assert here.get("/campaigns/").status_code == 302


@pytest.mark.parametrize("path", ["signup/", "email/", "confirm-email/", "password/set/", "2fa/"])
def test_no_other_door_of_allauth_is_open(client, marketer, path):
    client.force_login(marketer)
    assert client.get(f"/accounts/{path}").status_code == 404


def test_a_sign_in_older_than_a_quarter_of_an_hour_is_confirmed_before_people_change(
    client, administrator
):
    administrator.set_password(PASSWORD)
    administrator.save()
    client.force_login(administrator)
    session = client.session
    session["signed_in_at"] = time.time() - 901
    session.save()
    answer = client.get("/people/invite/")
    assert answer.headers["Location"] == "/accounts/reauthenticate/?next=/people/invite/"
    assert (
        client.post("/people/invite/", {})
        .headers["Location"]
        .startswith("/accounts/reauthenticate/")
    )
    assert client.get("/people/").status_code == 200
    wrong = client.post("/accounts/reauthenticate/", {"password": "not the password"})
    assert wrong.status_code == 200
    assert client.get("/people/invite/").status_code == 302
    words = {"password": PASSWORD, "next": "/people/invite/"}
    assert client.post("/accounts/reauthenticate/", words).headers["Location"] == "/people/invite/"
    assert client.get("/people/invite/").status_code == 200
