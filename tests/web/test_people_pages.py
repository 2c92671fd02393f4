"""The people page and the same in `/admin/`: what administrators change, and what nobody can."""

import re
from functools import partial
from smtplib import SMTPException

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.test import Client
from django.utils import timezone

from linktracker import people
from linktracker.models import Invitation, User
from tests.factories import make_person
from tests.people import enrolled, is_signed_in, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_passwords")]


@pytest.fixture
def second(db):
    """Another administrator, so that neither is the last."""
    return make_person("Administrator", is_staff=True)


def role(name):
    return Group.objects.get(name=name)


def history(person):
    rows = LogEntry.objects.filter(object_id=str(person.pk)).order_by("pk")
    return [row.get_change_message() for row in rows]


@pytest.mark.parametrize("group", ["Marketing", "Finance", "Finance approver", "Auditor", None])
def test_nobody_but_administrators_gets_there(client, marketer, group):
    client.force_login(make_person(group, is_staff=True))
    for path in ("/people/", "/people/invite/", f"/people/{marketer.pk}/"):
        assert client.get(path).status_code == 403
    assert client.post(f"/people/{marketer.pk}/deactivate/").status_code == 403
    marketer.refresh_from_db()
    assert marketer.is_active


def test_the_list_shows_people_and_open_invitations(client, administrator, marketer):
    now = timezone.now()
    for email in ("open@example.com", "revoked@example.com"):
        made, _ = people.invite(email=email, role=role("Finance"), by=administrator, at=now)
    people.revoke_invitation(invitation_id=made.pk, by=administrator, at=now)
    client.force_login(administrator)
    page = client.get("/people/").text
    assert marketer.email in page
    assert "open@example.com" in page
    assert "revoked@example.com" not in page


def test_the_list_takes_as_many_queries_for_thirty_people_as_for_three(
    client, administrator, django_assert_max_num_queries
):
    client.force_login(administrator)
    for _ in range(30):
        make_person("Marketing")
    with django_assert_max_num_queries(9):
        client.get("/people/")


def test_an_invitation_without_a_mail_server_is_a_link_to_copy(client, administrator, settings):
    settings.MAIL_REACHES_PEOPLE = False
    client.force_login(administrator)
    words = {"email": "New@example.com", "role": role("Finance").pk}
    page = client.post("/people/invite/", words).text
    assert f"{settings.PUBLIC_URL}/accounts/invitation/" in page
    assert "No mail server is set" in page
    assert not mail.outbox
    assert Invitation.objects.get().email == "new@example.com"


def test_a_page_of_an_invitation_that_is_loaded_again_makes_no_other(client, administrator):
    client.force_login(administrator)
    sent = {"email": "ada@example.com", "role": role("Finance").pk, "once": "0123456789abcdef"}
    client.post("/people/invite/", sent)
    made = Invitation.objects.get()
    again = client.post("/people/invite/", sent)
    assert (again.status_code, again["Location"]) == (302, "/people/")
    made.refresh_from_db()
    assert made.revoked_at is None
    assert Invitation.objects.count() == 1


def test_an_invitation_with_a_mail_server_is_sent(client, administrator, settings):
    settings.MAIL_REACHES_PEOPLE = True
    client.force_login(administrator)
    client.post("/people/invite/", {"email": "new@example.com", "role": role("Finance").pk})
    (message,) = mail.outbox
    assert message.to == ["new@example.com"]
    assert f"{settings.PUBLIC_URL}/accounts/invitation/" in message.body


def test_where_the_mail_server_refuses_the_link_is_still_there(
    client, administrator, settings, monkeypatch
):
    def refuse(*args, **kwargs):
        raise SMTPException("no")

    settings.MAIL_REACHES_PEOPLE = True
    monkeypatch.setattr("linktracker.views.people.send_mail", refuse)
    client.force_login(administrator)
    page = client.post(
        "/people/invite/", {"email": "new@example.com", "role": role("Finance").pk}
    ).text
    assert "did not take the message" in page
    assert "/accounts/invitation/" in page


@pytest.mark.parametrize(
    ("email", "group"),
    [("", 1), ("no address", 1), ("x@example.com", ""), ("x@example.com", 999), ("a\0@b.com", 1)],
)
def test_a_wrong_invitation_is_not_made(client, administrator, email, group):
    client.force_login(administrator)
    assert client.post("/people/invite/", {"email": email, "role": group}).status_code == 200
    assert not Invitation.objects.exists()


