"""Saved links as the rules see them: by tag, by reference, by payment link and by codes.

A fixed number of queries, whatever the number of payments and of links: of a payment link with
thousands of links only the first and the last are looked at, which tells one from several. Test
and live links never answer for each other.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from campaigns.core.attribution_rules import CampaignSeen, LinkSeen
from campaigns.core.reference import Reference
from campaigns.core.url_parameters import LEGAL_CODE, UTM_NAMES, Utm
from campaigns.models import TrackedLink
from linktracker.lib import direct

COLUMNS = ("line", "issued_campaign_id", *UTM_NAMES)

OfMode = tuple[bool, str]
"""Test or live, and a tag or reference in it."""


@dataclass(frozen=True)
class PaymentLinkSeen:
    """A payment link that somebody has saved links for, by our id of it."""

    id: int
    redirect_url: str
    links: tuple[LinkSeen, ...]
    campaign: CampaignSeen | None


UNKNOWN_PAYMENT_LINK = PaymentLinkSeen(0, "", (), None)


def by_tag(references: Iterable[Reference]) -> dict[OfMode, LinkSeen]:
    """The version that each tag names."""
    tags = {reference.link for reference in references if reference.link}
    if not tags:
        return {}
    rows = TrackedLink.objects.filter(tag__in=tags).values("livemode", "tag", *COLUMNS)
    return {(row["livemode"], row["tag"]): link_seen(row) for row in rows}


def by_reference(references: Iterable[Reference]) -> dict[OfMode, list[LinkSeen]]:
    """Links that were issued with exactly this reference; one with a tag is found by the tag.

    What looks like a damaged tag may stand so in a link that was in use before it was saved.
    """
    exact = {each.raw for each in references if each.reading in {"plain", "check failed"}}
    found: dict[OfMode, list[LinkSeen]] = defaultdict(list)
    if exact:
        rows = TrackedLink.objects.filter(client_reference_id__in=exact)
        for row in rows.values("livemode", "client_reference_id", *COLUMNS).order_by(*NEWEST):
            found[row["livemode"], row["client_reference_id"]].append(link_seen(row))
    return found


NEWEST = ("line", "-version")


def link_seen(row: Mapping[str, Any]) -> LinkSeen:
    """One version. A code that holds a merge tag is whatever the buyer's copy was filled with."""
    filled = {name: row[name] for name in UTM_NAMES if LEGAL_CODE.fullmatch(row[name])}
    return LinkSeen(row["line"], Utm.parse(filled), row["issued_campaign_id"])


PAYMENT_LINKS = """
SELECT payment_link.stripe_id, payment_link.id, payment_link.redirect_url,
       to_json(first), to_json(last), campaign.id, campaign.code
FROM campaigns_paymentlink payment_link
LEFT JOIN LATERAL (
    SELECT line, issued_campaign_id, utm_source, utm_medium, utm_campaign, utm_term, utm_content
    FROM campaigns_trackedlink WHERE payment_link_id = payment_link.id
    ORDER BY line, version DESC LIMIT 1
) first ON true
LEFT JOIN LATERAL (
    SELECT line, issued_campaign_id, utm_source, utm_medium, utm_campaign, utm_term, utm_content
    FROM campaigns_trackedlink WHERE payment_link_id = payment_link.id
    ORDER BY line DESC, version DESC LIMIT 1
) last ON true
LEFT JOIN campaigns_campaign campaign ON campaign.id = first.issued_campaign_id AND NOT EXISTS (
    SELECT FROM campaigns_trackedlink other WHERE other.payment_link_id = payment_link.id
    AND other.issued_campaign_id IS DISTINCT FROM first.issued_campaign_id
)
WHERE payment_link.stripe_id = ANY(%s)
"""


def by_payment_link(plink_ids: Sequence[str]) -> dict[str, PaymentLinkSeen]:
    """What is saved for each of Stripe's payment links."""
    if not plink_ids:
        return {}
    found = {}
    told = direct.rows(PAYMENT_LINKS, [sorted(set(plink_ids))])
    for plink_id, id, redirect_url, first, last, *campaign in told:
        links = tuple(link_seen(row) for row in (first, last) if row)
        seen = CampaignSeen(*campaign) if campaign[0] is not None else None
        found[plink_id] = PaymentLinkSeen(id, redirect_url or "", links, seen)
    return found


BY_CODES = """
SELECT wanted.payment_id, link.line, link.issued_campaign_id, link.utm_source, link.utm_medium,
       link.utm_campaign, link.utm_term, link.utm_content
FROM json_to_recordset(%s::json) AS wanted(
    payment_id text, payment_link bigint, utm_source text, utm_medium text, utm_campaign text,
    utm_term text, utm_content text
)
JOIN campaigns_trackedlink link ON link.payment_link_id = wanted.payment_link
    AND link.utm_source = wanted.utm_source AND link.utm_medium = wanted.utm_medium
    AND link.utm_campaign = wanted.utm_campaign AND link.utm_term = wanted.utm_term
    AND link.utm_content = wanted.utm_content
ORDER BY wanted.payment_id, link.line, link.version DESC
"""


def by_codes(wanted: Mapping[str, tuple[PaymentLinkSeen, Utm]]) -> dict[str, list[LinkSeen]]:
    """For each payment, the links with its payment link and the very set of codes it came with."""
    rows = [
        {
            "payment_id": payment_id,
            "payment_link": payment_link.id,
            **dict.fromkeys(UTM_NAMES, ""),
            **codes.as_parameters(),
        }
        for payment_id, (payment_link, codes) in wanted.items()
    ]
    found: dict[str, list[LinkSeen]] = defaultdict(list)
    if rows:
        for payment_id, *values in direct.rows(BY_CODES, [orjson.dumps(rows).decode()]):
            found[payment_id].append(link_seen(dict(zip(COLUMNS, values, strict=True))))
    return found


def as_it_was(wanted: Iterable[tuple[int, datetime]]) -> dict[tuple[int, datetime], LinkSeen]:
    """Each line in the version that was current at the moment beside it, else in its first."""
    wanted = set(wanted)
    versions: dict[int, list[Any]] = defaultdict(list)
    rows = TrackedLink.objects.filter(line__in={line for line, _ in wanted})
    for row in rows.values("issued_at", *COLUMNS).order_by("line", "version"):
        versions[row["line"]].append(row)
    return {
        (line, at): link_seen(_current_at(versions[line], at))
        for line, at in wanted
        if versions[line]
    }


def _current_at(versions: Sequence[Any], at: datetime) -> Any:
    issued = [version for version in versions if version["issued_at"] <= at]
    return issued[-1] if issued else versions[0]
