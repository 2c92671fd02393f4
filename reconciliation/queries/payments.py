"""The Payments list: which rows a filter means, how many and how much they are, and as a table."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Collate, Lower
from django.db.models.lookups import StartsWith

from campaigns.core.url_parameters import UTM_NAMES
from campaigns.models import Conversion, TrackedLink
from linktracker.lib.csv_export import Cell
from linktracker.lib.money import THREE_DECIMALS, WITHOUT_DECIMALS, to_decimal
from linktracker.lib.paging import Page, page_of
from linktracker.lib.words import having
from reconciliation.core.payment_filter import PaymentFilter
from reconciliation.core.payment_words import GRADES, STATES
from reconciliation.core.search import Search, read_search
from reconciliation.models import Buyer, Charge, CheckoutSession, Invoice
from reconciliation.queries import lookup

CHUNK = 2000  # rows that an export holds in memory at a time
MOST_BUYERS = 5000  # that a search may mean; their payments are looked up one by one


@dataclass(frozen=True)
class Scope:
    """Whose eyes these are: the mode, the zone that days begin in, and whether buyers are shown."""

    livemode: bool
    zone: tzinfo
    with_buyer: bool


@dataclass(frozen=True)
class CurrencyTotal:
    """What the rows of one currency come to, in minor units; sums of two are never added."""

    currency: str
    payments: int
    received: int


@dataclass(frozen=True)
class Totals:
    """`by_currency` is of the filter. The counts tell what the same filter would show with another
    grade or, for `currencies`, with another currency."""

    by_currency: tuple[CurrencyTotal, ...]
    everything: int
    unknown: int
    currencies: tuple[CurrencyTotal, ...]

    @property
    def payments(self) -> int:
        return sum(total.payments for total in self.by_currency)


def with_few_buyers(asked: PaymentFilter, scope: Scope) -> PaymentFilter:
    """The filter itself; a search that means very many buyers is for none of them, and says so."""
    search = read_search(asked.search)
    if search.stripe_id or not asked.search or not scope.with_buyer:
        return asked
    who = _with_email(search.email) if search.email else having(search.text, "name")
    meant = Buyer.objects.filter(who, livemode=scope.livemode)[: MOST_BUYERS + 1]
    if meant.count() <= MOST_BUYERS:
        return asked
    return asked.without_buyers(
        f"More than {MOST_BUYERS:,} buyers have a name or an address like “{asked.search[:40]}”, "
        "so buyers were left out of this search. Type more of it."
    )


def page(asked: PaymentFilter, scope: Scope, *, cursor: str) -> Page[Conversion]:
    """Fifty rows after the cursor, newest first; a cursor that is none begins at the top."""
    rows = shown(matching(asked, scope), scope)
    moment = "-paid_at" if asked.basis == "paid" else "-created_at"
    order = (moment, "payment_id")
    return page_of(rows, order=order, cursor=cursor)


def totals(asked: PaymentFilter, scope: Scope) -> Totals:
    """Counts and sums in one query, grouped so finely that every figure on the page adds up."""
    rows = list(
        _in_any_currency(asked, scope)
        .values_list("currency", "grade")
        .annotate(payments=Count("payment_id"), money=Sum("received"))
        .order_by("currency", "grade")
    )
    in_currency = [row for row in rows if asked.currency in ("", row[0])]
    return Totals(
        by_currency=_by_currency([row for row in in_currency if asked.grade in ("", row[1])]),
        everything=sum(payments for _, _, payments, _ in in_currency),
        unknown=sum(payments for _, grade, payments, _ in in_currency if grade == "U"),
        currencies=_by_currency([row for row in rows if asked.grade in ("", row[1])]),
    )


def _by_currency(rows: list[tuple[str, str, int, int]]) -> tuple[CurrencyTotal, ...]:
    return tuple(
        CurrencyTotal(
            currency=currency,
            payments=sum(payments for code, _, payments, _ in rows if code == currency),
            received=sum(received for code, _, _, received in rows if code == currency),
        )
        for currency in sorted({row[0] for row in rows})
    )


def matching(asked: PaymentFilter, scope: Scope) -> QuerySet[Conversion]:
    """The payments that a filter means, in no order."""
    rows = _in_any_currency(asked, scope)
    if asked.currency:
        rows = rows.filter(currency=asked.currency)
    if asked.grade:
        rows = rows.filter(grade=asked.grade)
    return rows


def _in_any_currency(asked: PaymentFilter, scope: Scope) -> QuerySet[Conversion]:
    """The filter without its currency and grade, which the totals tell apart by themselves."""
    rows = Conversion.objects.filter(_in_period(asked, scope), livemode=scope.livemode)
    if asked.state:
        rows = rows.filter(state=asked.state)
    if asked.scope:
        rows = rows.filter(through_link=asked.scope == "links")
    if asked.link is not None:
        rows = rows.filter(link_line=None if asked.link == "none" else asked.link)
    if asked.plink:
        rows = rows.filter(plink_id=asked.plink)
    if asked.search:
        eyes = scope if asked.buyers else replace(scope, with_buyer=False)
        rows = rows.filter(searched(read_search(asked.search), eyes))
    return rows.filter(**asked.codes)


def _in_period(asked: PaymentFilter, scope: Scope) -> Q:
    column = "paid_at" if asked.basis == "paid" else "created_at"
    begins = Q(**{f"{column}__gte": asked.period.starts_at(scope.zone)})
    return begins & Q(**{f"{column}__lt": asked.period.ends_at(scope.zone)})


def searched(search: Search, scope: Scope, most: int | None = None) -> Q:
    """Payments that somebody may mean; `most` ends each way of looking early, at any of them."""
    if search.stripe_id.startswith("sub_"):
        return _of_subscription(search.stripe_id)
    if search.stripe_id.startswith("plink_"):
        return Q(plink_id=search.stripe_id)
    if search.stripe_id:
        return _of_id(search.stripe_id, scope)
    if search.email:
        return _of_buyers(_with_email(search.email), scope, most)
    return _of_text(search, scope, most)


def _of_id(stripe_id: str, scope: Scope) -> Q:
    """The payment of a whole id; where none has it, those of the ids that begin so."""
    found = lookup.find(stripe_id, livemode=scope.livemode)
    if found.is_known or found.payment_ids:
        return Q(payment_id__in=found.payment_ids)
    if stripe_id.startswith("cs_"):
        return Q(session_id__startswith=stripe_id) | Q(payment_id__startswith=stripe_id)
    if stripe_id.startswith(("ch_", "py_")):
        charges = Charge.objects.filter(id__startswith=stripe_id, livemode=scope.livemode)
        of_intents = Q(payment_id__in=charges.values("payment_intent"))
        return of_intents | Q(payment_id__in=charges.values("invoice"))
    return Q(payment_id__startswith=stripe_id)


def _of_text(search: Search, scope: Scope, most: int | None) -> Q:
    """Each way has an index of its own, so they are asked one by one and put together."""
    text = search.text
    ways = [
        Q(reference__startswith=text),
        Q(reference_own__startswith=text),
        Q(reference_tag=text),
        _of_buyers(having(text, "name"), scope, most),
        _of_amounts(search),
    ]
    payments = Conversion.objects.filter(livemode=scope.livemode)
    first, *others = (payments.filter(way).values("payment_id")[:most] for way in ways)
    return Q(payment_id__in=first.union(*others))


def _of_subscription(subscription: str) -> Q:
    """The payment that began it and its renewals, those included whose beginning was never told."""
    sessions = CheckoutSession.objects.filter(subscription=subscription).values("id")
    invoices = Invoice.objects.filter(subscription=subscription).values("id")
    return Q(origin_session_id__in=sessions) | Q(payment_id__in=invoices)


def _of_buyers(who: Q, scope: Scope, most: int | None) -> Q:
    """Payments of these buyers, renewals included; none for somebody who may not know buyers."""
    if not scope.with_buyer:
        return Q(pk__in=[])
    sessions = Buyer.objects.filter(who, livemode=scope.livemode).values("session_id")
    return Q(origin_session_id__in=sessions[:most])


def _with_email(typed: str) -> Q:
    """Buyers whose address begins so, however it is spelt; the index is in this order."""
    return Q(StartsWith(Collate(Lower("email"), "C"), Value(typed.lower())))


def _of_amounts(search: Search) -> Q:
    found = Q(pk__in=[])
    for decimals, minor in search.amounts.items():
        found |= Q(amount=minor) & _with_decimals(decimals)
    return found & Q(currency=search.currency) if search.currency else found


def _with_decimals(decimals: int) -> Q:
    if decimals == 0:
        return Q(currency__in=WITHOUT_DECIMALS)
    if decimals == 3:
        return Q(currency__in=THREE_DECIMALS)
    return ~Q(currency__in=WITHOUT_DECIMALS | THREE_DECIMALS)


def shown(rows: QuerySet[Conversion], scope: Scope) -> QuerySet[Conversion]:
    """Each row with its link's current name and, for those who may know, its buyer."""
    link = TrackedLink.objects.filter(line=OuterRef("link_line"), superseded_at=None)
    rows = rows.annotate(link_name=Subquery(link.values("name")[:1]))
    if not scope.with_buyer:
        return rows
    buyer = Buyer.objects.filter(session_id=OuterRef("origin_session_id"))
    return rows.annotate(
        buyer_name=Subquery(buyer.values("name")[:1]),
        buyer_email=Subquery(buyer.values("email")[:1]),
    )