def test_who_has_an_account_is_not_invited(client, administrator, marketer):
    client.force_login(administrator)
    words = {"email": marketer.email.upper(), "role": role("Finance").pk}
    assert "has an account already" in client.post("/people/invite/", words).text
    assert not Invitation.objects.exists()


def test_an_invitation_is_revoked_from_the_list(client, administrator):
    made, _ = people.invite(
        email="x@example.com", role=role("Finance"), by=administrator, at=timezone.now()
    )
    client.force_login(administrator)
    for _ in range(2):
        assert client.post(f"/people/invitations/{made.pk}/revoke/").status_code == 302
    assert client.post("/people/invitations/999999/revoke/").status_code == 404
    made.refresh_from_db()
    assert made.revoked_at


def test_roles_are_changed_and_kept_from_and_to(client, administrator, marketer):
    client.force_login(administrator)
    chosen = [role("Marketing").pk, role("Administrator").pk]
    client.post(f"/people/{marketer.pk}/roles/", {"roles": chosen})
    marketer.refresh_from_db()
    assert marketer.is_staff
    assert history(marketer) == ["Roles: Marketing → Administrator, Marketing."]
    client.post(f"/people/{marketer.pk}/roles/", {"roles": chosen[:1]})
    marketer.refresh_from_db()
    assert not marketer.is_staff


def test_other_roles_end_the_sessions(client, administrator, marketer):
    client.force_login(marketer)
    people.set_roles(
        person_id=marketer.pk, roles=[role("Finance")], by=administrator, at=timezone.now()
    )
    assert client.get("/campaigns/").status_code == 302


def test_the_same_roles_change_nothing(administrator, marketer):
    people.set_roles(
        person_id=marketer.pk, roles=[role("Marketing")], by=administrator, at=timezone.now()
    )
    marketer.refresh_from_db()
    assert (marketer.times_signed_out, history(marketer)) == (0, [])


@pytest.mark.parametrize("roles", [["x"], [999], ["\0"]])
def test_roles_that_do_not_exist_change_nothing(client, administrator, marketer, roles):
    client.force_login(administrator)
    client.post(f"/people/{marketer.pk}/roles/", {"roles": roles})
    assert [group.name for group in marketer.groups.all()] == ["Marketing"]


def test_au_14_other_fields_are_ignored_and_logged(client, administrator, marketer, caplog):
    client.force_login(administrator)
    words = {"roles": [role("Marketing").pk], "is_superuser": "on", "is_staff": "on"}
    client.post(f"/people/{marketer.pk}/roles/", words)
    marketer.refresh_from_db()
    assert (marketer.is_staff, marketer.is_superuser) == (False, False)
    assert f"people.escalation by={administrator.pk} fields=is_staff,is_superuser" in caplog.text


@pytest.mark.parametrize("change", ["deactivate", "reset-second-factor"])
def test_nobody_does_it_to_themselves(client, second, change):
    person, _ = enrolled("Administrator", timezone.now())
    client.force_login(person)
    assert client.post(f"/people/{person.pk}/{change}/").status_code == 302
    person.refresh_from_db()
    assert person.is_active
    assert people.has_second_factor(person)


def test_nobody_changes_their_own_roles(client, administrator, second):
    client.force_login(administrator)
    client.post(f"/people/{administrator.pk}/roles/", {"roles": [role("Finance").pk]})
    assert [group.name for group in administrator.groups.all()] == ["Administrator"]


def test_the_last_administrator_stays(administrator, db):
    root = make_person(None, is_superuser=False)
    with pytest.raises(people.CannotChange, match="the last administrator"):
        people.deactivate(person_id=administrator.pk, by=root, at=timezone.now())
    with pytest.raises(people.CannotChange, match="the last administrator"):
        people.set_roles(
            person_id=administrator.pk, roles=[role("Finance")], by=root, at=timezone.now()
        )
    administrator.refresh_from_db()
    assert administrator.is_active


