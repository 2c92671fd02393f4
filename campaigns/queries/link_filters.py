"""Which tracked links a search or a choice means, as the database finds them."""

from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Collate, Lower
from django.db.models.lookups import StartsWith

from campaigns.core.link_choice import LinkChoice
from campaigns.core.link_promises import REDIRECT
from campaigns.core.link_search import LinkSearch
from campaigns.core.payment_link_warnings import CODE_IN_A_QUERY, PROMOTION_CODE
from campaigns.core.url_parameters import UTM_NAMES
from campaigns.models import Conversion, TrackedLink
from campaigns.queries.named_links import named

PAID: Final = (
    Conversion.State.PAID,
    Conversion.State.PARTLY_REFUNDED,
    Conversion.State.REFUNDED,
)
WITHOUT_OWNER: Final = Q(owner=None) | Q(owner__is_active=False)  # who left owns nothing


def found(search: LinkSearch, *, livemode: bool) -> QuerySet[TrackedLink]:
    """The current version of every link that fits; an older version's tag or code finds it too."""
    links = on_any_shelf(search, livemode=livemode)
    if search.shelf == "all":
        return links
    return links.filter(archived_at__isnull=search.shelf == "active")


def on_any_shelf(search: LinkSearch, *, livemode: bool) -> QuerySet[TrackedLink]:
    """What fits, whether it is archived or not."""
    links = TrackedLink.objects.filter(livemode=livemode, superseded_at=None, **search.codes)
    if search.words:
        versions = TrackedLink.objects.filter(named(search), livemode=livemode)
        links = links.filter(line__in=versions.values("line"))
    if search.payment_link is not None:
        links = links.filter(payment_link=search.payment_link)
    if search.campaign is not None:
        links = links.filter(campaign=None if search.campaign == "none" else search.campaign)
    if search.owner is not None:
        links = links.filter(WITHOUT_OWNER if search.owner == "none" else Q(owner=search.owner))
    if search.label:
        links = links.filter(labels__contains=[search.label])
    if search.never_paid:
        links = links.filter(never_paid())
    if search.warned:
        links = links.filter(with_a_warning())
    return links


def chosen(choice: LinkChoice, *, livemode: bool) -> QuerySet[TrackedLink]:
    """The current versions of the links that somebody wants to change."""
    if choice.lines is None:
        return found(choice.search, livemode=livemode)
    return TrackedLink.objects.filter(livemode=livemode, superseded_at=None, line__in=choice.lines)


def beginning_or_exactly(typed: str) -> Q:
    """Versions whose name begins like this, in any case, or that this is the tag or reference of.

    An index holds each of the four; the one of names compares small letters by their code points.
    """
    named = Q(StartsWith(Collate(Lower("name"), "C"), typed.lower()))
    return named | Q(tag=typed) | Q(own_reference=typed) | Q(client_reference_id=typed)


def with_a_warning() -> Q:
    """Links of which `core.payment_link_warnings` has something to say."""
    has_codes = ~Q(**dict.fromkeys(UTM_NAMES, ""))
    redirects = Q(payment_link__confirmation=REDIRECT)
    hides = Q(payment_link__confirmation__isnull=False) & ~redirects
    fights = redirects & Q(payment_link__redirect_url__regex=CODE_IN_A_QUERY)
    refuses = Q(payment_link__promotion_codes=False, url__contains=f"{PROMOTION_CODE}=")
    unheard_of = Q(payment_link__stripe_id=None, payment_link__listed=False)
    return unheard_of | Q(payment_link__active=False) | (has_codes & (hides | fights)) | refuses


def never_paid() -> Q:
    """Links that nobody paid through, whatever their version."""
    return ~Q(Exists(Conversion.objects.filter(link_line=OuterRef("line"), state__in=PAID)))
