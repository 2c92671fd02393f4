"""What is known about where payments came from, gathered for many payments at once.

A fixed number of queries, whatever the number of payments and of saved links: for a payment link
with thousands of links only the first and the last are looked at, which is enough to tell one
from several.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from campaigns.core.attribution_rules import CampaignSeen, Decided, Evidence, LinkSeen
from campaigns.core.conversion import PaymentSeen
from campaigns.core.redirect import codes_of_the_buyer
from campaigns.core.reference import Reference, read
from campaigns.core.url_parameters import UTM_NAMES, Utm
from campaigns.models import Arrival, AttributionDecision, Conversion, Movement, TrackedLink
from linktracker.lib import direct

LINK_COLUMNS = ("line", "name", "campaign_id", *UTM_NAMES)


@dataclass(frozen=True)
class _PaymentLinkSeen:
    """A payment link that somebody has saved links for, by Stripe's id of it."""

    id: int
    redirect_url: str
    links: tuple[LinkSeen, ...]
    campaign: CampaignSeen | None


def gather(payments: Sequence[PaymentSeen]) -> dict[str, Evidence]:
    """The evidence about each payment, by payment id."""
    references = {payment.payment_id: read(payment.reference) for payment in payments}
    tagged = _by_tag(references.values())
    issued = _by_reference(references.values())
    payment_links = _payment_links([payment.plink_id for payment in payments if payment.plink_id])
    arrivals = _arrivals([one.origin_session_id for one in payments if one.origin_session_id])
    decided = _decisions(payments)
    success = {payment.payment_id: _success_codes(payment, payment_links) for payment in payments}
    of_codes = _by_codes(payments, payment_links, success, arrivals)
    return {
        payment.payment_id: Evidence(
            reference=references[payment.payment_id],
            through_link=payment.through_link,
            decided=decided.get(payment.payment_id),
            renews=bool(payment.first_payment_id),
            tagged=tagged.get(references[payment.payment_id].link or ""),
            of_reference=issued.get(payment.reference or "", ()),
            of_codes=of_codes.get(payment.payment_id, ()),
            of_payment_link=_links_of(payment_links.get(payment.plink_id)),
            campaign_of_payment_link=_campaign_of(payment_links.get(payment.plink_id)),
            success_utm=success[payment.payment_id],
            arrival_utm=arrivals.get(payment.origin_session_id, Utm()),
        )
        for payment in payments
    }


def _links_of(payment_link: _PaymentLinkSeen | None) -> tuple[LinkSeen, ...]:
    return payment_link.links if payment_link else ()


def _campaign_of(payment_link: _PaymentLinkSeen | None) -> CampaignSeen | None:
    return payment_link.campaign if payment_link else None


def _by_tag(references: Iterable[Reference]) -> dict[str, LinkSeen]:
    tags = {reference.link for reference in references if reference.link}
    if not tags:
        return {}
    rows = TrackedLink.objects.filter(tag__in=tags).values("tag", *LINK_COLUMNS)
    return {row["tag"]: _link(row) for row in rows}


def _by_reference(references: Iterable[Reference]) -> dict[str, list[LinkSeen]]:
    """Saved links that were issued with exactly this reference; one with a tag is found by the tag."""
    plain = {reference.raw for reference in references if reference.reading == "plain"}
    found: dict[str, list[LinkSeen]] = defaultdict(list)
    if plain:
        rows = TrackedLink.objects.filter(client_reference_id__in=plain)
        for row in rows.values("client_reference_id", *LINK_COLUMNS):
            found[row["client_reference_id"]].append(_link(row))
    return found


def _link(row: Mapping[str, Any]) -> LinkSeen:
    return LinkSeen(
        line=row["line"],
        name=row["name"] or f"link {row['line']}",
        utm=Utm.parse(row),
        campaign=row["campaign_id"],
    )


PAYMENT_LINKS = """
SELECT payment_link.stripe_id, payment_link.id, payment_link.redirect_url,
       to_json(first), to_json(last), campaign.id, campaign.name, campaign.code
FROM campaigns_paymentlink payment_link
LEFT JOIN LATERAL (
    SELECT line, name, campaign_id, utm_source, utm_medium, utm_campaign, utm_term, utm_content
    FROM campaigns_trackedlink WHERE payment_link_id = payment_link.id ORDER BY line LIMIT 1
) first ON true
LEFT JOIN LATERAL (
    SELECT line, name, campaign_id, utm_source, utm_medium, utm_campaign, utm_term, utm_content
    FROM campaigns_trackedlink WHERE payment_link_id = payment_link.id ORDER BY line DESC LIMIT 1
) last ON true
LEFT JOIN campaigns_campaign campaign ON campaign.id = first.campaign_id AND NOT EXISTS (
    SELECT FROM campaigns_trackedlink other WHERE other.payment_link_id = payment_link.id
    AND other.campaign_id IS DISTINCT FROM first.campaign_id
)
WHERE payment_link.stripe_id = ANY(%s)
"""


