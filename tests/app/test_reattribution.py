"""Attributing again: one payment that cannot be attributed holds up no other, and nothing is lost."""

import pytest
from django.db import connection

from campaigns.models import Conversion, EvidenceChange
from tests.factories import PAYMENT_LINK, make_link
from tests.stripe_events import drain, pay

pytestmark = pytest.mark.django_db


def refuse_updates(condition: str, code: str) -> None:
    """Let the database refuse to update a conversion under this condition, with this SQLSTATE."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {condition} THEN RAISE EXCEPTION 'refused' USING ERRCODE = '{code}'; END IF; "
            "RETURN NEW; END $$; CREATE TRIGGER refuse BEFORE UPDATE ON campaigns_conversion "
            "FOR EACH ROW EXECUTE FUNCTION refuse()"
        )


def grades() -> dict[str, str]:
    return dict(Conversion.objects.values_list("payment_id", "grade"))


def test_a_payment_that_the_database_refuses_holds_up_no_other():
    bad, good = (pay(PAYMENT_LINK, seed=seed).payment_intent for seed in ("bad", "good"))
    refuse_updates(f"NEW.payment_id = '{bad}'", "22001")
    make_link(mode="none")
    drain()
    assert grades() == {bad: "U", good: "C"}
    assert not EvidenceChange.objects.exists()


@pytest.mark.parametrize("code", ["40001", "40P01"])
def test_a_deadlock_while_payments_go_one_by_one_is_no_answer(code):
    """The batch is refused for a value; then a payment meets a deadlock, which passes."""
    first, second = (pay(PAYMENT_LINK, seed=seed).payment_intent for seed in ("one", "two"))
    with connection.cursor() as cursor:
        cursor.execute("CREATE SEQUENCE tries; CREATE SEQUENCE deadlocks")
    refuse_updates("nextval('tries') = 2 AND nextval('deadlocks') = 1", code)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse_first() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "IF currval('tries') = 1 THEN RAISE EXCEPTION 'a value' USING ERRCODE = '22001'; "
            "END IF; RETURN NEW; END $$; CREATE TRIGGER refuse_first BEFORE UPDATE "
            "ON campaigns_conversion FOR EACH ROW EXECUTE FUNCTION refuse_first()"
        )
    make_link(mode="none")
    drain()
    assert grades() == {first: "C", second: "C"}
    assert not EvidenceChange.objects.exists()


def test_a_payment_that_no_rule_can_read_stops_no_worker(caplog):
    """Nonsense that only SQL can write stands for whatever a rule may stumble over."""
    bad, good = pay(PAYMENT_LINK, seed="bad"), pay(PAYMENT_LINK, seed="good")
    Conversion.objects.filter(pk=bad.payment_intent).update(aliases=5)
    make_link(mode="none")
    drain()
    assert grades() == {bad.payment_intent: "U", good.payment_intent: "C"}
    assert f"reattribution.failed payment={bad.payment_intent}" in caplog.text
    assert not EvidenceChange.objects.exists()
