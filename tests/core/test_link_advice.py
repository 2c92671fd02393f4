"""What is said of a link: of its payment link first, and of nothing that is not known."""

from campaigns.core.link_advice import advice
from campaigns.core.payment_link_warnings import SWITCHED_OFF, PaymentLinkTold

OFF = PaymentLinkTold(active=False)
CAPITALS = {"utm_source": "News"}


def test_the_payment_link_comes_before_the_values():
    first, second = advice(OFF, CAPITALS)
    assert first == SWITCHED_OFF.sentence
    assert (second,) == advice(None, CAPITALS)


def test_values_are_judged_as_they_were_typed():
    assert advice(None, {}, CAPITALS) == advice(None, CAPITALS)
    assert advice(None, CAPITALS, {}) == ()