def test_one_who_may_not_sign_in_does_not_count_as_another_administrator(administrator, second):
    people.deactivate(person_id=second.pk, by=administrator, at=timezone.now())
    root = make_person(None)
    with pytest.raises(people.CannotChange, match="the last administrator"):
        people.deactivate(person_id=administrator.pk, by=root, at=timezone.now())


def test_a_superuser_is_changed_by_superusers_alone(administrator):
    root = make_person(None, is_superuser=True)
    deactivate = partial(people.deactivate, at=timezone.now())
    for change in (deactivate, people.reset_second_factor, people.sign_out_everywhere):
        with pytest.raises(people.CannotChange, match="Only a superuser"):
            change(person_id=root.pk, by=administrator)


@pytest.mark.parametrize("change", ["delete", "Deactivate", "set_roles", "x"])
def test_a_change_that_does_not_exist_is_not_found(client, administrator, marketer, change):
    client.force_login(administrator)
    assert client.post(f"/people/{marketer.pk}/{change}/").status_code == 404


@pytest.mark.parametrize("number", ["0", "999999", "99999999999999999999"])
def test_a_person_who_does_not_exist_is_not_found(client, administrator, number):
    client.force_login(administrator)
    assert client.get(f"/people/{number}/").status_code == 404
    assert client.post(f"/people/{number}/deactivate/").status_code == 404


def test_each_change_says_what_it_did(client, administrator):
    person, _ = enrolled("Finance", timezone.now())
    client.force_login(administrator)
    for change in ("sign-out", "reset-second-factor", "deactivate", "reactivate"):
        client.post(f"/people/{person.pk}/{change}/")
    assert history(person)[1:] == [
        "All sessions ended.",
        "Second factor: authenticator app → none. All sessions ended.",
        "May sign in: yes → no. All sessions ended.",
        "May sign in: no → yes.",
    ]
    page = client.get(f"/people/{person.pk}/").text
    assert "Second factor: authenticator app → none." in page


def test_a_second_time_is_a_sentence(client, administrator, marketer):
    client.force_login(administrator)
    for change in ("reactivate", "reset-second-factor"):
        client.post(f"/people/{marketer.pk}/{change}/")
    page = client.get(f"/people/{marketer.pk}/").text
    assert "may sign in already" in page
    assert "has no second factor" in page


# A link for a new password


def link_on(page):
    return re.search(r"/accounts/password/reset/key/[^<\s]+", page).group()


def choose(path, password):
    """As whoever was handed the link does it, in a browser of their own."""
    client = Client()
    form = client.get(path)
    if form.status_code == 200:
        return form.text
    client.post(form["Location"], {"password1": password, "password2": password})
    return ""


def test_a_reset_link_is_shown_once_and_kept_in_history_without_it(client, administrator):
    person, _ = enrolled("Finance", timezone.now())
    client.force_login(administrator)
    answer = client.post(f"/people/{person.pk}/reset-link/")
    path = link_on(answer.text)
    assert "no-store" in answer["Cache-Control"]
    assert history(person)[-1] == (
        "A link to choose a new password was made; it works once, for one hour."
    )
    assert path.rpartition("-")[2].strip("/") not in client.get(f"/people/{person.pk}/").text
    assert choose(path, "another long pass phrase") == ""
    person.refresh_from_db()
    assert person.check_password("another long pass phrase")
    assert "no longer works" in choose(path, "a third long pass phrase")
    other = Client()
    answer = sign_in(other, person, "another long pass phrase")
    assert answer["Location"] == "/accounts/login/code/"  # the second factor is asked all the same
    assert not is_signed_in(other)


@pytest.mark.parametrize("who", ["oneself", "deactivated", "superuser"])
def test_a_reset_link_is_not_made_for(client, administrator, marketer, who):
    if who == "deactivated":
        people.deactivate(person_id=marketer.pk, by=administrator, at=timezone.now())
    root = make_person(None, is_superuser=True)
    person = {"oneself": administrator, "deactivated": marketer, "superuser": root}[who]
    client.force_login(administrator)
    answer = client.post(f"/people/{person.pk}/reset-link/", follow=True)
    assert "/password/reset/key/" not in answer.text
    assert "A link to choose a new password was made" not in answer.text


def test_a_reset_link_does_not_outlive_a_deactivation(client, administrator, marketer):
    client.force_login(administrator)
    path = link_on(client.post(f"/people/{marketer.pk}/reset-link/").text)
    people.deactivate(person_id=marketer.pk, by=administrator, at=timezone.now())
    choose(path, "another long pass phrase")
    marketer.refresh_from_db()
    assert not marketer.check_password("another long pass phrase")


