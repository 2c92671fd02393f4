"""Changes of evidence that wait, and which payments each may be about."""

from django.db.models import Q

from campaigns.models import Conversion, EvidenceChange, TrackedLink


def waiting() -> int:
    """How many changes of evidence the worker has still to work off."""
    return EvidenceChange.objects.count()


def payment_ids(kind: str, key: str, *, after: str, limit: int) -> list[str]:
    """The next ids, in order, beyond `after`."""
    rows = Conversion.objects.filter(_touched(kind, key), payment_id__gt=after)
    return list(rows.order_by("payment_id").values_list("payment_id", flat=True)[:limit])


def _touched(kind: str, key: str) -> Q:
    if kind == EvidenceChange.Kind.ARRIVAL:
        return Q(origin_session_id=key)
    if kind == EvidenceChange.Kind.PAYMENT_LINK:
        return Q(plink_id=key)
    if kind == EvidenceChange.Kind.DECISION:
        return Q(payment_id=key) | Q(first_payment_id=key)
    return _touched_by_link(int(key))


def _touched_by_link(line: int) -> Q:
    """Payments on its payment link, or that name it by a tag or by a reference, of any version."""
    versions = list(TrackedLink.objects.filter(line=line).select_related("payment_link"))
    livemode = any(version.livemode for version in versions)
    plinks = {version.payment_link.stripe_id for version in versions} - {None}
    references = {version.client_reference_id for version in versions} - {""}
    return Q(livemode=livemode) & (
        Q(plink_id__in=plinks)
        | Q(reference_tag__in=[version.tag for version in versions])
        | Q(reference__in=references)
    )
