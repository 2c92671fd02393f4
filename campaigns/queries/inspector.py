"""What is known about the addresses of a text: whether each is saved, may be saved, and how it fares."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q

from campaigns.core.adoption import Adoption
from campaigns.core.inspection import Finding, Inspection
from campaigns.core.link_advice import advice
from campaigns.core.payment_url import take_apart
from campaigns.core.url_parameters import Verdict
from campaigns.models import Campaign, Conversion, PaymentLink, TrackedLink
from campaigns.queries import same_links
from campaigns.queries.same_links import Saved

MOST_CAMPAIGNS = 500


@dataclass(frozen=True)
class Explained:
    """One address: its verdicts, the link that has it, or what stops it from being saved."""

    inspection: Inspection
    copies: int
    adoption: Adoption | None = None
    saved: Saved | None = None
    archived_at: datetime | None = None
    problem: str = ""
    notes: tuple[str, ...] = ()
    payment_link: PaymentLink | None = None

    @property
    def lost(self) -> tuple[Verdict, ...]:
        """What will not arrive: values that Stripe drops, and names that are nearly a parameter's."""
        return tuple(each for each in self.inspection.parameters if _is_lost(each))

    @property
    def kept(self) -> tuple[Verdict, ...]:
        return tuple(each for each in self.inspection.parameters if each.verdict == "kept")

    @property
    def ignored(self) -> tuple[Verdict, ...]:
        return tuple(
            each
            for each in self.inspection.parameters
            if each.verdict == "ignored" and not _is_lost(each)
        )

    @property
    def is_new(self) -> bool:
        return not self.problem and self.saved is None

    @property
    def needs_correction(self) -> bool:
        return bool(self.lost)


def _is_lost(verdict: Verdict) -> bool:
    return verdict.verdict == "dropped" or (
        verdict.verdict == "ignored" and bool(verdict.suggestion)
    )


@dataclass(frozen=True)
class Named:
    """An id of Stripe's, and the payment or the payment link that it leads to, where we know it."""

    id: str
    payment: Conversion | None = None
    payment_link: PaymentLink | None = None

    @property
    def is_payment(self) -> bool:
        return not self.id.startswith("plink_")


@dataclass(frozen=True)
class Counted:
    """How the addresses of a text fare."""

    whole: int
    losing: int
    no_payment_links: int
    saved: int
    new: int
    refused: int


def explained(findings: Sequence[Finding]) -> list[Explained]:
    """Each finding with what is known about it; a fixed number of queries."""
    adoptions = {
        finding.inspection.url: Adoption(take_apart(finding.inspection.url), finding.inspection.url)
        for finding in findings
        if finding.inspection.is_payment_link
    }
    known = same_links.known(list(adoptions.values()))
    strangers = same_links.strangers(one.payment_url for one in adoptions.values())
    payment_links = {
        row.url: row
        for row in PaymentLink.objects.filter(url__in={one.base for one in adoptions.values()})
    }
    told = [
        _explained(finding, adoptions.get(finding.inspection.url), known, strangers, payment_links)
        for finding in findings
    ]
    archived = _archived({one.saved.line for one in told if one.saved})
    return [
        replace(one, archived_at=archived.get(one.saved.line)) if one.saved else one for one in told
    ]


def _archived(lines: Collection[int]) -> dict[int, datetime | None]:
    """Those of these links that are archived, and since when."""
    links = TrackedLink.objects.filter(line__in=lines, superseded_at=None)
    return dict(links.exclude(archived_at=None).values_list("line", "archived_at"))


def _explained(
    finding: Finding,
    adoption: Adoption | None,
    known: same_links.KnownLinks,
    strangers: dict[str, str],
    payment_links: dict[str, PaymentLink],
) -> Explained:
    if adoption is None:
        problem = finding.inspection.problem or ""
        return Explained(finding.inspection, finding.copies, problem=problem)
    payment_link = payment_links.get(adoption.base)
    saved = known.find(adoption)
    refusal = "" if saved else known.refusal(adoption)
    return Explained(
        finding.inspection,
        finding.copies,
        adoption=adoption,
        saved=saved,
        problem=adoption.problem or strangers.get(adoption.payment_url.host, "") or refusal,
        notes=advice(payment_link.told if payment_link else None, adoption.kept),
        payment_link=payment_link,
    )


def counted(found: Sequence[Explained]) -> Counted:
    links = [one for one in found if one.inspection.is_payment_link]
    losing = sum(bool(one.lost) for one in links)
    return Counted(
        whole=len(links) - losing,
        losing=losing,
        no_payment_links=len(found) - len(links),
        saved=sum(one.saved is not None for one in links),
        new=sum(one.is_new for one in links),
        refused=sum(bool(one.problem) for one in found),
    )


def named(ids: Sequence[str]) -> list[Named]:
    """What each id leads to; ids of payments may be those of their Checkout Sessions."""
    payments: dict[str, Conversion] = {}
    for row in Conversion.objects.filter(Q(pk__in=ids) | Q(session_id__in=ids)) if ids else ():
        payments |= {row.pk: row, row.session_id: row}
    links = {row.stripe_id: row for row in PaymentLink.objects.filter(stripe_id__in=ids)}
    return [Named(id, payments.get(id), links.get(id)) for id in ids]


def campaigns(*, livemode: bool) -> list[Campaign]:
    """Campaigns to choose from, newest first."""
    rows = Campaign.objects.filter(livemode=livemode, archived_at=None)
    return list(rows.order_by("-created_at", "pk")[:MOST_CAMPAIGNS])
