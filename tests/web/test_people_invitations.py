"""Colleagues come by invitation, and choose a password of their own."""

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from linktracker import people
from linktracker.models import Invitation, User
from tests.factories import make_person
from tests.people import PASSWORD, is_signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_passwords")]


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


def test_au_14_fields_that_the_form_does_not_have_are_ignored_and_logged(client, invited, caplog):
    greedy = {"is_staff": "on", "is_superuser": "on", "groups": "5", "email": "x@example.com"}
    client.post(link(invited[1]), {**WORDS, **greedy})
    person = User.objects.get(email="femi@example.com")
    assert (person.is_staff, person.is_superuser, person.groups.count()) == (False, False, 1)
    assert "people.escalation by=nobody fields=email,groups,is_staff,is_superuser" in caplog.text
