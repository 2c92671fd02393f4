"""Two requests at the same moment: one administrator, one acceptance, and never none left."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.utils import timezone

from linktracker import people, sign_ins
from linktracker.models import SignIn, User
from tests.factories import make_person

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("quick_passwords"),
]
PASSWORD = "seven green bottles"


def together(*works):
    """Each in its own connection, all begun at once; what each returned or raised."""
    barrier = Barrier(len(works))

    def run(work):
        try:
            barrier.wait(20)
            return work()
        except Exception as refusal:  # noqa: BLE001 - told to the test's own thread
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_one_code_makes_one_administrator():
    now = timezone.now()
    code = people.new_first_code(at=now)

    def create(number):
        return lambda: people.create_first_administrator(
            code=code, email=f"p{number}@example.com", name="P", password=PASSWORD, at=now
        )

    answers = together(*[create(number) for number in range(4)])
    assert User.objects.count() == 1
    refusals = [answer for answer in answers if not isinstance(answer, User)]
    assert [type(refusal) for refusal in refusals] == [people.SomebodyWasFirst] * 3


def test_two_first_visits_make_one_code():
    now = timezone.now()
    codes = together(*[lambda: people.new_first_code(at=now)] * 4)
    assert len([code for code in codes if code]) == 1


def test_one_invitation_makes_one_person():
    administrator = make_person("Administrator")
    now = timezone.now()
    role = Group.objects.get(name="Finance")
    _, secret = people.invite(email="x@example.com", role=role, by=administrator, at=now)
    accept = lambda: people.accept(secret=secret, name="X", password=PASSWORD, at=now)  # noqa: E731
    answers = together(accept, accept, accept)
    assert sorted(type(answer).__name__ for answer in answers) == [
        "InvitationIsOver", "InvitationIsOver", "User",
    ]  # fmt: skip


def test_two_administrators_do_not_deactivate_each_other():
    one, other = make_person("Administrator"), make_person("Administrator")
    together(
        lambda: people.deactivate(person_id=one.pk, by=other, at=timezone.now()),
        lambda: people.deactivate(person_id=other.pk, by=one, at=timezone.now()),
    )
    assert people.administrators().count() == 1


def test_many_attempts_at_once_do_not_slip_through():
    now = timezone.now()

    def attempt():
        return sign_ins.begin_password(address="x@example.com", client_ip="192.0.2.1", at=now)

    answers = together(*[attempt] * 12)
    assert len([answer for answer in answers if isinstance(answer, SignIn)]) == sign_ins.AT_ONE_DOOR
    assert SignIn.objects.filter(outcome="too many attempts").count() == 1


def test_one_code_of_the_app_is_taken_once():
    now = timezone.now()
    person = make_person("Finance")
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    codes = people.enrol(person=person, secret=secret, step=0, at=now)
    use = lambda: people.use_code(person=person, typed=codes[0], at=now)  # noqa: E731
    assert len([answer for answer in together(use, use, use) if answer]) == 1


def test_attempts_of_strangers_are_forgotten_after_ninety_days():
    now = timezone.now()
    person = make_person("Marketing")
    for address in ("nobody@example.com", person.email):
        sign_ins.begin_password(address=address, client_ip="192.0.2.1", at=now - timedelta(days=91))
    sign_ins.record(person=person, client_ip="192.0.2.1", outcome=SignIn.Outcome.SIGNED_IN, at=now)
    assert [row.person for row in SignIn.objects.order_by("pk")] == [person, person]
