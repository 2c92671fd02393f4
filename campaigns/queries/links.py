"""Tracked links: the list with its search, one link with its versions, what each received."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import ValidationError
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Lower

from campaigns.core import payment_link_warnings
from campaigns.core.link_search import LinkSearch, Sort
from campaigns.core.payment_link_warnings import PROMOTION_CODE, LinkWarning
from campaigns.core.url_parameters import UTM_NAMES
from campaigns.models import Conversion, PaymentLink, TrackedLink
from campaigns.queries import link_filters
from campaigns.queries.link_filters import PAID
from linktracker.lib.batches import batches
from linktracker.lib.paging import Page, page_of

NEWEST_FIRST: Final = ("-issued_at", "-pk")
ORDERS: Final[Mapping[Sort, tuple[str, ...]]] = {
    "newest": NEWEST_FIRST,
    "oldest": ("issued_at", "pk"),
    "name": ("sorted_name", "pk"),
}
LATEST_PAYMENTS: Final = 20
CHUNK: Final = 2000  # links that a download holds in memory at a time


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

    @property
    def warnings(self) -> tuple[LinkWarning, ...]:
        return warnings_of(self.link)


@dataclass(frozen=True)
class Counted:
    """Links that fit, and how many fit on either shelf; the payment links of a whole list."""

    links: int
    active: int
    archived: int
    payment_links: int | None = None

    @property
    def all(self) -> int:
        return self.active + self.archived


def page(search: LinkSearch, *, livemode: bool, cursor: str) -> Page[TrackedLink]:
    """Fifty links after the cursor; a cursor that is none begins at the top."""
    links = _rows(search, livemode=livemode)
    order = ORDERS[search.sort]
    try:
        return page_of(links, order=order, cursor=cursor)
    except (ValidationError, TypeError, ValueError):
        return page_of(links, order=order, cursor="")


def _rows(search: LinkSearch, *, livemode: bool) -> QuerySet[TrackedLink]:
    links = link_filters.found(search, livemode=livemode)
    named = links.annotate(sorted_name=Lower("name"))
    return named.select_related("payment_link", "owner", "campaign")


def counted(search: LinkSearch, *, livemode: bool) -> Counted:
    """Counts of everything that fits, not of one page."""
    both = link_filters.on_any_shelf(search, livemode=livemode)
    shelves = both.aggregate(  # by a column that the index has, and no link lacks
        active=Count("livemode", filter=Q(archived_at=None)),
        archived=Count("livemode", filter=Q(archived_at__isnull=False)),
    )
    wanted = {**shelves, "all": shelves["active"] + shelves["archived"]}[search.shelf]
    if search.asks_for_something:
        return Counted(wanted, **shelves)
    found = link_filters.found(search, livemode=livemode).filter(payment_link=OuterRef("pk"))
    return Counted(
        wanted, **shelves, payment_links=PaymentLink.objects.filter(Exists(found)).count()
    )


def warnings_of(link: TrackedLink) -> tuple[LinkWarning, ...]:
    """What may be wrong with a saved link, by what is known of its payment link."""
    return payment_link_warnings.warnings_of(link.payment_link.told, parameters_of(link))


def parameters_of(link: TrackedLink) -> dict[str, str]:
    """What a saved link sets that may call for a warning; of a promotion code, only that it does."""
    codes = {name: value for name in UTM_NAMES if (value := getattr(link, name))}
    return codes | ({PROMOTION_CODE: ""} if f"{PROMOTION_CODE}=" in link.url else {})


def with_received(links: Iterable[TrackedLink]) -> list[ListedLink]:
    links = list(links)
    received = received_by_line([link.line for link in links])
    return [ListedLink(link, received.get(link.line, ())) for link in links]


def all_with_received(search: LinkSearch, *, livemode: bool) -> Iterator[ListedLink]:
    """Every link that fits, in the order of the list, read a chunk at a time while they are used.

    Links share their payment links, campaigns and people, which are read once a chunk.
    """
    links = _rows(search, livemode=livemode).select_related(None).order_by(*ORDERS[search.sort])
    links = links.prefetch_related("payment_link", "owner", "campaign", "issued_by")
    for some in batches(links.iterator(chunk_size=CHUNK), CHUNK):
        yield from with_received(some)


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
    known = rows.select_related("payment_link", "issued_by", "campaign", "owner")
    return list(known.order_by("-version"))


def current(line: int, *, livemode: bool) -> TrackedLink | None:
    rows = TrackedLink.objects.filter(line=line, livemode=livemode, superseded_at=None)
    return rows.select_related("payment_link").first()


def latest_payments(line: int, *, livemode: bool) -> list[Conversion]:
    """The newest payments that were attributed to this link, in any state; without buyer data."""
    rows = Conversion.objects.filter(link_line=line, livemode=livemode)
    return list(rows.order_by("-created_at", "payment_id")[:LATEST_PAYMENTS])
