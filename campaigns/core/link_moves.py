"""Which campaign a link was in at a moment, when people have moved it.

A payment counts for the campaign that its link was in when it was made, so that moving a link
rewrites nothing. A link that was in none brings the payments before its first campaign along.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from campaigns.core.attribution_rules import CampaignSeen


@dataclass(frozen=True)
class Move:
    """At this moment a person put the link into a campaign; None leaves it to its code again."""

    at: datetime
    campaign: CampaignSeen | None


def campaign_at(moves: Sequence[Move], at: datetime, *, has_code: bool) -> CampaignSeen | None:
    """The campaign that a person had put the link into by then; None where its code decides.

    `moves` are in their order; `has_code` says whether the link's own code names a campaign.
    """
    past = bisect_right(moves, at, key=lambda move: move.at)
    if past:
        return moves[past - 1].campaign
    return None if has_code or not moves else moves[0].campaign
