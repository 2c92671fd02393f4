"""The reasons to attribute a payment to a link: one function each, and the sentence it gives.

A rule answers only when it is sure by its own evidence; it never knows about the other rules.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

from campaigns.core.reference import Reference
from campaigns.core.url_parameters import Utm

RENEWS = "It renews a subscription, so the evidence is that of the subscription's first payment."


@dataclass(frozen=True)
class CampaignSeen:
    """A campaign: its key, and the code that figures count it under."""

    id: int
    code: str


@dataclass(frozen=True)
class LinkSeen:
    """A saved link as far as the rules look: its line (all versions), and one version's codes.

    `campaign` is that of the version's own code; `moved_to` the one that a person had put the link
    into by the time of the payment, and it outranks the code.
    """

    line: int
    utm: Utm
    campaign: int | None = None
    moved_to: CampaignSeen | None = None

    @property
    def label(self) -> str:
        """How sentences call it: by its codes, which never change, as its name may."""
        return " · ".join(self.utm.as_parameters().values()) or f"link {self.line}"


@dataclass(frozen=True)
class Decided:
    """What a person decided: the link, and the reason they gave."""

    link: LinkSeen
    reason: str


@dataclass(frozen=True)
class Answer:
    """What one rule says: the grade, the link if it names one, the codes, and the sentence."""

    grade: str
    rule: str
    reason: str
    line: int | None = None
    campaign: int | None = None
    utm: Utm = field(default_factory=Utm)
    moved_to: CampaignSeen | None = None


@dataclass(frozen=True)
class Evidence:
    """Everything that is known about where one payment came from.

    `of_reference` are the saved links that were issued with exactly this reference; `of_codes` those
    on the session's payment link with the same set of UTM codes as came with the buyer;
    `of_payment_link` those on the payment link. Of each, two are enough to show that it is not one.
    A payment that `renews` a subscription is judged by the evidence of its first payment.
    `success_utm` leaves out codes that the payment link's own redirect puts on every sale.
    """

    reference: Reference
    through_link: bool
    decided: Decided | None = None
    renews: bool = False
    tagged: LinkSeen | None = None
    of_reference: Collection[LinkSeen] = ()
    of_codes: Collection[LinkSeen] = ()
    of_payment_link: Collection[LinkSeen] = ()
    campaign_of_payment_link: CampaignSeen | None = None
    success_utm: Utm = field(default_factory=Utm)
    arrival_utm: Utm = field(default_factory=Utm)


def set_by_a_person(seen: Evidence) -> Answer | None:
    if seen.decided is None:
        return None
    link = seen.decided.link
    reason = f"A person assigned it to “{link.label}”: {seen.decided.reason}"
    return _to_link("M", "person", link, reason)


def tag_in_the_reference(seen: Evidence) -> Answer | None:
    if seen.tagged is None:
        return None
    reason = f"The reference carries the tag of “{seen.tagged.label}”, and its check is right."
    return _to_link("A", "tag", seen.tagged, reason)


def own_reference_of_one_link(seen: Evidence) -> Answer | None:
    link = _only_line(seen.of_reference)
    if link is None or not seen.reference.raw:
        return None
    reason = f"The reference {seen.reference.raw} was issued with “{link.label}” and no other link."
    return _to_link("A", "own reference", link, reason)


def payment_link_and_codes_of_one_link(seen: Evidence) -> Answer | None:
    """The same set of codes, wherever the buyer brought them, on the same payment link."""
    link = _only_line(seen.of_codes)
    if link is None:
        return None
    reason = f"“{link.label}” is the only saved link with this payment link and these UTM codes."
    return _to_link("B", "payment link and codes", link, reason)


def codes_of_a_return_visit(seen: Evidence) -> Answer | None:
    if seen.arrival_utm == Utm():
        return None
    named = _named(seen.arrival_utm)
    reason = f"The buyer's return visit brought the codes {named}."
    return Answer("B", "return visit", reason, utm=seen.arrival_utm)


def codes_in_the_success_url(seen: Evidence) -> Answer | None:
    if seen.success_utm == Utm():
        return None
    named = _named(seen.success_utm)
    reason = f"Stripe's redirect after this payment carried the codes {named}."
    return Answer("B", "success URL", reason, utm=seen.success_utm)


def payment_link_of_one_link(seen: Evidence) -> Answer | None:
    link = _only_line(seen.of_payment_link)
    if link is None:
        return None
    reason = f"“{link.label}” is the only saved link that uses this payment link."
    return _to_link("C", "payment link", link, reason)


def payment_link_of_one_campaign(seen: Evidence) -> Answer | None:
    campaign = seen.campaign_of_payment_link
    if campaign is None or _only_line(seen.of_payment_link) is not None:
        return None
    reason = f"All saved links that use this payment link belong to the campaign “{campaign.code}”."
    utm = Utm(campaign=campaign.code)
    return Answer("C", "payment link of a campaign", reason, campaign=campaign.id, utm=utm)


def why_unknown(seen: Evidence) -> tuple[str, ...]:
    """Say, for a payment that no rule could attribute, what was missing."""
    if not seen.through_link:
        return ("It did not come through a payment link.",)
    shared = (
        "Several saved links use its payment link, so it could be any of them."
        if seen.of_payment_link
        else "No saved link uses its payment link."
    )
    return (_about_the_reference(seen.reference), "No UTM codes came with it.", shared)


def _about_the_reference(reference: Reference) -> str:
    if reference.reading == "absent":
        return "No reference came with it."
    if reference.reading == "check failed":
        return f"The reference {reference.raw} looks like a link tag with a typing error."
    if reference.reading == "tagged":
        return f"The reference {reference.raw} carries a tag that no saved link has."
    return f"The reference {reference.raw} is not that of exactly one saved link."


def _to_link(grade: str, rule: str, link: LinkSeen, reason: str) -> Answer:
    campaign = link.moved_to.id if link.moved_to else link.campaign
    return Answer(grade, rule, reason, link.line, campaign, link.utm, link.moved_to)


def counts_for(campaign: CampaignSeen) -> str:
    """Say why the campaign is not the one that the link's own code names."""
    return f"It counts for the campaign “{campaign.code}”, which a person had put the link into."


def _only_line(links: Collection[LinkSeen]) -> LinkSeen | None:
    """The link that all of these are versions of, or None when they are several or none."""
    lines = {link.line for link in links}
    return next(iter(links)) if len(lines) == 1 else None


def _named(utm: Utm) -> str:
    return ", ".join(f"{name} {value}" for name, value in utm.as_parameters().items())
