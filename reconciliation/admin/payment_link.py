"""Payment links as campaigns shows them, with what only this app can do: ask Stripe again."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib import admin

from campaigns.admin.payment_link import PAYMENT_LINKS, PaymentLinkAdmin
from campaigns.models import PaymentLink
from linktracker.admin_actions import by_asking
from linktracker.lib.outcome import Outcome
from linktracker.models import User
from reconciliation.actions import fetching_again
from reconciliation.gateways import stripe_api


def _fetch_again(*, ids: Sequence[int], by: User, reason: str, at: datetime) -> Outcome:
    return fetching_again.fetch_again(
        ids=ids,
        open_stripe=lambda livemode: stripe_api.open_stripe(livemode=livemode),
        by=by,
        reason=reason,
        at=at,
    )


@admin.register(PaymentLink)
class FetchedPaymentLinkAdmin(PaymentLinkAdmin):
    actions = (*PaymentLinkAdmin.actions, "fetch_again")

    fetch_again = by_asking(
        "Fetch again",
        "Stripe is asked for all payment links of their mode, which takes some seconds. The worker "
        "reads what is new or has changed.",
        _fetch_again,
        needs=PAYMENT_LINKS,
    )
