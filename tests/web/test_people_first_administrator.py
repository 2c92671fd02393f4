"""While nobody is there: the first administrator, by a code in the log."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from linktracker import people
from linktracker.models import FirstCode, SignIn, User
from tests.factories import make_person
from tests.people import PASSWORD, first_code, is_signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_passwords")]
FIRST = "/accounts/first-administrator/"


def first(code, **changes):
    return {
        "code": code,
        "email": "Ada@Example.com",
        "name": "Ada Brandt",
        "password1": PASSWORD,
        "password2": PASSWORD,
        **changes,
    }


@pytest.mark.first_day
@pytest.mark.parametrize("path", ["/", "/campaigns/", "/accounts/login/", "/admin/", "/people/"])
def test_while_nobody_is_there_every_page_leads_to_the_first_administrator(client, path):
    assert client.get(path).headers["Location"] == FIRST
    assert client.post(path).headers["Location"] == FIRST


@pytest.mark.first_day
def test_the_code_of_the_log_makes_the_first_administrator(client, caplog):
    assert client.get(FIRST).status_code == 200
    answer = client.post(FIRST, first(first_code(caplog).lower()))
    person = User.objects.get()
    assert (answer.headers["Location"], person.email, person.name) == (
        "/",
        "ada@example.com",
        "Ada Brandt",
    )
    assert [group.name for group in person.groups.all()] == ["Administrator"]
    assert (person.is_staff, person.is_superuser) == (True, False)
    assert is_signed_in(client)
    assert FirstCode.objects.get().digest == ""


@pytest.mark.first_day
def test_the_page_and_the_database_do_not_show_the_code(client, caplog):
    page = client.get(FIRST).text
    code = first_code(caplog)
    assert code not in page
    assert code.replace("-", "") not in str(FirstCode.objects.values())


@pytest.mark.first_day
@pytest.mark.parametrize("code", ["AAAA-AAAA-AAAA-AAAA", "x", "0", "é" * 16])
def test_a_wrong_code_makes_nobody(client, caplog, code):
    client.get(FIRST)
    answer = client.post(FIRST, first(code))
    assert "This code does not work" in answer.text
    assert not User.objects.exists()


WRONG = "AAAA-AAAA-AAAA-AAAA"


@pytest.mark.first_day
def test_five_wrong_codes_of_a_stranger_use_up_nobodys_code(client, caplog):
    client.get(FIRST)
    code = first_code(caplog)
    for number in range(30):
        for _ in range(5):
            answer = Client().post(FIRST, first(WRONG), REMOTE_ADDR=f"203.0.{number}.7")
            assert answer.status_code == 200
    assert first_code(caplog) == code
    client.post(FIRST, first(code))
    assert User.objects.count() == 1


@pytest.mark.first_day
def test_the_sixth_code_from_one_network_waits_even_if_it_is_right(client, caplog):
    client.get(FIRST)
    code = first_code(caplog)
    for _ in range(5):
        client.post(FIRST, first(WRONG))
    answer = client.post(FIRST, first(code), REMOTE_ADDR="127.0.0.9")
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 901
    assert not User.objects.exists()
    SignIn.objects.update(at=timezone.now() - timedelta(minutes=15))
    client.post(FIRST, first(code))
    assert User.objects.count() == 1


@pytest.mark.first_day
def test_four_wrong_codes_do_not_wait_and_the_right_one_is_not_counted(client, caplog):
    client.get(FIRST)
    for _ in range(4):
        client.post(FIRST, first(WRONG))
    assert client.post(FIRST, first(first_code(caplog))).headers["Location"] == "/"
    wrong = SignIn.objects.filter(outcome="wrong code")
    assert list(wrong.values_list("person", flat=True)) == [None] * 4


@pytest.mark.first_day
def test_a_form_that_is_not_filled_in_is_no_try(client, caplog):
    for _ in range(6):
        assert client.post(FIRST, first(WRONG, password2="x")).status_code == 200
    assert not SignIn.objects.exists()


@pytest.mark.first_day
def test_a_thousand_wrong_codes_end_it_and_the_log_has_a_new_one(client, caplog):
    client.get(FIRST)
    old = first_code(caplog)
    FirstCode.objects.update(tries=people.FIRST_CODE_TRIES - 1)
    client.post(FIRST, first(WRONG))
    new = first_code(caplog)
    assert old != new
    client.post(FIRST, first(old))
    assert not User.objects.exists()
    client.post(FIRST, first(new))
    assert User.objects.count() == 1


@pytest.mark.first_day
def test_the_code_ends_after_fifteen_minutes():
    begun = timezone.now()
    code = people.new_first_code(at=begun)
    late = begun + people.FIRST_CODE_FOR
    with pytest.raises(people.WrongFirstCode):
        people.create_first_administrator(
            code=code, email="a@example.com", name="A", password=PASSWORD, at=late
        )


@pytest.mark.first_day
def test_a_reload_makes_no_second_code(client, caplog):
    for _ in range(3):
        client.get(FIRST)
    assert caplog.text.count("type the code") == 1


@pytest.mark.first_day
def test_the_code_is_gone_once_used(client, caplog):
    client.get(FIRST)
    code = first_code(caplog)
    client.post(FIRST, first(code))
    stranger = Client()
    assert stranger.get(FIRST).status_code == 302
    assert stranger.post(FIRST, first(code, email="b@example.com")).status_code == 302
    assert User.objects.count() == 1


def test_where_somebody_is_there_already_the_page_leads_home(client):
    make_person(None)
    assert client.get(FIRST).headers["Location"] == "/"
    assert not FirstCode.objects.exists()
