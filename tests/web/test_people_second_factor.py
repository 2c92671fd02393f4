"""The second factor: whom it is asked of, what it opens, and that no code is taken twice."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.utils import timezone

from linktracker import people, sign_ins
from linktracker.models import RecoveryCode, SignIn
from tests.factories import SignedInClient, make_person
from tests.people import SECRET, code, enrolled, is_signed_in, sign_in, with_password

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_passwords")]
SET_UP = "/accounts/second-factor/"
AT_SIGN_IN = "/accounts/login/code/"
ASKED = ["Finance", "Finance approver", "Administrator"]
NOT_ASKED = ["Marketing", "Auditor", None]


@pytest.fixture
def demanded(settings):
    settings.SECOND_FACTOR_DEMANDED = True


def test_it_is_demanded_everywhere_but_in_the_demo():
    from django.conf import settings

    source = (settings.BASE_DIR / "linktracker" / "settings.py").read_text()
    assert "\nSECOND_FACTOR_DEMANDED = not DEMO" in source


@pytest.mark.parametrize("group", ASKED)
@pytest.mark.parametrize(
    "path",
    ["/", "/campaigns/", "/payments/", "/admin/", "/people/", "/mode/", "/accounts/",
     "/accounts/password/change/", "/accounts/password/reset/", "/accounts/recovery-codes/"],
)  # fmt: skip
def test_au_10_without_it_only_the_page_that_sets_it_up_answers(client, demanded, group, path):
    client.force_login(make_person(group))
    assert client.get(path).headers["Location"] == SET_UP
    assert client.post(path, {"livemode": "true"}).headers["Location"] == SET_UP
    assert client.get(SET_UP).status_code == 200
    assert "livemode" not in client.session


def test_au_10_a_superuser_needs_it_too(client, demanded):
    client.force_login(make_person(None, is_superuser=True, is_staff=True))
    assert client.get("/admin/").headers["Location"] == SET_UP


def test_au_10_a_fragment_is_sent_there_as_a_whole_page(client, demanded, finance):
    client.force_login(finance)
    answer = client.get("/payments/", headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == SET_UP


@pytest.mark.parametrize("group", NOT_ASKED)
def test_others_are_not_asked(client, demanded, group):
    client.force_login(make_person(group))
    assert client.get("/accounts/").status_code == 200


@pytest.mark.parametrize("group", ASKED)
def test_the_demo_asks_nobody(client, settings, group):
    client.force_login(make_person(group))
    assert client.get("/campaigns/").status_code == 200


def test_who_lacks_it_may_still_sign_out(client, demanded, finance):
    client.force_login(finance)
    assert client.post("/accounts/logout/").headers["Location"] == "/accounts/login/"
    assert not is_signed_in(client)


def set_up(client, typed=None):
    client.get(SET_UP)
    session = client.session
    session["second_factor_secret"] = SECRET
    session.save()
    return client.post(SET_UP, {"code": typed or code()})


def test_setting_it_up_opens_the_pages_and_shows_ten_codes_once(client, demanded, finance):
    client.force_login(finance)
    page = set_up(client).text
    assert page.count("<li>") == people.RECOVERY_CODES
    assert client.get("/payments/").status_code == 200
    assert client.get(SET_UP).headers["Location"] == "/accounts/"
    stored = str(list(RecoveryCode.objects.values()))
    shown = page.split("<li>")[1].split("<")[0]
    assert shown not in stored
    assert shown.replace("-", "") not in stored


@pytest.mark.parametrize("typed", ["000000", "x", "12345", "1234567"])
def test_a_wrong_code_sets_nothing_up(client, demanded, finance, typed):
    client.force_login(finance)
    assert set_up(client, typed).status_code == 200
    assert not Authenticator.objects.exists()
    assert client.get("/payments/").status_code == 302


def test_a_secret_that_was_never_shown_sets_nothing_up(client, finance):
    client.force_login(finance)
    client.post(SET_UP, {"code": code(), "secret": SECRET})
    assert not Authenticator.objects.exists()


def test_au_09_setting_it_up_ends_the_other_sessions(finance):
    here, there = SignedInClient(), SignedInClient()
    here.force_login(finance)
    there.force_login(finance)
    set_up(here)
    assert here.get("/payments/").status_code == 200
    assert there.get("/payments/").status_code == 302


def test_it_cannot_be_set_up_over_an_older_one(client):
    person, _ = enrolled("Finance", timezone.now())
    client.force_login(person)
    assert client.post(SET_UP, {"code": code()}).headers["Location"] == "/accounts/"
    with pytest.raises(people.CannotChange):
        people.enrol(person=person, secret=SECRET, step=1, at=timezone.now())


def test_the_password_alone_signs_nobody_in_who_has_it(client):
    person, _ = enrolled("Finance", timezone.now())
    assert sign_in(client, person).headers["Location"] == AT_SIGN_IN
    assert not is_signed_in(client)
    assert client.get("/payments/").headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_au_10_the_code_of_now_or_a_step_beside_signs_in(client, demanded, steps):
    person, _ = enrolled("Finance", timezone.now())
    sign_in(client, person)
    assert client.post(AT_SIGN_IN, {"code": code(steps)}).headers["Location"] == "/"
    assert client.get("/payments/").status_code == 200


@pytest.mark.parametrize("steps", [-3, 3])
def test_au_10_an_older_or_later_code_does_not(client, steps):
    person, _ = enrolled("Finance", timezone.now())
    sign_in(client, person)
    assert client.post(AT_SIGN_IN, {"code": code(steps)}).status_code == 200
    assert not is_signed_in(client)


def test_au_10_no_code_is_taken_twice_nor_one_before_it(client):
    person, _ = enrolled("Finance", timezone.now())
    sign_in(client, person)
    client.post(AT_SIGN_IN, {"code": code(1)})
    for steps in (1, 0, -1):
        thief = SignedInClient()
        sign_in(thief, person)
        assert thief.post(AT_SIGN_IN, {"code": code(steps)}).status_code == 200
        assert not is_signed_in(thief)


def test_the_code_that_set_it_up_is_spent(client, finance):
    person = with_password("Finance")
    client.force_login(person)
    set_up(client)
    person.refresh_from_db()
    assert people.use_code(person=person, typed=code(), at=timezone.now()) is None


def test_au_10_a_recovery_code_signs_in_once(client):
    person, codes = enrolled("Finance", timezone.now())
    sign_in(client, person)
    assert client.post(AT_SIGN_IN, {"code": codes[3].lower()}).headers["Location"] == "/"
    again = SignedInClient()
    sign_in(again, person)
    assert again.post(AT_SIGN_IN, {"code": codes[3]}).status_code == 200
    assert not is_signed_in(again)
    assert person.recovery_codes.filter(used_at=None).count() == 9


def test_a_recovery_code_of_somebody_else_does_not(client):
    person, _ = enrolled("Finance", timezone.now())
    _, others = enrolled("Finance", timezone.now())
    sign_in(client, person)
    assert client.post(AT_SIGN_IN, {"code": others[0]}).status_code == 200
    assert not is_signed_in(client)


def test_new_recovery_codes_replace_the_old_ones(client):
    person, codes = enrolled("Finance", timezone.now())
    client.force_login(person)
    page = client.post("/accounts/recovery-codes/").text
    assert page.count("<li>") == 10
    assert people.use_code(person=person, typed=codes[0], at=timezone.now()) is None
    assert client.get("/accounts/recovery-codes/").status_code == 405


def test_who_has_no_second_factor_makes_no_recovery_codes(client, marketer):
    client.force_login(marketer)
    assert client.post("/accounts/recovery-codes/").headers["Location"] == "/accounts/"
    assert not RecoveryCode.objects.exists()


def test_the_sixth_code_waits(client):
    person, codes = enrolled("Finance", timezone.now())
    sign_in(client, person)
    for _ in range(5):
        assert client.post(AT_SIGN_IN, {"code": "000000"}).status_code == 200
    answer = client.post(AT_SIGN_IN, {"code": codes[0]})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert not is_signed_in(client)
    assert SignIn.objects.filter(person=person, outcome="wrong code").count() == 5


HERE, ELSEWHERE = "10.0.0.7", "203.0.113.9"


def came_in(person, at, client_ip=HERE):
    sign_ins.record(person=person, client_ip=client_ip, outcome=SignIn.Outcome.SIGNED_IN, at=at)


def wrong_codes(person, at, times, client_ip=HERE):
    for _ in range(times):
        sign_ins.begin_code(person=person, client_ip=client_ip, at=at)


def wrong_codes_from_everywhere(person, at):
    """As many as close the account to doors that nobody came in by."""
    for number in range(sign_ins.ON_ONE_ACCOUNT // sign_ins.AT_ONE_DOOR):
        wrong_codes(person, at, sign_ins.AT_ONE_DOOR, f"10.{number + 1}.0.1")


def test_wrong_codes_from_elsewhere_do_not_close_the_door_that_is_known(finance):
    now = timezone.now()
    came_in(finance, now - timedelta(days=1))
    wrong_codes_from_everywhere(finance, now)
    wrong_codes(finance, now, 1)
    with pytest.raises(sign_ins.TooManyAttempts):
        wrong_codes(finance, now, 1, ELSEWHERE)


@pytest.mark.parametrize("ago", [timedelta(days=90), timedelta(days=200)])
def test_a_door_that_was_used_too_long_ago_is_not_known_to_codes(finance, ago):
    now = timezone.now()
    came_in(finance, now - ago)
    wrong_codes_from_everywhere(finance, now)
    with pytest.raises(sign_ins.TooManyAttempts):
        wrong_codes(finance, now, 1)


def test_the_door_of_somebody_else_is_not_known_to_codes(finance):
    now = timezone.now()
    came_in(make_person("Finance"), now - timedelta(days=1))
    wrong_codes_from_everywhere(finance, now)
    with pytest.raises(sign_ins.TooManyAttempts):
        wrong_codes(finance, now, 1)


def test_a_known_door_waits_after_five_wrong_codes_of_its_own(finance):
    now = timezone.now()
    came_in(finance, now - timedelta(days=1))
    wrong_codes(finance, now, sign_ins.AT_ONE_DOOR)
    with pytest.raises(sign_ins.TooManyAttempts):
        wrong_codes(finance, now, 1)


def test_who_came_in_here_begins_to_count_again(finance):
    now = timezone.now()
    wrong_codes(finance, now, 4)
    came_in(finance, now + timedelta(seconds=1))
    wrong_codes(finance, now + timedelta(seconds=2), 5)
    with pytest.raises(sign_ins.TooManyAttempts):
        wrong_codes(finance, now + timedelta(seconds=2), 1)


def test_who_came_in_elsewhere_forgets_no_wrong_codes_of_here(finance):
    now = timezone.now()
    wrong_codes(finance, now, 5)
    came_in(finance, now + timedelta(seconds=1), ELSEWHERE)
    with pytest.raises(sign_ins.TooManyAttempts):
        wrong_codes(finance, now + timedelta(seconds=2), 1)


def test_a_new_password_forgets_no_wrong_codes(finance):
    """Or whoever reads the mailbox could try codes without end."""
    now = timezone.now()
    wrong_codes(finance, now, 5)
    sign_ins.record(person=finance, client_ip=HERE, outcome=SignIn.Outcome.NEW_PASSWORD, at=now)
    with pytest.raises(sign_ins.TooManyAttempts):
        wrong_codes(finance, now + timedelta(seconds=1), 1)


def test_au_12_a_reset_of_the_password_does_not_skip_it(client):
    person, _ = enrolled("Finance", timezone.now())
    people.set_password(person=person, password="another long pass phrase")
    answer = sign_in(client, person, "another long pass phrase")
    assert answer.headers["Location"] == AT_SIGN_IN


def test_a_code_confirms_who_it_is_as_a_password_does(client):
    person, _ = enrolled("Administrator", timezone.now())
    client.force_login(person)
    session = client.session
    session["signed_in_at"] = 0
    session.save()
    assert client.get("/people/invite/").status_code == 302
    words = {"code": code(), "next": "/people/invite/"}
    answer = client.post("/accounts/reauthenticate/code/", words)
    assert answer.headers["Location"] == "/people/invite/"
    assert client.get("/people/invite/").status_code == 200


def test_a_reset_ends_the_sessions_and_asks_for_a_new_one(client, demanded, administrator):
    person, codes = enrolled("Finance", timezone.now())
    client.force_login(person)
    assert client.get("/payments/").status_code == 200
    people.reset_second_factor(person_id=person.pk, by=administrator)
    assert client.get("/payments/").headers["Location"].startswith("/accounts/login/")
    assert people.use_code(person=person, typed=codes[0], at=timezone.now()) is None
    sign_in(client, person)
    assert client.get("/payments/").headers["Location"] == SET_UP


def test_people_without_it_who_need_it_are_found(administrator, marketer):
    person, _ = enrolled("Finance", timezone.now())
    bare = make_person("Finance approver")
    make_person("Finance", is_active=False)
    assert set(people.without_second_factor()) == {administrator, bare}
    assert person not in people.without_second_factor()
