"""The days of a campaign, in words; what ends before it starts is none."""

from datetime import date

import pytest

from campaigns.core.campaign_days import BadDays, CampaignDays

FIRST, LAST = date(2026, 9, 1), date(2026, 9, 30)


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [(FIRST, LAST, "1 Sep 2026 – 30 Sep 2026"), (FIRST, FIRST, "1 Sep 2026"), (None, None, ""),
     (FIRST, None, "from 1 Sep 2026"), (None, LAST, "until 30 Sep 2026")],
)  # fmt: skip
def test_days_are_told_in_words(first, last, words):
    assert CampaignDays(first, last).words == words


def test_what_ends_before_it_starts_is_refused():
    with pytest.raises(BadDays, match="The last day is before the first"):
        CampaignDays(LAST, FIRST)
