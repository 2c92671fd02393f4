"""What is known about where payments came from, gathered for many payments at once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from campaigns.core.attribution_rules import Decided, Evidence, LinkSeen
from campaigns.core.conversion import PaymentSeen
from campaigns.core.redirect import codes_of_the_buyer
from campaigns.core.reference import read
from campaigns.core.url_parameters import UTM_NAMES, Utm
from campaigns.models import Arrival, Conversion, Movement, PaymentLink
from campaigns.queries import link_moves, saved_links
from campaigns.queries.link_moves import Moves
from campaigns.queries.saved_links import UNKNOWN_PAYMENT_LINK, PaymentLinkSeen
from linktracker.lib import direct


def gather(payments: Sequence[PaymentSeen]) -> dict[str, Evidence]:
    """The evidence about each payment, by payment id."""
    references = {payment.payment_id: read(payment.reference) for payment in payments}
    tagged = saved_links.by_tag(references.values())
    issued = saved_links.by_reference(references.values())
    payment_links = saved_links.by_payment_link([one.plink_id for one in payments if one.plink_id])
    arrivals = _arrivals([one.origin_session_id for one in payments if one.origin_session_id])
    success = {one.payment_id: _success_codes(one, payment_links) for one in payments}
    of_codes = _links_of_codes(payments, payment_links, success, arrivals)
    decided = _decisions(payments)
    moves = link_moves.of(
        [
            *tagged.values(),
            *chain.from_iterable(issued.values()),
            *chain.from_iterable(of_codes.values()),
            *chain.from_iterable(one.links for one in payment_links.values()),
            *(one.link for one in decided.values()),
        ],
        {one.id for one in payment_links.values()},
    )
    made = _moments(payments, moves)
    moves = link_moves.with_campaigns(
        moves,
        (
            (payment_links[one.plink_id].id, made[one.payment_id])
            for one in payments
            if one.plink_id in payment_links
        ),
    )
    return {
        payment.payment_id: _moved(
            Evidence(
                reference=references[payment.payment_id],
                through_link=payment.through_link,
                renews=bool(payment.first_payment_id),
                decided=decided.get(payment.payment_id),
                tagged=tagged.get((payment.livemode, references[payment.payment_id].link or "")),
                of_reference=issued.get((payment.livemode, payment.reference or ""), ()),
                of_codes=of_codes.get(payment.payment_id, ()),
                of_payment_link=payment_links.get(payment.plink_id, UNKNOWN_PAYMENT_LINK).links,
                success_utm=success[payment.payment_id],
                arrival_utm=arrivals.get(payment.origin_session_id, Utm()),
            ),
            payment_links.get(payment.plink_id, UNKNOWN_PAYMENT_LINK),
            moves,
            made[payment.payment_id],
        )
        for payment in payments
    }


def _moved(
    evidence: Evidence, payment_link: PaymentLinkSeen, moves: Moves, at: datetime
) -> Evidence:
    """The evidence with each link in the campaign that it was in at that moment."""
    campaign = moves.campaign_of(payment_link.id, at, payment_link.campaign)
    if not moves.by_line:
        return replace(evidence, campaign_of_payment_link=campaign)
    decided, tagged = evidence.decided, evidence.tagged
    return replace(
        evidence,
        decided=decided and replace(decided, link=moves.seen(decided.link, at)),
        tagged=tagged and moves.seen(tagged, at),
        of_reference=[moves.seen(link, at) for link in evidence.of_reference],
        of_codes=[moves.seen(link, at) for link in evidence.of_codes],
        of_payment_link=[moves.seen(link, at) for link in evidence.of_payment_link],
        campaign_of_payment_link=campaign,
    )


def _moments(payments: Sequence[PaymentSeen], moves: Moves) -> dict[str, datetime]:
    """When each payment was made; a renewal follows the payment that began its subscription."""
    made = {payment.payment_id: payment.created_at for payment in payments}
    renewals = {one.payment_id: one.first_payment_id for one in payments if one.first_payment_id}
    if renewals and (moves.by_line or moves.moments):
        rows = Conversion.objects.filter(payment_id__in=set(renewals.values()) - set(made))
        known = {**dict(rows.values_list("payment_id", "created_at")), **made}
        made.update({one: known.get(first, made[one]) for one, first in renewals.items()})
    return made


def _success_codes(payment: PaymentSeen, payment_links: Mapping[str, PaymentLinkSeen]) -> Utm:
    payment_link = payment_links.get(payment.plink_id, UNKNOWN_PAYMENT_LINK)
    return codes_of_the_buyer(payment.success_url, payment_link.redirect_url)


def codes_brought(payment: Conversion) -> Utm:
    """The codes that came with the buyer, in the redirect or else on the way back; no link's own."""
    payment_link = PaymentLink.objects.filter(stripe_id=payment.plink_id or None).first()
    redirect = payment_link.redirect_url if payment_link else None
    codes = codes_of_the_buyer(payment.success_url, redirect)
    if codes != Utm() or not payment.origin_session_id:
        return codes
    return _arrivals([payment.origin_session_id]).get(payment.origin_session_id, Utm())


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


