"""Coming in: the first administrator, invitations, the sign-in form and its limits."""

import re
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group
from django.core import mail
from django.test import Client
from django.utils import timezone

from linktracker import people, sign_ins
from linktracker.models import FirstCode, Invitation, SignIn, User
from tests.factories import SignedInClient, make_person
from tests.people import PASSWORD, first_code, is_signed_in, sign_in, with_password

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_passwords")]
FIRST = "/accounts/first-administrator/"
LOGIN = "/accounts/login/"


def first(code, **changes):
    return {
        "code": code,
        "email": "Ada@Example.com",
        "name": "Ada Brandt",
        "password1": PASSWORD,
        "password2": PASSWORD,
        **changes,
    }


# The first administrator


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


# Invitations


@pytest.fixture
def invited(administrator):
    role = Group.objects.get(name="Finance")
    return people.invite(email="Femi@example.com", role=role, by=administrator, at=timezone.now())


def link(secret):
    return f"/accounts/invitation/{secret}/"


WORDS = {"name": "Femi Okafor", "password1": PASSWORD, "password2": PASSWORD}


def test_an_invitation_makes_a_person_with_its_role(client, invited):
    invitation, secret = invited
    assert "femi@example.com" in client.get(link(secret)).text
    assert client.post(link(secret), WORDS).headers["Location"] == "/"
    person = User.objects.get(email="femi@example.com")
    assert [group.name for group in person.groups.all()] == ["Finance"]
    assert (person.is_staff, person.is_superuser) == (False, False)
    assert is_signed_in(client)
    invitation.refresh_from_db()
    assert invitation.accepted_by == person


def test_an_invitation_works_once(client, invited):
    client.post(link(invited[1]), WORDS)
    again = Client().post(link(invited[1]), {**WORDS, "password1": "x" * 20, "password2": "x" * 20})
    assert again.status_code == 404
    assert User.objects.get(email="femi@example.com").check_password(PASSWORD)


def test_a_revoked_invitation_no_longer_works(client, invited, administrator):
    people.revoke_invitation(invitation_id=invited[0].pk, by=administrator, at=timezone.now())
    assert client.get(link(invited[1])).status_code == 404
    assert client.post(link(invited[1]), WORDS).status_code == 404


@pytest.fixture
def colleague(db):
    """An administrator who invited somebody, and is not the last one."""
    return make_person("Administrator", is_staff=True)


@pytest.fixture
def secret_of_colleague(colleague):
    """The link of somebody whom the colleague made an administrator."""
    role = Group.objects.get(name="Administrator")
    _, secret = people.invite(email="eve@example.com", role=role, by=colleague, at=timezone.now())
    return secret


LEAVING = {
    "deactivated": people.deactivate,
    "no longer an administrator": lambda **words: people.set_roles(
        roles=[Group.objects.get(name="Finance")], **words
    ),
}


@pytest.mark.parametrize("leave", LEAVING.values(), ids=LEAVING)
def test_an_invitation_does_not_outlive_the_right_of_who_made_it(
    client, administrator, colleague, invited, secret_of_colleague, leave
):
    now = timezone.now()
    leave(person_id=colleague.pk, by=administrator, at=now)
    assert client.get(link(secret_of_colleague)).status_code == 404
    assert client.post(link(secret_of_colleague), WORDS).status_code == 404
    made = Invitation.objects.get(email="eve@example.com")
    (entry,) = LogEntry.objects.filter(object_id=made.pk, action_flag=CHANGE)
    assert (made.revoked_at, entry.user, entry.get_change_message()) == (
        now, administrator, "Revoked.",
    )  # fmt: skip
    assert client.get(link(invited[1])).status_code == 200  # somebody else made it


def test_the_invitations_of_somebody_who_may_invite_still_work(
    client, administrator, colleague, secret_of_colleague
):
    roles = Group.objects.filter(name__in=["Administrator", "Finance"])
    people.set_roles(person_id=colleague.pk, roles=roles, by=administrator, at=timezone.now())
    assert client.get(link(secret_of_colleague)).status_code == 200


def test_an_invitation_waits_for_no_revocation_where_the_role_lost_the_right(
    client, colleague, secret_of_colleague
):
    role = Group.objects.get(name="Administrator")
    role.permissions.remove(role.permissions.get(codename="manage_people"))
    with pytest.raises(people.InvitationIsOver):
        people.accept(secret=secret_of_colleague, name="E", password=PASSWORD, at=timezone.now())
    assert not User.objects.filter(email="eve@example.com").exists()


