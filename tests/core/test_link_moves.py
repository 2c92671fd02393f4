"""The campaign that a moved link was in at a payment's moment."""

from datetime import UTC, datetime, timedelta

import pytest

from campaigns.core.attribution_rules import CampaignSeen
from campaigns.core.link_moves import Move, campaign_at

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SPRING, FAIR = CampaignSeen(1, "spring"), CampaignSeen(2, "fair")
MOVES = [Move(NOON, SPRING), Move(NOON + 2 * HOUR, FAIR), Move(NOON + 4 * HOUR, None)]


@pytest.mark.parametrize(
    ("after", "campaign"),
    [
        (timedelta(0), SPRING),
        (HOUR, SPRING),
        (2 * HOUR, FAIR),
        (3 * HOUR, FAIR),
        (4 * HOUR, None),
        (100 * HOUR, None),
    ],
)
@pytest.mark.parametrize("has_code", [True, False])
def test_it_is_the_campaign_of_the_last_move_until_then(after, campaign, has_code):
    assert campaign_at(MOVES, NOON + after, has_code=has_code) == campaign


def test_before_the_first_move_the_links_own_code_decides():
    assert campaign_at(MOVES, NOON - HOUR, has_code=True) is None


def test_a_link_without_a_campaign_brings_its_earlier_payments_along():
    assert campaign_at(MOVES, NOON - HOUR, has_code=False) == SPRING


@pytest.mark.parametrize("has_code", [True, False])
def test_a_link_that_was_never_moved_is_left_to_its_code(has_code):
    assert campaign_at([], NOON, has_code=has_code) is None