def _links_of_codes(
    payments: Sequence[PaymentSeen],
    payment_links: Mapping[str, PaymentLinkSeen],
    success: Mapping[str, Utm],
    arrivals: Mapping[str, Utm],
) -> dict[str, list[LinkSeen]]:
    """Saved links with the codes that the buyer brought: in the redirect, else on the way back."""
    wanted = {}
    for payment in payments:
        codes = success[payment.payment_id]
        if codes == Utm():
            codes = arrivals.get(payment.origin_session_id, Utm())
        payment_link = payment_links.get(payment.plink_id)
        if payment_link and codes != Utm():
            wanted[payment.payment_id] = (payment_link, codes)
    return saved_links.by_codes(wanted)


class Decision(NamedTuple):
    """A decision's key, which tells the later of two; the link that it set, when and why."""

    key: int
    link_line: int | None
    at: datetime
    reason: str


LATEST_DECISIONS = """
SELECT DISTINCT ON (payment_id) payment_id, id, link_line, at, reason
FROM campaigns_attributiondecision
WHERE payment_id = ANY(%s)
ORDER BY payment_id, id DESC
"""


def _decisions(payments: Sequence[PaymentSeen]) -> dict[str, Decided]:
    """The decision that stands for each payment: its own, else that of its first payment.

    The last decision under any id of the payment counts; one that was undone leaves the payment
    to its first payment, and that to the rules. The codes are those of the link when it was set.
    """
    own = {payment.payment_id: {payment.payment_id, *payment.aliases} for payment in payments}
    first = _ids_of_first_payments(payments)
    asked = {id for ids in (*own.values(), *first.values()) for id in ids}
    latest = {
        payment_id: Decision(*columns)
        for payment_id, *columns in direct.rows_of_lists(LATEST_DECISIONS, [list(asked)])
    }
    standing = {}
    for payment_id, ids in own.items():
        decision = _standing(latest, ids) or _standing(latest, first.get(payment_id, set()))
        if decision is not None and decision.link_line is not None:
            standing[payment_id] = (decision.link_line, decision.at, decision.reason)
    links = saved_links.as_it_was((line, at) for line, at, _ in standing.values())
    return {
        payment_id: Decided(links[line, at], reason)
        for payment_id, (line, at, reason) in standing.items()
        if (line, at) in links
    }


def _standing(latest: Mapping[str, Decision], ids: set[str]) -> Decision | None:
    """The last decision under these ids, or None where there is none or it was undone."""
    last = max((latest[id] for id in ids if id in latest), default=None)
    return last if last is not None and last.link_line is not None else None


def _ids_of_first_payments(payments: Sequence[PaymentSeen]) -> dict[str, set[str]]:
    """For each renewal, every id of the payment that began its subscription."""
    wanted = {one.payment_id: one.first_payment_id for one in payments if one.first_payment_id}
    if not wanted:
        return {}
    rows = Conversion.objects.filter(payment_id__in=set(wanted.values()))
    aliases = dict(rows.values_list("payment_id", "aliases"))
    aliases.update({one.payment_id: list(one.aliases) for one in payments})
    return {renewal: {first, *aliases.get(first, [])} for renewal, first in wanted.items()}


def tables_of_conversions() -> list[str]:
    """The tables that are derived from payments and evidence, for who compares a rebuild."""
    return [Conversion._meta.db_table, Movement._meta.db_table]
