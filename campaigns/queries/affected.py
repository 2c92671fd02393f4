"""Changes of evidence that wait, and which payments each may be about."""

from collections.abc import Collection
from datetime import datetime

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
    if kind == EvidenceChange.Kind.LINKS:
        return _touched_by_links(key)
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


def lines_key(livemode: bool, lines: Collection[int], *, since: datetime | None = None) -> str:
    """How a change names links that were saved, or moved, at once.

    Their mode, the first and the last line; and where payments before a moment keep their answer,
    that moment.
    """
    key = f"{'live' if livemode else 'test'}:{min(lines)}-{max(lines)}"
    return f"{key}@{since.isoformat()}" if since else key


def _touched_by_links(key: str) -> Q:
    """The same of all links of a mode between two lines; each payment comes once."""
    links, _, since = key.partition("@")
    mode, _, lines = links.partition(":")
    first, _, last = lines.partition("-")
    livemode = mode == "live"
    versions = TrackedLink.objects.filter(livemode=livemode, line__range=(int(first), int(last)))
    plinks = versions.exclude(payment_link__stripe_id=None).values("payment_link__stripe_id")
    references = versions.exclude(client_reference_id="").values("client_reference_id")
    late = Q(created_at__gte=datetime.fromisoformat(since)) if since else Q()
    return (
        late
        & Q(livemode=livemode)
        & (
            Q(plink_id__in=plinks)
            | Q(reference_tag__in=versions.values("tag"))
            | Q(reference__in=references)
        )
    )
