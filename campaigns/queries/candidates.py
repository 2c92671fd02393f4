"""Links that a payment without one may have come from, and the link that a person names."""

from collections.abc import Iterator

from django.db import connection
from django.utils.timezone import localtime

from campaigns.core.candidates import MOST, Candidate, LinkFound, candidates
from campaigns.core.payment_url import NotAPaymentLink, take_apart
from campaigns.core.typing_errors import LONGEST, neighbours, tags_meant
from campaigns.models import Conversion, PaymentLink, TrackedLink


def candidates_for(payment: Conversion) -> tuple[Candidate, ...]:
    """The likeliest links, best first; in at most four queries, whatever the number of links."""
    return candidates(
        [
            *_by_tag(payment),
            *_by_reference(payment),
            *_by_campaign_code(payment),
            *_on_the_payment_link(payment),
        ]
    )


def _by_tag(payment: Conversion) -> Iterator[LinkFound]:
    tags = tags_meant(payment.reference or "")
    if tags:
        rows = TrackedLink.objects.filter(livemode=payment.livemode, tag__in=tags)
        for row in rows.order_by("line", "pk")[:MOST]:
            yield LinkFound(row.line, str(row), "tag", row.tag)


def _by_reference(payment: Conversion) -> Iterator[LinkFound]:
    reference = payment.reference or ""
    if 1 < len(reference) <= LONGEST:
        rows = TrackedLink.objects.filter(
            livemode=payment.livemode, client_reference_id__in=neighbours(reference)
        )
        for row in rows.order_by("line", "pk")[:MOST]:
            yield LinkFound(row.line, str(row), "reference", row.client_reference_id)


def _by_campaign_code(payment: Conversion) -> Iterator[LinkFound]:
    code = payment.utm_campaign
    if code:
        rows = TrackedLink.objects.filter(
            livemode=payment.livemode, utm_campaign=code, superseded_at=None
        )
        for row in rows.order_by("-issued_at", "pk")[:MOST]:
            yield LinkFound(row.line, str(row), "campaign", code)


ON_THE_PAYMENT_LINK = """
SELECT link.line, link.name, last.paid_at
FROM campaigns_paymentlink payment_link
JOIN campaigns_trackedlink link
    ON link.payment_link_id = payment_link.id AND link.superseded_at IS NULL
LEFT JOIN LATERAL (
    SELECT paid_at FROM campaigns_conversion
    WHERE link_line = link.line AND paid_at IS NOT NULL
    ORDER BY created_at DESC LIMIT 1
) last ON true
WHERE payment_link.stripe_id = %s AND link.livemode = %s
ORDER BY last.paid_at DESC NULLS LAST, link.line DESC
LIMIT %s
"""


def _on_the_payment_link(payment: Conversion) -> Iterator[LinkFound]:
    """The most recently paid first: a link that sells is likelier than one that never did."""
    if not payment.plink_id:
        return
    with connection.cursor() as cursor:
        cursor.execute(ON_THE_PAYMENT_LINK, [payment.plink_id, payment.livemode, MOST])
        for line, name, paid_at in cursor.fetchall():
            paid_on = localtime(paid_at).date() if paid_at else None
            yield LinkFound(line, name or f"link {line}", "payment link", last_paid_on=paid_on)


def links_named(typed: str, *, livemode: bool) -> list[int]:
    """The lines that a person may mean by a link's number, tag, address or name; two at most."""
    links = TrackedLink.objects.filter(livemode=livemode)
    if typed.isascii() and typed.isdigit() and len(typed) <= 18:
        found = links.filter(line=int(typed)) | links.filter(tag=typed)
    elif "/" in typed:
        found = links.filter(payment_link__url=_base(typed), url=typed)
    else:
        found = links.filter(tag=typed) | links.filter(name=typed, superseded_at=None)
    return list(found.order_by("line").values_list("line", flat=True).distinct()[:2])


def other_payment_link(line: int, plink_id: str) -> str:
    """The sentence that warns where the link is on another payment link than the payment's, or ""."""
    own = PaymentLink.objects.filter(stripe_id=plink_id or None).first()
    if own is None:
        return ""
    versions = TrackedLink.objects.filter(line=line, livemode=own.livemode)
    rows = versions.select_related("payment_link").order_by("-version")
    others = [one for one in rows if one.payment_link_id != own.pk]
    if not others or len(others) < len(rows):
        return ""
    return (
        f"“{others[0]}” is on the payment link {others[0].payment_link}, and this payment came "
        f"through {own}. Where that is right all the same, set the link once more."
    )


def _base(url: str) -> str:
    try:
        return take_apart(url).base
    except NotAPaymentLink:
        return ""
