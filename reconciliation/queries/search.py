"""What a search box finds of payments and open items: a bounded number of each."""

from dataclasses import replace
from typing import Final

from campaigns.models import Conversion
from linktracker.lib.words import having
from reconciliation.core.search import Search
from reconciliation.models import ExpectedPayment
from reconciliation.queries.payments import Scope, searched, shown

MOST: Final = 101  # more than are ever shown, so that "more than 100" is known


def payments(search: Search, scope: Scope) -> list[Conversion]:
    """By id, reference or buyer; an amount alone would ask for every row, and is left to the list."""
    meant = searched(replace(search, amounts={}), scope, MOST)
    some = Conversion.objects.filter(meant, livemode=scope.livemode).values("pk")[:MOST]
    rows = shown(Conversion.objects.filter(pk__in=some), scope)
    return list(rows.order_by("-created_at", "payment_id"))


def open_items(typed: str, *, livemode: bool) -> list[ExpectedPayment]:
    """The latest revision of each, newest first, those among them that are void."""
    words = having(typed, "external_id", "reference", "description")
    found = ExpectedPayment.objects.filter(words, livemode=livemode, latest=True)
    return list(found.order_by("-recorded_at", "-pk")[:MOST])
