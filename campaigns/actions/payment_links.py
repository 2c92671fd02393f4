"""Payment links: known by their address when somebody pastes one, by their id once Stripe tells it."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from campaigns.actions import reattribution
from campaigns.core.payment_link import PaymentLinkSeen
from campaigns.models import EvidenceChange, PaymentLink


def remember(*, url: str, livemode: bool, at: datetime, name: str = "") -> PaymentLink:
    """The payment link at this address, made known if it is new. `url` has no query."""
    link, _ = PaymentLink.objects.get_or_create(
        url=url, defaults={"livemode": livemode, "first_seen_at": at, "name": name}
    )
    return link


def learn(*, seen: Sequence[PaymentLinkSeen], at: datetime) -> None:
    """Bring payment links to what Stripe says; payments that may now be explained are noted.

    A link keeps its row when its address changes (Stripe moves it to another host when its
    purpose changes), and a row known by its address alone receives its id.
    """
    if not seen:
        return
    rows = PaymentLink.objects.filter(
        Q(stripe_id__in=[one.stripe_id for one in seen]) | Q(url__in=[one.url for one in seen])
    ).select_for_update()
    by_id = {row.stripe_id: row for row in rows}
    by_url = {row.url: row for row in rows}
    for one in sorted(seen, key=lambda one: one.stripe_id):
        row = by_id.get(one.stripe_id) or by_url.get(one.url) or PaymentLink(first_seen_at=at)
        _teach(row, one, at)


def _teach(row: PaymentLink, seen: PaymentLinkSeen, at: datetime) -> None:
    told = {
        "stripe_id": seen.stripe_id,
        "url": seen.url,
        "livemode": seen.livemode,
        "active": seen.active,
        "currency": seen.currency,
        "confirmation": seen.confirmation,
        "redirect_url": seen.redirect_url,
    }
    if all(getattr(row, column) == value for column, value in told.items()):
        return
    evidence_before = (row.stripe_id, row.redirect_url)
    for column, value in told.items():
        setattr(row, column, value)
    row.save()
    if evidence_before != (row.stripe_id, row.redirect_url):
        reattribution.note(kind=EvidenceChange.Kind.PAYMENT_LINK, key=seen.stripe_id, at=at)
