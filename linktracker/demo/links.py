"""The tracked links that the demo's marketer has made, and how many visits each gets."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from campaigns.actions import links
from campaigns.core.link_draft import LinkDraft, ReferenceMode
from campaigns.core.payment_url import take_apart
from campaigns.models import TrackedLink
from linktracker.models import User
from linktracker.simulator.catalogue import CATALOGUE, LIVE_CATALOGUE, WITH_A_HITCH
from linktracker.simulator.errands import SimLink

WORKSHOP, COURSE, KIT, CONSULTING, SUPPORTER, US, JAPAN, UK, DONATION = CATALOGUE
LIVE_WORKSHOP, LIVE_KIT, _ = LIVE_CATALOGUE
OFF_SEASON, RECORDING = WITH_A_HITCH
ORDER_NUMBER = "{{order.number}}"


@dataclass(frozen=True)
class Made:
    """A link as the marketer types it: where it leads, its codes, and its share of the visits."""

    url: str
    source: str
    medium: str
    campaign: str
    share: float
    content: str = ""
    mode: ReferenceMode = "tag"
    reference: str = ""
    name: str = ""


MADE = (
    Made(WORKSHOP.url, "newsletter", "email", "autumn_launch", 22, content="header"),
    Made(WORKSHOP.url, "newsletter", "email", "autumn_launch", 9, content="footer"),
    Made(WORKSHOP.url, "linkedin", "social", "autumn_launch", 12),
    Made(WORKSHOP.url, "instagram", "social", "autumn_launch", 7),
    Made(WORKSHOP.url, "partner_acme", "referral", "partners", 8),
    Made(KIT.url, "flyer_qr", "print", "street_fair", 11, name="Street fair flyer"),
    Made(KIT.url, "google", "cpc", "always_on", 10, content="kit_exact"),
    Made(KIT.url, "instagram", "paid_social", "always_on", 6),
    Made(COURSE.url, "newsletter", "email", "course_preview", 5),
    Made(COURSE.url, "linkedin", "social", "course_preview", 4),
    Made(COURSE.url, "webinar", "event", "b2b_webinar", 4, content="slides"),
    Made(CONSULTING.url, "webinar", "event", "b2b_webinar", 3),
    Made(SUPPORTER.url, "website", "banner", "supporters", 4),
    Made(SUPPORTER.url, "newsletter", "email", "supporters", 3),
    Made(US.url, "google", "cpc", "us_autumn", 5),
    Made(US.url, "newsletter", "email", "us_autumn", 4),
    Made(JAPAN.url, "partner_tokyo", "referral", "handbook", 3),
    Made(UK.url, "newsletter", "email", "handbook", 4),
    Made(UK.url, "google", "cpc", "handbook", 3, mode="none"),
    Made(DONATION.url, "website", "footer", "scholarship", 3),
    Made(LIVE_WORKSHOP.url, "newsletter", "email", "opening", 6),
    Made(LIVE_WORKSHOP.url, "instagram", "social", "opening", 3),
    Made(LIVE_KIT.url, "flyer_qr", "print", "opening", 3),
)


# Of payment links that have a hitch, so that the pages have something to warn of; nobody uses them.
UNUSED = (
    Made(OFF_SEASON.url, "newsletter", "email", "spring_launch", 0),
    Made(RECORDING.url, "youtube", "video", "always_on", 0),
)


def make_links(by: User, at: datetime) -> Iterator[SimLink]:
    for made in MADE:
        issued = _issue(made, by, at)
        yield SimLink(issued.url, issued.name, made.share)
    for made in UNUSED:
        _issue(made, by, at)


def make_invoice_links(by: User, at: datetime) -> dict[str, str]:
    """The link in each product's invoice mail, by payment link; the mail tool fills in the order."""
    return {
        link.url: _issue(_invoice_mail(link.url, link.product), by, at).url
        for link in (WORKSHOP, KIT, US, UK, JAPAN)
    }


def _invoice_mail(url: str, product: str) -> Made:
    return Made(
        url=url,
        source="invoice",
        medium="email",
        campaign="invoices",
        share=0,
        mode="own and tag",
        reference=ORDER_NUMBER,
        name=f"Invoice e-mail, {product[0].lower()}{product[1:]}",
    )


def _issue(made: Made, by: User, at: datetime) -> TrackedLink:
    values = {
        "utm_source": made.source,
        "utm_medium": made.medium,
        "utm_campaign": made.campaign,
        "utm_content": made.content,
        "client_reference_id": made.reference,
    }
    draft = LinkDraft(take_apart(made.url), values, made.mode, made.name)
    return links.issue(draft=draft, by=by, at=at).link
