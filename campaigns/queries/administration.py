"""What the administration shows of links and payments beside their own columns."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, Min, OuterRef, Q

from campaigns.models import Conversion, TrackedLink
from campaigns.queries.link_filters import PAID, with_a_warning

MOST_WARNED = 1_000


@dataclass(frozen=True)
class Earned:
    """How often a link was paid through, and when first; nothing where it never was."""

    payments: int = 0
    first_paid_at: datetime | None = None


def earned_by_line(lines: Iterable[int]) -> dict[int, Earned]:
    rows = (
        Conversion.objects.filter(link_line__in=list(lines), state__in=PAID)
        .values("link_line")
        .annotate(payments=Count("pk"), first=Min("paid_at"))
        .order_by("link_line")
    )
    return {row["link_line"] or 0: Earned(row["payments"], row["first"]) for row in rows}


@dataclass(frozen=True)
class LinkNamed:
    """A link as its current version stands for it."""

    pk: int
    name: str


def names_and_pages(lines: Iterable[int | None]) -> dict[int | None, LinkNamed]:
    wanted = {line for line in lines if line is not None}
    links = TrackedLink.objects.filter(line__in=wanted, superseded_at=None)
    rows = links.values_list("line", "pk", "name") if wanted else ()
    return {line: LinkNamed(pk, name or f"link {line}") for line, pk, name in rows}


def links_by_campaign(ids: Iterable[int]) -> dict[int, int]:
    return _links_by("campaign_id", ids)


def links_by_payment_link(ids: Iterable[int]) -> dict[int, int]:
    return _links_by("payment_link_id", ids)


def _links_by(column: str, ids: Iterable[int]) -> dict[int, int]:
    links = TrackedLink.objects.filter(**{f"{column}__in": list(ids)}, superseded_at=None)
    rows = links.values(column).annotate(links=Count("pk")).order_by(column)
    return {row[column]: row["links"] for row in rows}


def payments_by_grade(*, livemode: bool, since: datetime) -> dict[str, int]:
    """How many payments of each grade were made since then."""
    rows = Conversion.objects.filter(livemode=livemode, created_at__gte=since)
    counted: dict[str, int] = defaultdict(int)
    for grade, number in rows.values_list("grade").annotate(Count("pk")).order_by("grade"):
        counted[grade] = number
    return dict(counted)


def unused() -> Q:
    """Payment links that no link of ours leads to."""
    return ~Q(Exists(TrackedLink.objects.filter(payment_link=OuterRef("pk"), superseded_at=None)))


def without_links() -> Q:
    """Campaigns that have no link."""
    return ~Q(Exists(TrackedLink.objects.filter(campaign=OuterRef("pk"), superseded_at=None)))


def with_warning() -> Q:
    """Links in use that the list of links would warn of."""
    return with_a_warning() & Q(superseded_at=None, archived_at=None)


def links_with_warning(*, livemode: bool) -> int:
    """Counted no further than anybody would read."""
    links = TrackedLink.objects.filter(with_warning(), livemode=livemode)
    return links.order_by()[:MOST_WARNED].count()