def test_the_administration_makes_a_reset_link_for_one_person_with_the_reason(
    client, administrator, marketer
):
    client.force_login(administrator)
    words = {"confirmed": "yes", "reason": REASON}
    both = act(client, USERS, "reset_link", [marketer, make_person("Finance")], **words)
    assert "A link is for one person" in both.text
    page = act(client, USERS, "reset_link", [marketer], **words).text
    assert link_on(page)
    assert history(marketer) == [
        f"A link to choose a new password was made; it works once, for one hour. Reason: {REASON}"
    ]
    own = act(client, USERS, "reset_link", [administrator], **words).text
    assert "Nobody changes this for themselves" in own


# The same in /admin/

USERS = "/admin/linktracker/user/"


INVITATIONS = "/admin/linktracker/invitation/"
REASON = "The phone is lost"
ACTIONS = {
    "deactivate": (
        lambda person: not person.is_active,
        "May sign in: yes → no. All sessions ended.",
    ),
    "sign_out_everywhere": (lambda person: person.times_signed_out > 1, "All sessions ended."),
    "reset_second_factor": (
        lambda person: not people.has_second_factor(person),
        "Second factor: authenticator app → none. All sessions ended.",
    ),
}


def act(client, path, action, rows, **fields):
    """As the list sends it first; `confirmed` and `reason` as the question sends it."""
    chosen = {"action": action, "_selected_action": [row.pk for row in rows], **fields}
    return client.post(path, chosen, follow=True)


def sentences(answer):
    return [str(message) for message in answer.context["messages"]]


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("fields", [{}, {"reason": REASON}, {"confirmed": "yes", "reason": "  "}])
def test_an_action_on_people_asks_first_and_for_a_reason(client, administrator, action, fields):
    person, _ = enrolled("Finance", timezone.now())
    client.force_login(administrator)
    answer = act(client, USERS, action, [person], **fields)
    assert 'name="reason"' in answer.text
    assert str(person) in answer.text
    person.refresh_from_db()
    assert not ACTIONS[action][0](person)
    assert history(person) == ["Second factor: none → authenticator app."]


@pytest.mark.parametrize("action", ["deactivate", "reset_second_factor"])
def test_an_action_of_the_administration_changes_others_and_never_oneself(client, second, action):
    person, _ = enrolled("Finance", timezone.now())
    oneself, _ = enrolled("Administrator", timezone.now())
    client.force_login(oneself)
    answer = act(client, USERS, action, [person, oneself], confirmed="yes", reason=REASON)
    changed, sentence = ACTIONS[action]
    person.refresh_from_db()
    oneself.refresh_from_db()
    assert (changed(person), changed(oneself)) == (True, False)
    assert history(person)[-1] == f"{sentence} Reason: {REASON}"
    assert len(history(oneself)) == 1
    assert sentences(answer)[1:] == [
        "1 left alone: Nobody changes this for themselves; ask another administrator.",
    ]


def test_sessions_are_ended_from_the_administration_with_the_reason(client, administrator):
    person, _ = enrolled("Finance", timezone.now())
    client.force_login(administrator)
    words = {"confirmed": "yes", "reason": REASON}
    act(client, USERS, "sign_out_everywhere", [person], **words)
    person.refresh_from_db()
    assert person.times_signed_out == 2
    assert history(person)[-1] == f"All sessions ended. Reason: {REASON}"


def test_what_cannot_be_changed_is_told_with_why(client, administrator, marketer):
    client.force_login(administrator)
    words = {"confirmed": "yes", "reason": REASON}
    answer = act(client, USERS, "reset_second_factor", [marketer], **words)
    assert sentences(answer) == [f"1 left alone: {marketer} has no second factor."]


@pytest.fixture
def opener(db):
    """Opens the administration, and may not manage people."""
    person = make_person(None, is_staff=True)
    person.user_permissions.add(Permission.objects.get(codename="open_administration"))
    return person


