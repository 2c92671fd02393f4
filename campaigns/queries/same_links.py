"""Saved links that have what a new one would have: looked up for any number of them at once."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import orjson

from campaigns.core.adoption import Address, Adoption, address_in
from campaigns.core.link_draft import LinkDraft, Shape, shape_of
from campaigns.core.payment_url import PaymentUrl
from campaigns.core.url_parameters import UTM_NAMES
from campaigns.core.wanted_link import WantedLink
from linktracker.lib import direct


@dataclass(frozen=True, slots=True)
class Saved:
    """One version of a saved link."""

    line: int
    tag: str
    url: str
    name: str
    livemode: bool
    reference_mode: str
    is_current: bool


# The expression is that of the index links_by_evidence.
SAVED = """
SELECT link.line, link.tag, link.url, link.name, link.livemode,
       link.reference_mode, link.superseded_at IS NULL
FROM json_to_recordset(%s::json) AS wanted(base text, evidence text)
JOIN campaigns_paymentlink payment_link ON payment_link.url = wanted.base
JOIN campaigns_trackedlink link ON link.payment_link_id = payment_link.id AND md5(
    link.utm_source || '|' || link.utm_medium || '|' || link.utm_campaign || '|' || link.utm_term
    || '|' || link.utm_content || '|' || link.own_reference) = wanted.evidence
ORDER BY link.line, link.version DESC
"""


def by_shape(drafts: Iterable[LinkDraft]) -> dict[Shape, Saved]:
    """Current links that one of these drafts may be a second copy of; the oldest of each shape."""
    found: dict[Shape, Saved] = {}
    for link in _with_the_evidence_of(drafts):
        if link.is_current:
            found.setdefault(shape_of(link.reference_mode, link.url, link.tag), link)
    return found


class KnownLinks:
    """What URLs in use may be second copies of: links by their tag, and by their address."""

    def __init__(self, tagged: dict[str, Saved], at_address: dict[Address, Saved]) -> None:
        self._tagged = tagged
        self._at_address = at_address

    def find(self, adoption: Adoption) -> Saved | None:
        """The link whose tag the URL carries, else the oldest that has its address."""
        tagged = self._tagged.get(adoption.reference.link or "")
        if tagged is not None and tagged.livemode == adoption.livemode:
            return tagged
        return self._at_address.get(adoption.address)

    def refusal(self, adoption: Adoption) -> str:
        """Why a URL that is no second copy cannot be saved: no link would get its payments."""
        tagged = self._tagged.get(adoption.reference.link or "")
        if tagged is None or tagged.livemode == adoption.livemode:
            return ""
        its, other = ("live", "test") if adoption.livemode else ("test", "live")
        return (
            f"This {its} link carries the tag of the {other} link “{tagged.name}”, so its payments "
            "would count for no link. Make a link of its own in the builder, and use that address."
        )

    def tag_to_take_over(self, adoption: Adoption) -> str | None:
        """The tag that the URL carries, where no link has it: its payments bring that one."""
        tag = adoption.reference.link
        return None if tag in self._tagged else tag

    def add(self, adoption: Adoption, link: Saved) -> None:
        self._tagged[link.tag] = link
        self._at_address[adoption.address] = link


def known(adoptions: Sequence[Adoption]) -> KnownLinks:
    """Every link, in any version, that one of these URLs may belong to."""
    at_address: dict[Address, Saved] = {}
    for link in _with_the_evidence_of(adoptions):
        at_address.setdefault(address_in(link.url), link)
    tags = {one.reference.link for one in adoptions if one.reference.link}
    return KnownLinks(by_tag(tags), at_address)


def _with_the_evidence_of(wanted: Iterable[WantedLink]) -> list[Saved]:
    """All versions of links with the payment link, codes and own reference of one of these."""
    keys = sorted({_key(one) for one in wanted})
    rows = [{"base": base, "evidence": evidence} for base, evidence in keys]
    if not rows:
        return []
    return [Saved(*row) for row in direct.rows(SAVED, [orjson.dumps(rows).decode()])]


def _key(wanted: WantedLink) -> tuple[str, str]:
    parts = [*(wanted.codes.get(name, "") for name in UTM_NAMES), wanted.own_reference]
    digest = hashlib.md5("|".join(parts).encode(), usedforsecurity=False)
    return wanted.base, digest.hexdigest()


TAGGED = """
SELECT line, tag, url, name, livemode, reference_mode, superseded_at IS NULL
FROM campaigns_trackedlink WHERE tag = ANY(%s) ORDER BY tag
"""


def by_tag(tags: Collection[str]) -> dict[str, Saved]:
    """The version that has each of these tags, of either mode: a tag is never given twice."""
    if not tags:
        return {}
    return {row[1]: Saved(*row) for row in direct.rows(TAGGED, [sorted(tags)])}


# The character after / is 0; these operators are those of the index on the address.
KNOWN_HOSTS = """
SELECT host FROM unnest(%s::text[]) AS asked(host) WHERE EXISTS (
    SELECT FROM campaigns_paymentlink
    WHERE stripe_id IS NOT NULL
    AND url ~>=~ ('https://' || host || '/') AND url ~<~ ('https://' || host || '0')
)
"""


def strangers(urls: Iterable[PaymentUrl]) -> dict[str, str]:
    """Why hosts are not taken for the company's own: no payment link of Stripe's is known on them."""
    hosts = sorted({url.host for url in urls if not url.is_stripe_host})
    if not hosts:
        return {}
    known = {host for (host,) in direct.rows(KNOWN_HOSTS, [hosts])}
    return {host: _unknown(host) for host in hosts if host not in known}


def _unknown(host: str) -> str:
    return (
        f"{host} is not a host of Stripe, and no payment link on it is known yet. Once Stripe has "
        "told us of one (create or change a payment link there), links on it can be saved; until "
        "then use the payment link's buy.stripe.com address."
    )
