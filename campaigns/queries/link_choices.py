"""What filters and forms of links offer: campaigns, owners, labels; and what a choice holds."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Exists, F, Func, OuterRef
from django.db.models.functions import Lower

from campaigns.core.link_choice import LinkChoice
from campaigns.models import Campaign, Label, LinkChange, TrackedLink
from campaigns.queries.link_filters import chosen
from linktracker.models import User

MOST_OFFERED: Final = 200
MOST_NAMED: Final = 12
MOST_CHANGES: Final = 50


@dataclass(frozen=True)
class Chosen:
    """How many links somebody chose, and the first of them by name."""

    links: int
    names: tuple[str, ...]

    @property
    def more(self) -> int:
        return self.links - len(self.names)


def look_at(choice: LinkChoice, *, livemode: bool) -> Chosen:
    links = chosen(choice, livemode=livemode)
    names = links.order_by("line").values_list("name", flat=True)[:MOST_NAMED]
    return Chosen(links.count(), tuple(names))


def campaigns(*, livemode: bool) -> list[Campaign]:
    """Campaigns that links may be moved to, by name; archived ones are no choice."""
    rows = Campaign.objects.filter(livemode=livemode, archived_at=None)
    return list(rows.order_by(Lower("name"), "pk")[:MOST_OFFERED])


def campaigns_called(typed: str, *, livemode: bool) -> list[int]:
    """The campaign of this code; else those of this name, two at most."""
    rows = Campaign.objects.filter(livemode=livemode).order_by("pk")
    found = rows.filter(code=typed) or rows.filter(name__iexact=typed)
    return [row.pk for row in found[:2]]


def people_called(typed: str) -> list[int]:
    """The person of this e-mail address; else those of this name, two at most."""
    rows = User.objects.order_by("pk")
    found = rows.filter(email__iexact=typed) or rows.filter(name__iexact=typed)
    return [row.pk for row in found[:2]]


def campaign(key: int, *, livemode: bool) -> Campaign | None:
    return Campaign.objects.filter(pk=key, livemode=livemode).first()


def owners(*, livemode: bool) -> list[User]:
    """People who own a link."""
    links = TrackedLink.objects.filter(owner=OuterRef("pk"), livemode=livemode, superseded_at=None)
    return list(User.objects.filter(Exists(links)).order_by("email")[:MOST_OFFERED])


def people() -> list[User]:
    """People who may be given a link: who may sign in."""
    return list(User.objects.filter(is_active=True).order_by("email")[:MOST_OFFERED])


def person(key: int) -> User | None:
    return User.objects.filter(pk=key).first()


def labels(*, livemode: bool) -> list[str]:
    """Labels that some link has."""
    links = TrackedLink.objects.filter(
        labels__contains=Func(OuterRef("name"), template="ARRAY[%(expressions)s]"),
        livemode=livemode,
        superseded_at=None,
    )
    rows = Label.objects.filter(Exists(links), livemode=livemode).order_by(Lower("name"))
    return list(rows.values_list("name", flat=True)[:MOST_OFFERED])


def labels_of(choice: LinkChoice, *, livemode: bool) -> list[str]:
    """Labels that at least one of the chosen links has."""
    each = Func(F("labels"), function="unnest")
    rows = chosen(choice, livemode=livemode).order_by().values_list(each, flat=True)
    return sorted(rows.distinct(), key=str.casefold)


def can_be_undone(*, what: str, at: datetime, livemode: bool, by: User) -> bool:
    """Whether a change of links can be undone as far as it did not fill a campaign that was none."""
    done = LinkChange.objects.filter(livemode=livemode, at=at, what=what, by=by)
    return (done.exclude(before="") if what == LinkChange.What.CAMPAIGN else done).exists()


def changes(line: int, *, livemode: bool) -> list[LinkChange]:
    """What was changed about a link, the latest first."""
    rows = LinkChange.objects.filter(line=line, livemode=livemode).select_related("by")
    return list(rows.order_by("-pk")[:MOST_CHANGES])
