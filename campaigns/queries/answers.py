"""What rules and people have said about a payment's link, oldest first, and the link as it is now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from campaigns.models import Attribution, AttributionDecision, Campaign, PaymentLink, TrackedLink


@dataclass(frozen=True)
class LinkShown:
    """The current version of a link."""

    line: int
    name: str
    url: str
    reference: str


@dataclass(frozen=True)
class AnswerGiven:
    """One answer of the rules; `link` is its name, "" where it names none."""

    grade: str
    link: str
    reasons: tuple[str, ...]
    at: datetime


@dataclass(frozen=True)
class DecisionTaken:
    """What a person did: assigned the payment to `link`, or (link "") took that back."""

    link: str
    reason: str
    by: str
    at: datetime

    @property
    def is_undone(self) -> bool:
        return not self.link


def link_shown(line: int | None) -> LinkShown | None:
    """The current version of this link; None where the payment names none."""
    row = TrackedLink.objects.filter(line=line, superseded_at=None).first() if line else None
    return LinkShown(row.line, str(row), row.url, row.client_reference_id) if row else None


def payment_link_shown(plink_id: str) -> PaymentLink | None:
    """Stripe's payment link as we know it; None while only its id is known."""
    return PaymentLink.objects.filter(stripe_id=plink_id).first() if plink_id else None


def campaign_code(campaign_id: int | None) -> str | None:
    campaign = Campaign.objects.filter(pk=campaign_id).first() if campaign_id else None
    return campaign.code if campaign else None


def answers_about(known_as: Sequence[str]) -> list[AnswerGiven]:
    """The answers about a payment, given all ids by which it has been known."""
    rows = list(Attribution.objects.filter(payment_id__in=known_as).order_by("decided_at", "pk"))
    names = _names({row.link_line for row in rows})
    return [
        AnswerGiven(row.grade, names.get(row.link_line, ""), tuple(row.reasons), row.decided_at)
        for row in rows
    ]


def decisions_about(known_as: Sequence[str]) -> list[DecisionTaken]:
    """What people decided about a payment, given all ids by which it has been known."""
    decided = AttributionDecision.objects.filter(payment_id__in=known_as)
    rows = list(decided.select_related("by").order_by("pk"))
    names = _names({row.link_line for row in rows})
    return [
        DecisionTaken(names.get(row.link_line, ""), row.reason, str(row.by), row.at) for row in rows
    ]


def _names(lines: set[int | None]) -> dict[int | None, str]:
    """The current name of each of these links."""
    named = [line for line in lines if line is not None]
    rows = TrackedLink.objects.filter(line__in=named, superseded_at=None)
    return {row.line: str(row) for row in rows}
