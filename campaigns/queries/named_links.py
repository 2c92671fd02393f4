"""Which versions of links carry what somebody typed: a tag, or words of the name and the address."""

from django.db.models import Q

from campaigns.core.link_search import LinkSearch
from linktracker.lib.words import having


def named(search: LinkSearch) -> Q:
    """The address holds the codes and the reference, so its words find them too."""
    if search.tag:
        return Q(tag=search.tag)
    return having(search.words, "name", "url")