def link_name(line: int | str | None, scope: Scope) -> str:
    """What the filter's link is called, for its chip; "" where no link is asked for."""
    if line is None:
        return ""
    if line == "none":
        return "No link"
    rows = TrackedLink.objects.filter(line=line, livemode=scope.livemode, superseded_at=None)
    link = rows.first()
    return str(link) if link else f"link {line}"


PLAIN_COLUMNS = (
    "created_at", "paid_at", "payment_id", "state", "currency", "amount", "refunded", "received",
    "reference", "reference_own", "reference_tag", "grade", "link_line", "link_name",
    *UTM_NAMES,
)  # fmt: skip
BUYER_COLUMNS = ("buyer_name", "buyer_email")


def table_header(scope: Scope) -> tuple[str, ...]:
    names = PLAIN_COLUMNS + (BUYER_COLUMNS if scope.with_buyer else ())
    return tuple(name.replace("_at", f"_at ({scope.zone})") for name in names)


def table_rows(asked: PaymentFilter, scope: Scope) -> Iterator[list[Cell]]:
    """Every row of the filter in the list's order, read from the database while it is sent."""
    columns = PLAIN_COLUMNS + (BUYER_COLUMNS if scope.with_buyer else ())
    moment = "-paid_at" if asked.basis == "paid" else "-created_at"
    rows = shown(matching(asked, scope), scope).order_by(moment, "payment_id")
    write = [WRITTEN.get(name, _as_it_is) for name in columns]
    currency = columns.index("currency")
    for values in rows.values_list(*columns).iterator(chunk_size=CHUNK):
        code = values[currency]
        yield [column(value, code) for column, value in zip(write, values, strict=True)]


def _as_it_is(value: Cell, currency: str) -> Cell:
    return value


WRITTEN: dict[str, Callable[[Any, str], Cell]] = {
    "amount": to_decimal,
    "refunded": to_decimal,
    "received": to_decimal,
    "currency": lambda value, currency: currency.upper(),
    "state": lambda value, currency: STATES[value],
    "grade": lambda value, currency: GRADES[value],
}