def _payment_links(plink_ids: Sequence[str]) -> dict[str, _PaymentLinkSeen]:
    if not plink_ids:
        return {}
    found = {}
    told = direct.rows(PAYMENT_LINKS, [sorted(set(plink_ids))])
    for plink_id, id, redirect_url, first, last, *campaign in told:
        links = tuple(_link(row) for row in (first, last) if row)
        seen = CampaignSeen(*campaign) if campaign[0] is not None else None
        found[plink_id] = _PaymentLinkSeen(id, redirect_url or "", links, seen)
    return found


def _success_codes(payment: PaymentSeen, payment_links: Mapping[str, _PaymentLinkSeen]) -> Utm:
    payment_link = payment_links.get(payment.plink_id)
    redirect_url = payment_link.redirect_url if payment_link else None
    return codes_of_the_buyer(payment.success_url, redirect_url)


def _arrivals(session_ids: Sequence[str]) -> dict[str, Utm]:
    """The codes of each session's first return visit that carried any."""
    if not session_ids:
        return {}
    found: dict[str, Utm] = {}
    rows = Arrival.objects.filter(session_id__in=session_ids).order_by("arrived_at", "pk")
    for row in rows.values("session_id", *UTM_NAMES):
        codes = Utm.parse(row)
        if codes != Utm():
            found.setdefault(row["session_id"], codes)
    return found


BY_CODES = """
SELECT wanted.payment_id, link.line, link.name, link.campaign_id, link.utm_source,
       link.utm_medium, link.utm_campaign, link.utm_term, link.utm_content
FROM json_to_recordset(%s::json) AS wanted(
    payment_id text, payment_link bigint, utm_source text, utm_medium text, utm_campaign text,
    utm_term text, utm_content text
)
JOIN campaigns_trackedlink link ON link.payment_link_id = wanted.payment_link
    AND link.utm_source = wanted.utm_source AND link.utm_medium = wanted.utm_medium
    AND link.utm_campaign = wanted.utm_campaign AND link.utm_term = wanted.utm_term
    AND link.utm_content = wanted.utm_content
ORDER BY wanted.payment_id, link.line
"""


def _by_codes(
    payments: Sequence[PaymentSeen],
    payment_links: Mapping[str, _PaymentLinkSeen],
    success: Mapping[str, Utm],
    arrivals: Mapping[str, Utm],
) -> dict[str, list[LinkSeen]]:
    """Saved links with the payment's payment link and the very set of codes that came with it."""
    wanted = []
    for payment in payments:
        payment_link = payment_links.get(payment.plink_id)
        codes = success[payment.payment_id]
        if codes == Utm():
            codes = arrivals.get(payment.origin_session_id, Utm())
        if payment_link and codes != Utm():
            blank = dict.fromkeys(UTM_NAMES, "")
            wanted.append(
                {
                    "payment_id": payment.payment_id,
                    "payment_link": payment_link.id,
                    **blank,
                    **codes.as_parameters(),
                }
            )
    found: dict[str, list[LinkSeen]] = defaultdict(list)
    if wanted:
        for payment_id, *values in direct.rows(BY_CODES, [orjson.dumps(wanted).decode()]):
            found[payment_id].append(_link(dict(zip(LINK_COLUMNS, values, strict=True))))
    return found


def _decisions(payments: Sequence[PaymentSeen]) -> dict[str, Decided]:
    """The decision that stands for each payment: its own, else that of its first payment."""
    known_as = {
        payment.payment_id: (payment.payment_id, *payment.aliases, payment.first_payment_id)
        for payment in payments
    }
    asked = {id for ids in known_as.values() for id in ids if id}
    rows = AttributionDecision.objects.filter(payment_id__in=asked).order_by("pk")
    latest = {row.payment_id: row for row in rows}
    links = _current_links([row.link_line for row in latest.values() if row.link_line])
    found = {}
    for payment_id, ids in known_as.items():
        last = next((latest[id] for id in ids if id in latest), None)
        if last is not None and last.link_line is not None:
            found[payment_id] = Decided(links[last.link_line], last.reason)
    return found


def _current_links(lines: Sequence[int]) -> dict[int, LinkSeen]:
    rows = TrackedLink.objects.filter(line__in=lines, superseded_at=None).values(*LINK_COLUMNS)
    return {row["line"]: _link(row) for row in rows}


def tables_of_conversions() -> list[str]:
    """The tables that are derived from payments and evidence, for who compares a rebuild."""
    return [Conversion._meta.db_table, Movement._meta.db_table]
