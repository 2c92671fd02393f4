"""What a search box finds of links and campaigns: a bounded number of each, by their words."""

from typing import Final

from campaigns.core.link_search import LinkSearch
from campaigns.models import Campaign, TrackedLink
from campaigns.queries.named_links import named
from linktracker.lib.words import having

MOST: Final = 101  # more than are ever shown, so that "more than 100" is known


def links(typed: str, *, livemode: bool) -> list[TrackedLink]:
    """Current versions, newest first; an older version's tag or code finds its link too."""
    search = LinkSearch.parse({"q": typed})
    if not search.words:
        return []
    lines = TrackedLink.objects.filter(named(search), livemode=livemode).values("line")
    current = TrackedLink.objects.filter(line__in=lines, livemode=livemode, superseded_at=None)
    return list(current.select_related("payment_link").order_by("-issued_at", "-pk")[:MOST])


def campaigns(typed: str, *, livemode: bool) -> list[Campaign]:
    found = Campaign.objects.filter(having(typed, "name", "code"), livemode=livemode)
    return list(found.order_by("-created_at", "-pk")[:MOST])
