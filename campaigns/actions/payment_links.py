"""Payment links: known by their address when somebody pastes one, by their id once Stripe tells it."""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from campaigns.actions import reattribution
from campaigns.core.payment_link import PaymentLinkSeen
from campaigns.models import EvidenceChange, PaymentLink
from linktracker.lib import bulk

logger = logging.getLogger(__name__)


def remember(*, url: str, livemode: bool, at: datetime, name: str = "") -> PaymentLink:
    """The payment link at this address, made known if it is new. `url` has no query."""
    link, _ = PaymentLink.objects.get_or_create(
        url=url, defaults={"livemode": livemode, "first_seen_at": at, "name": name}
    )
    return link


def remember_all(*, known: Mapping[str, bool], at: datetime) -> dict[str, int]:
    """The keys of the payment links at these addresses (each with its livemode), held until the end.

    Whoever saves a link on one of them waits, and then finds what was saved.
    """
    rows = [
        {"url": url, "livemode": livemode, "first_seen_at": at, "name": ""}
        for url, livemode in known.items()
    ]
    bulk.insert_new(PaymentLink, rows, key=("url",))
    held = PaymentLink.objects.filter(url__in=list(known)).order_by("pk").select_for_update()
    return dict(held.values_list("url", "pk"))


def learn(*, seen: Sequence[PaymentLinkSeen], at: datetime) -> None:
    """Bring payment links to what Stripe says; payments that may now be explained are noted.

    A link keeps its row when its address changes (Stripe moves it to another host when its
    purpose changes), and a row known by its address alone receives its id. Stripe gives every
    link its own address; where two ids claim one all the same, it is the greater one's, in
    whatever order they come.
    """
    if not seen:
        return
    rows = PaymentLink.objects.filter(
        Q(stripe_id__in=[one.stripe_id for one in seen]) | Q(url__in=[one.url for one in seen])
    ).order_by("pk")
    by_url = {row.url: row for row in rows.select_for_update()}
    by_id = {row.stripe_id: row for row in by_url.values() if row.stripe_id is not None}
    for one in sorted(seen, key=lambda one: one.stripe_id):
        own, there = by_id.get(one.stripe_id), by_url.get(one.url)
        if there is not None and (there.stripe_id or "") > one.stripe_id:
            logger.warning("payment_link.address_taken id=%s by=%s", one.stripe_id, there.stripe_id)
            continue
        if own is not None and there is not None and there is not own:
            _release(own, there)
        row = there or own or PaymentLink(first_seen_at=at)
        _teach(row, one, at)
        by_url[row.url] = row


@transaction.atomic
def compare(*, listed: Collection[str], livemode: bool, at: datetime) -> None:
    """Note which addresses are on Stripe's whole list, asked for at `at`, and which are not.

    A payment link has an address on Stripe's host and one on the account's own domain, of which
    Stripe lists one; both end alike.
    """
    ends = {url.rpartition("/")[2] for url in listed}
    known = PaymentLink.objects.filter(livemode=livemode, first_seen_at__lt=at)
    differ: dict[bool, list[int]] = {True: [], False: []}
    for key, url, before in known.values_list("pk", "url", "listed"):
        if (is_listed := url.rpartition("/")[2] in ends) is not before:
            differ[is_listed].append(key)
    for is_listed, keys in differ.items():
        PaymentLink.objects.filter(pk__in=keys).update(listed=is_listed)


def _release(own: PaymentLink, there: PaymentLink) -> None:
    """Free the id for the row of the link's new address, which somebody has pasted already.

    Tracked links stay where they were issued. Those of the address that is left are found by tag
    and reference from then on, no more by the payment link alone.
    """
    own.stripe_id = None
    own.save(update_fields=["stripe_id"])
    there.name = there.name or own.name
    there.owner_id = there.owner_id or own.owner_id


def _teach(row: PaymentLink, seen: PaymentLinkSeen, at: datetime) -> None:
    told = asdict(seen)
    if all(getattr(row, column) == value for column, value in told.items()):
        return
    id_before, redirect_before = row.stripe_id, row.redirect_url
    for column, value in told.items():
        setattr(row, column, value)
    row.save()
    if (id_before, redirect_before) == (row.stripe_id, row.redirect_url):
        return
    for id in sorted({id_before or seen.stripe_id, seen.stripe_id}):
        reattribution.note(kind=EvidenceChange.Kind.PAYMENT_LINK, key=id, at=at)
