"""Tracked links: the list with its search, one link with its versions, what each received."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet, Sum

from campaigns.core.link_search import LinkSearch
from campaigns.models import Conversion, PaymentLink, TrackedLink
from campaigns.queries.named_links import named
from linktracker.lib.paging import Page, page_of

NEWEST_FIRST: Final = ("-issued_at", "-pk")
PAID: Final = (
    Conversion.State.PAID,
    Conversion.State.PARTLY_REFUNDED,
    Conversion.State.REFUNDED,
)
LATEST_PAYMENTS: Final = 20


@dataclass(frozen=True)
class Received:
    """What one link brought in one currency: paid payments, refunds, and what stayed (minor units)."""

    currency: str
    payments: int
    refunded: int
    received: int


@dataclass(frozen=True)
class ListedLink:
    """A row of the list: the link's current version, and what all its versions received."""

    link: TrackedLink
    received: tuple[Received, ...]

    @property
    def payments(self) -> int:
        return sum(one.payments for one in self.received)


@dataclass(frozen=True)
class Counted:
    links: int
    payment_links: int


def found(search: LinkSearch, *, livemode: bool) -> QuerySet[TrackedLink]:
    """The current version of every link that fits; an older version's tag or code finds it too."""
    links = TrackedLink.objects.filter(livemode=livemode, superseded_at=None)
    if search.words:
        versions = TrackedLink.objects.filter(named(search), livemode=livemode)
        links = links.filter(line__in=versions.values("line"))
    if search.payment_link is not None:
        links = links.filter(payment_link=search.payment_link)
    return links.filter(**search.codes).select_related("payment_link")


def page(search: LinkSearch, *, livemode: bool, cursor: str) -> Page[TrackedLink]:
    """Fifty links after the cursor; a cursor that is none begins at the top."""
    links = found(search, livemode=livemode)
    try:
        return page_of(links, order=NEWEST_FIRST, cursor=cursor)
    except (ValidationError, TypeError, ValueError):
        return page_of(links, order=NEWEST_FIRST, cursor="")


def counted(search: LinkSearch, *, livemode: bool) -> Counted:
    numbers = found(search, livemode=livemode).aggregate(
        links=Count("pk"), payment_links=Count("payment_link", distinct=True)
    )
    return Counted(**numbers)


def with_received(links: Iterable[TrackedLink]) -> list[ListedLink]:
    links = list(links)
    received = received_by_line([link.line for link in links])
    return [ListedLink(link, received.get(link.line, ())) for link in links]


def all_with_received(search: LinkSearch, *, livemode: bool) -> Iterator[ListedLink]:
    """Every link that fits, newest first, in two queries; links are read while they are used."""
    links = found(search, livemode=livemode)
    received = _received(Conversion.objects.filter(link_line__in=links.values("line")))
    for link in links.select_related("issued_by").order_by(*NEWEST_FIRST).iterator():
        yield ListedLink(link, received.get(link.line, ()))


def received_by_line(lines: Iterable[int]) -> dict[int, tuple[Received, ...]]:
    """What each link received, one entry a currency, the most used currency first."""
    return _received(Conversion.objects.filter(link_line__in=list(lines)))


def _received(payments: QuerySet[Conversion]) -> dict[int, tuple[Received, ...]]:
    rows = (
        payments.filter(state__in=PAID)
        .values("link_line", "currency")
        .annotate(payments=Count("pk"), back=Sum("refunded"), kept=Sum("received"))
        .order_by("link_line", "-payments", "currency")
    )
    found: dict[int, list[Received]] = defaultdict(list)
    for row in rows:
        one = Received(row["currency"], row["payments"], row["back"], row["kept"])
        found[row["link_line"] or 0].append(one)
    return {line: tuple(each) for line, each in found.items()}


def payment_link(key: int | None, *, livemode: bool) -> PaymentLink | None:
    """The payment link that a search is limited to."""
    if key is None:
        return None
    return PaymentLink.objects.filter(pk=key, livemode=livemode).first()


def versions(line: int, *, livemode: bool) -> list[TrackedLink]:
    """All versions of one link, the current one first; none where there is no such link."""
    rows = TrackedLink.objects.filter(line=line, livemode=livemode)
    return list(rows.select_related("payment_link", "issued_by", "campaign").order_by("-version"))


def current(line: int, *, livemode: bool) -> TrackedLink | None:
    rows = TrackedLink.objects.filter(line=line, livemode=livemode, superseded_at=None)
    return rows.select_related("payment_link").first()


def latest_payments(line: int, *, livemode: bool) -> list[Conversion]:
    """The newest payments that were attributed to this link, in any state; without buyer data."""
    rows = Conversion.objects.filter(link_line=line, livemode=livemode)
    return list(rows.order_by("-created_at", "payment_id")[:LATEST_PAYMENTS])