def test_an_accepted_invitation_stays_accepted_when_its_inviter_leaves(
    client, administrator, colleague, secret_of_colleague
):
    client.post(link(secret_of_colleague), WORDS)
    people.deactivate(person_id=colleague.pk, by=administrator, at=timezone.now())
    assert Invitation.objects.get(email="eve@example.com").revoked_at is None
    assert User.objects.get(email="eve@example.com").is_active


def test_an_invitation_ends_after_seven_days(client, invited):
    begun = timezone.now() - people.INVITED_FOR
    Invitation.objects.update(invited_at=begun, expires_at=timezone.now())
    assert client.get(link(invited[1])).status_code == 404


def test_a_second_invitation_replaces_the_first(client, invited, administrator):
    role = Group.objects.get(name="Auditor")
    _, secret = people.invite(
        email="femi@example.com", role=role, by=administrator, at=timezone.now()
    )
    assert client.get(link(invited[1])).status_code == 404
    assert "Auditor" in client.get(link(secret)).text


@pytest.mark.parametrize("secret", ["x", "a" * 43, "é", "a" * 3000, "%00"])
def test_a_link_that_nobody_was_given_is_a_page_that_says_so(client, invited, secret):
    answer = client.get(link(secret))
    assert answer.status_code == 404
    assert "no longer works" in answer.text


def test_the_database_keeps_no_secret_of_an_invitation(invited):
    assert invited[1] not in str(Invitation.objects.values())


def test_an_invitation_names_who_is_signed_in_and_offers_to_sign_out(client, invited, marketer):
    client.force_login(marketer)
    page = client.get(link(invited[1])).text
    assert f"You are signed in as {marketer} ({marketer.email})" in page
    assert "password1" not in page
    answer = client.post("/accounts/logout/", {"next": link(invited[1])})
    assert answer.headers["Location"] == link(invited[1])
    page = client.get(link(invited[1])).text
    assert "You are signed in" not in page
    assert "password1" in page


def test_whoever_is_signed_in_is_signed_out_by_accepting(client, invited, marketer):
    client.force_login(marketer)
    client.post(link(invited[1]), WORDS)
    assert client.session["_auth_user_id"] == str(User.objects.get(email="femi@example.com").pk)


# AU-01 … AU-14 of the threat model, by their numbers


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


@pytest.mark.parametrize(
    "password",
    [
        "elevenchars", "", "password1234", "123456789012", "linktracker1!", "Linktracker2026",
        "stripestripe1", "femi.okafor12", "FemiOkafor2026", "femi@example.com", "qwertyuiop123",
    ],
)  # fmt: skip
def test_au_11_a_password_that_is_short_common_or_ones_own_is_refused(client, invited, password):
    words = {"name": "Femi Okafor", "password1": password, "password2": password}
    assert client.post(link(invited[1]), words).status_code == 200
    assert not User.objects.filter(email="femi@example.com").exists()


@pytest.mark.parametrize(
    "password",
    [
        "twelve chars",
        "x7" + "quiet river " * 10,
        "stripes on a zebra",
        "ünïcödë wörds",
        " " * 3 + "spaces stay" + " ",
    ],
)
def test_au_11_anything_long_enough_is_taken_without_rules_of_composition(
    client, invited, password
):
    words = {"name": "Femi Okafor", "password1": password, "password2": password}
    assert client.post(link(invited[1]), words).status_code == 302
    assert User.objects.get(email="femi@example.com").check_password(password)


@pytest.fixture
def with_mail(settings):
    settings.MAIL_REACHES_PEOPLE = True


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


def reset(client, person, password):
    mail.outbox.clear()
    client.post("/accounts/password/reset/", {"email": person.email})
    address = re.search(r"https?://\S+", mail.outbox[0].body).group()
    form = client.get(address.removeprefix(settings.PUBLIC_URL)).headers["Location"]
    return address, client.post(form, {"password1": password, "password2": password})


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


def test_au_14_fields_that_the_form_does_not_have_are_ignored_and_logged(client, invited, caplog):
    greedy = {"is_staff": "on", "is_superuser": "on", "groups": "5", "email": "x@example.com"}
    client.post(link(invited[1]), {**WORDS, **greedy})
    person = User.objects.get(email="femi@example.com")
    assert (person.is_staff, person.is_superuser, person.groups.count()) == (False, False, 1)
    assert "people.escalation by=nobody fields=email,groups,is_staff,is_superuser" in caplog.text


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
