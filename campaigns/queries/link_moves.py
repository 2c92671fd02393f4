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
    """The moves that concern these links and payment links; `with_campaigns` makes them whole."""
    return Moves(_by_line({link.line for link in links}), _moments(payment_links), {})


def with_campaigns(moves: Moves, payments: Iterable[tuple[int, datetime]]) -> Moves:
    """What payment links with moved links were for when these payments (on which, when) were made."""
    wanted = {
        (payment_link, last_before(moves.moments[payment_link], at))
        for payment_link, at in payments
        if payment_link in moves.moments
    }
    return replace(moves, campaigns=_campaigns_then(wanted)) if wanted else moves


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


# Of links that nobody moved, the least and the greatest campaign show whether it is one.
CAMPAIGNS_THEN = """
WITH moved AS MATERIALIZED (
    SELECT DISTINCT link.payment_link_id, link.line, link.issued_campaign_id
    FROM campaigns_trackedlink link
    JOIN campaigns_linkchange change ON change.line = link.line AND change.what = 'campaign'
    WHERE link.payment_link_id = ANY(%(payment_links)s)
), unmoved AS MATERIALIZED (
    SELECT link.payment_link_id, min(link.issued_campaign_id) AS least,
           max(link.issued_campaign_id) AS greatest,
           bool_or(link.issued_campaign_id IS NULL) AS without
    FROM campaigns_trackedlink link
    WHERE link.payment_link_id = ANY(%(payment_links)s)
    AND link.line NOT IN (SELECT line FROM moved)
    GROUP BY link.payment_link_id
)
SELECT wanted.payment_link, wanted.at, campaign.id, campaign.code
FROM json_to_recordset(%(wanted)s::json) AS wanted(payment_link bigint, at timestamptz)
CROSS JOIN LATERAL (
    SELECT min(held.campaign) AS campaign FROM (
        SELECT CASE WHEN last.line IS NULL THEN coalesce(link.issued_campaign_id, first.campaign_id)
                    ELSE coalesce(last.campaign_id, link.issued_campaign_id) END AS campaign
        FROM moved link
        LEFT JOIN LATERAL (
            SELECT line, campaign_id FROM campaigns_linkchange
            WHERE line = link.line AND what = 'campaign' AND at <= wanted.at
            ORDER BY at DESC, id DESC LIMIT 1
        ) last ON true
        LEFT JOIN LATERAL (
            SELECT campaign_id FROM campaigns_linkchange
            WHERE line = link.line AND what = 'campaign' ORDER BY at, id LIMIT 1
        ) first ON true
        WHERE link.payment_link_id = wanted.payment_link
        UNION ALL
        SELECT unnest(ARRAY[least, greatest] || CASE WHEN without THEN ARRAY[NULL::bigint] END)
        FROM unmoved WHERE unmoved.payment_link_id = wanted.payment_link
    ) held
    HAVING count(held.campaign) = count(*) AND min(held.campaign) = max(held.campaign)
) one
JOIN campaigns_campaign campaign ON campaign.id = one.campaign
"""


def _campaigns_then(wanted: Collection[AtMoment]) -> dict[AtMoment, CampaignSeen]:
    """The one campaign of all links of a payment link after that move of one of them."""
    rows = [{"payment_link": payment_link, "at": at} for payment_link, at in wanted]
    parameters = {
        "wanted": orjson.dumps(rows).decode(),
        "payment_links": sorted({payment_link for payment_link, _ in wanted}),
    }
    told = direct.rows(CAMPAIGNS_THEN, parameters)
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
