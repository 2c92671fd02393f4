"""Which decision stands for a payment: its own, else that of the payment it renews."""

from dataclasses import replace

import pytest

from campaigns.core.conversion import PaymentSeen
from campaigns.models import AttributionDecision
from campaigns.queries import evidence
from tests.factories import NOON, make_link

pytestmark = pytest.mark.django_db

FIRST = PaymentSeen(
    payment_id="in_1",
    livemode=False,
    state="paid",
    currency="eur",
    amount=1200,
    refunded=0,
    received=1200,
    tax=None,
    created_at=NOON,
    paid_at=NOON,
    session_id="cs_1",
    origin_session_id="cs_1",
    first_payment_id="",
    subscription_id="sub_1",
    plink_id="",
    through_link=True,
    renewal=False,
    success_url="",
    reference=None,
    aliases=("pi_1", "cs_1"),
)
RENEWAL = replace(
    FIRST,
    payment_id="in_2",
    session_id="",
    first_payment_id="in_1",
    renewal=True,
    aliases=("pi_2",),
)


@pytest.fixture
def decide(marketer):
    def record(payment_id: str, line: int | None) -> None:
        AttributionDecision.objects.create(
            payment_id=payment_id,
            livemode=False,
            what="undone" if line is None else "assigned",
            link_line=line,
            reason="the buyer told us",
            by=marketer,
            at=NOON,
        )

    return record


def line_of(payment: PaymentSeen) -> int | None:
    decided = evidence.gather([FIRST, RENEWAL])[payment.payment_id].decided
    return decided.link.line if decided else None


def test_a_renewal_follows_what_was_decided_about_its_first_payment_under_an_older_id(decide):
    link = make_link(utm_source="newsletter")
    decide("pi_1", link.line)
    assert line_of(FIRST) == link.line
    assert line_of(RENEWAL) == link.line


def test_a_renewals_own_decision_counts_for_itself_alone(decide):
    one, other = make_link(utm_source="newsletter"), make_link(utm_source="linkedin")
    decide("in_1", one.line)
    decide("in_2", other.line)
    assert (line_of(FIRST), line_of(RENEWAL)) == (one.line, other.line)


def test_a_renewal_whose_own_decision_was_undone_follows_its_first_payment_again(decide):
    one, other = make_link(utm_source="newsletter"), make_link(utm_source="linkedin")
    decide("in_1", one.line)
    decide("in_2", other.line)
    decide("in_2", None)
    assert line_of(RENEWAL) == one.line


def test_the_last_decision_under_any_id_counts(decide):
    one, other = make_link(utm_source="newsletter"), make_link(utm_source="linkedin")
    decide("in_1", one.line)
    decide("pi_1", other.line)
    assert line_of(FIRST) == other.line
    decide("cs_1", None)
    assert line_of(FIRST) is None
    assert line_of(RENEWAL) is None