@pytest.mark.parametrize("action", ACTIONS)
def test_who_opens_the_administration_without_managing_people_takes_no_action(
    client, opener, marketer, action
):
    client.force_login(opener)
    assert f'value="{action}"' not in client.get(USERS).text
    act(client, USERS, action, [marketer], confirmed="yes", reason=REASON)
    marketer.refresh_from_db()
    assert (marketer.is_active, marketer.times_signed_out, history(marketer)) == (True, 0, [])


def test_who_opens_the_administration_without_managing_people_sees_and_saves_nothing(
    client, opener, marketer
):
    client.force_login(opener)
    path = f"{USERS}{marketer.pk}/change/"
    assert marketer.email in client.get(path).text
    words = {"email": "new@example.com", "name": "N", "groups": [role("Administrator").pk]}
    assert client.post(path, words).status_code == 403
    marketer.refresh_from_db()
    assert marketer.email != "new@example.com"
    assert [group.name for group in marketer.groups.all()] == ["Marketing"]


def test_a_deactivation_in_the_administration_keeps_from_and_to(client, administrator, marketer):
    client.force_login(administrator)
    words = {"email": marketer.email, "name": "M", "groups": [role("Marketing").pk]}
    client.post(f"{USERS}{marketer.pk}/change/", words)
    marketer.refresh_from_db()
    assert not marketer.is_active
    assert "May sign in: yes → no. All sessions ended." in history(marketer)


def test_people_are_invited_not_added(client, administrator):
    client.force_login(administrator)
    assert client.get(f"{USERS}add/").headers["Location"] == "/people/invite/"
    assert client.post(f"{USERS}add/", {"email": "x@example.com"}).status_code == 302
    assert not User.objects.filter(email="x@example.com").exists()


def test_nobody_sets_the_password_of_somebody_else(client, administrator, marketer):
    client.force_login(administrator)
    before = marketer.password
    words = {"password1": "a long pass phrase", "password2": "a long pass phrase"}
    client.post(f"{USERS}{marketer.pk}/password/", words)
    client.post(f"{USERS}{marketer.pk}/change/", {"email": marketer.email, "password": "x"})
    marketer.refresh_from_db()
    assert marketer.password == before


@pytest.mark.parametrize("path", [USERS, f"{USERS}1/change/"])
def test_people_in_the_administration_ask_for_a_recent_sign_in(client, administrator, path):
    client.force_login(administrator)
    session = client.session
    session["signed_in_at"] = 0
    session.save()
    assert client.get(path).headers["Location"].startswith("/accounts/reauthenticate/")
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("query", ["second_factor=needed", "second_factor=set_up", "quiet=90"])
def test_people_are_filtered_by_what_they_lack(client, administrator, marketer, query):
    person, _ = enrolled("Finance", timezone.now())
    client.force_login(administrator)
    page = client.get(f"{USERS}?{query}").text
    assert (person.email in page) is (query != "second_factor=needed")
    assert (marketer.email in page) is (query == "quiet=90")


def test_invitations_are_revoked_from_the_administration(client, administrator):
    made, secret = people.invite(
        email="x@example.com", role=role("Finance"), by=administrator, at=timezone.now()
    )
    client.force_login(administrator)
    page = client.get(f"/admin/linktracker/invitation/{made.pk}/change/").text
    assert made.digest not in page
    assert secret not in page
    assert 'name="reason"' in act(client, INVITATIONS, "revoke", [made]).text
    made.refresh_from_db()
    assert made.revoked_at is None
    words = {"confirmed": "yes", "reason": "Wrong address"}
    for told in ("Revoke: 1 invitation.", "1 left alone: This invitation is no longer open."):
        assert sentences(act(client, INVITATIONS, "revoke", [made], **words)) == [told]
    made.refresh_from_db()
    assert made.revoked_at
    entry = LogEntry.objects.order_by("-pk").first()
    assert (entry.object_id, entry.user) == (str(made.pk), administrator)
    assert entry.get_change_message() == "Revoked. Reason: Wrong address"


def test_who_opens_the_administration_without_managing_people_revokes_no_invitation(
    client, administrator, opener
):
    made, _ = people.invite(
        email="x@example.com", role=role("Finance"), by=administrator, at=timezone.now()
    )
    client.force_login(opener)
    act(client, INVITATIONS, "revoke", [made], confirmed="yes", reason=REASON)
    made.refresh_from_db()
    assert made.revoked_at is None
