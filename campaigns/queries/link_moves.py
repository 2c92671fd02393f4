"""Links that people moved to another campaign, as attribution sees them at a payment's moment."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import orjson

from campaigns.core.attribution_rules import CampaignSeen, LinkSeen
from campaigns.core.link_moves import Move, campaign_at
from campaigns.models import Campaign, Conversion, LinkChange, TrackedLink
from linktracker.lib import direct

AtMoment = tuple[int, datetime | None]
"""A payment link, and the last move of one of its links before a payment; None for before all."""


@dataclass(frozen=True)
class Moves:
    """The moves of links by line, and what payment links with moved links were for at each."""

    by_line: Mapping[int, Sequence[Move]]
    moments: Mapping[int, Sequence[datetime]]
    campaigns: Mapping[AtMoment, CampaignSeen]

    def seen(self, link: LinkSeen, at: datetime) -> LinkSeen:
        """The link in the campaign that it was in then."""
        moves = self.by_line.get(link.line)
        if not moves:
            return link
        return replace(link, moved_to=campaign_at(moves, at, has_code=link.campaign is not None))

    def campaign_of(
        self, payment_link: int, at: datetime, never_moved: CampaignSeen | None
    ) -> CampaignSeen | None:
        """The campaign that all links of a payment link were in then."""
        moments = self.moments.get(payment_link)
        if not moments:
            return never_moved
        return self.campaigns.get((payment_link, last_before(moments, at)))


def last_before(moments: Sequence[datetime], at: datetime) -> datetime | None:
    return max((moment for moment in moments if moment <= at), default=None)


def of(links: Iterable[LinkSeen], payment_links: Collection[int]) -> Moves:
    """Everything about moves that concerns these links and payment links."""
    moments = _moments(payment_links)
    return Moves(_by_line({link.line for link in links}), moments, _campaigns_then(moments))


def _by_line(lines: Collection[int]) -> dict[int, list[Move]]:
    if not lines:
        return {}
    rows = LinkChange.objects.filter(what=LinkChange.What.CAMPAIGN, line__in=lines)
    told = list(rows.order_by("at", "pk").values_list("line", "at", "campaign_id"))
    named = {campaign for _, _, campaign in told if campaign is not None}
    codes = dict(Campaign.objects.filter(pk__in=named).values_list("pk", "code")) if named else {}
    moves: dict[int, list[Move]] = defaultdict(list)
    for line, at, campaign in told:
        seen = None if campaign is None else CampaignSeen(campaign, codes[campaign])
        moves[line].append(Move(at, seen))
    return moves


MOMENTS = """
SELECT DISTINCT link.payment_link_id, change.at
FROM campaigns_trackedlink link
JOIN campaigns_linkchange change ON change.line = link.line AND change.what = 'campaign'
WHERE link.payment_link_id = ANY(%s) ORDER BY 1, 2
"""


def _moments(payment_links: Collection[int]) -> dict[int, list[datetime]]:
    """When links of each payment link were moved."""
    moments: dict[int, list[datetime]] = defaultdict(list)
    if payment_links:
        for payment_link, at in direct.rows(MOMENTS, [sorted(payment_links)]):
            moments[payment_link].append(at)
    return moments


CAMPAIGNS_THEN = """
SELECT wanted.payment_link, wanted.at, campaign.id, campaign.code
FROM json_to_recordset(%s::json) AS wanted(payment_link bigint, at timestamptz)
CROSS JOIN LATERAL (
    SELECT min(held.campaign) AS campaign FROM (
        SELECT CASE WHEN moved.line IS NULL THEN coalesce(link.issued_campaign_id, first.campaign_id)
                    ELSE coalesce(moved.campaign_id, link.issued_campaign_id) END AS campaign
        FROM campaigns_trackedlink link
        LEFT JOIN LATERAL (
            SELECT line, campaign_id FROM campaigns_linkchange
            WHERE line = link.line AND what = 'campaign' AND at <= wanted.at
            ORDER BY at DESC, id DESC LIMIT 1
        ) moved ON true
        LEFT JOIN LATERAL (
            SELECT campaign_id FROM campaigns_linkchange
            WHERE line = link.line AND what = 'campaign' ORDER BY at, id LIMIT 1
        ) first ON true
        WHERE link.payment_link_id = wanted.payment_link
    ) held
    HAVING count(held.campaign) = count(*) AND min(held.campaign) = max(held.campaign)
) one
JOIN campaigns_campaign campaign ON campaign.id = one.campaign
"""


def _campaigns_then(moments: Mapping[int, Sequence[datetime]]) -> dict[AtMoment, CampaignSeen]:
    """The one campaign of all links of a payment link, before its first move and after each."""
    wanted = [
        {"payment_link": payment_link, "at": at}
        for payment_link, moved in moments.items()
        for at in (None, *moved)
    ]
    if not wanted:
        return {}
    told = direct.rows(CAMPAIGNS_THEN, [orjson.dumps(wanted).decode()])
    return {(payment_link, at): CampaignSeen(*campaign) for payment_link, at, *campaign in told}


def touched_by_first_campaigns(lines: Sequence[int]) -> tuple[list[str], list[int]]:
    """Where payments of links without a campaign code lie, now that people gave them a campaign.

    Stripe's payment links of those links, and the links that have payments on others.
    """
    versions = TrackedLink.objects.filter(line__in=lines, issued_campaign=None)
    known = set(versions.values_list("payment_link__stripe_id", flat=True).distinct())
    plinks = sorted(plink for plink in known if plink is not None)
    strays = Conversion.objects.filter(link_line__in=versions.values("line"))
    others = strays.exclude(plink_id__in=plinks).values_list("link_line", flat=True).distinct()
    return plinks, sorted(line for line in others if line is not None)
