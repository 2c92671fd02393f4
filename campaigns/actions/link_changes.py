"""What can be changed about many links at once, without a version: the address stays as issued.

Each change locks its links and writes them, batch by batch in one transaction, and remembers who changed what from what
to what. A link that cannot change, or need not, is left as it is, and the answer says why.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model, Value
from django.db.models.functions import Lower

from campaigns.actions import reattribution
from campaigns.core.labels import read_label, why_not_add, with_label, with_one_less_or_more
from campaigns.core.link_changes import Changed, summed
from campaigns.core.link_choice import LinkChoice
from campaigns.models import Campaign, EvidenceChange, Label, LinkChange, TrackedLink
from campaigns.queries import affected, link_filters, link_moves
from linktracker.lib import bulk
from linktracker.models import User

BATCH = 2_000
IN_USE, ARCHIVED = "in use", "archived"
KEYS = ("campaign_id", "owner_id")  # columns whose words in the history may fit several
CHANGED_SINCE = "changed again since"


class CannotChange(Exception):
    """Nothing can be changed that way; the sentence says why."""


@dataclass(frozen=True)
class Turn:
    """One link's change: the column's new value, and the words for what it was and is now."""

    column: str
    value: Any
    before: str
    after: str


Decide = Callable[[TrackedLink], Turn | str]
"""The change of one link, or why it stays as it is."""


@transaction.atomic
def move(
    *, choice: LinkChoice, livemode: bool, campaign: int | None, by: User, at: datetime
) -> Changed:
    """Put links into another campaign, or into none.

    Payments count for the campaign that their link is in when they are made, so those of the past
    stay where they were; a link that was in none brings them along. Raises `CannotChange`.
    """
    target = _campaign(campaign, livemode)
    stays = f"already in {target}" if target else "already without a campaign"

    def decide(link: TrackedLink) -> Turn | str:
        if link.campaign_id == campaign:
            return stays
        return Turn("campaign_id", campaign, str(link.campaign or ""), str(target or ""))

    changing = _Changing(choice, livemode, by, at)
    changed = changing.apply(LinkChange.What.CAMPAIGN, decide)
    if lines := changing.changed:
        _note_moves(lines, livemode, at)
        if campaign is not None:
            _note_first_campaigns(lines, at)
    return changed


@transaction.atomic
def hand_over(
    *, choice: LinkChoice, livemode: bool, owner: int | None, by: User, at: datetime
) -> Changed:
    """Give links another owner, or none. Raises `CannotChange` where the person cannot sign in."""
    person = _owner(owner)
    stays = f"already owned by {person}" if person else "already without an owner"

    def decide(link: TrackedLink) -> Turn | str:
        if link.owner_id == owner:
            return stays
        return Turn("owner_id", owner, str(link.owner or ""), str(person or ""))

    return _Changing(choice, livemode, by, at).apply(LinkChange.What.OWNER, decide)


@transaction.atomic
def add_label(*, choice: LinkChoice, livemode: bool, label: str, by: User, at: datetime) -> Changed:
    """Put a label on links, in the spelling that it has already. Raises `BadLabel`."""
    label = _one_spelling(read_label(label), livemode)

    def decide(link: TrackedLink) -> Turn | str:
        if why := why_not_add(link.labels, label):
            return why
        return _relabelled(link, with_label(link.labels, label))

    return _Changing(choice, livemode, by, at).apply(LinkChange.What.LABELS, decide)


@transaction.atomic
def remove_label(
    *, choice: LinkChoice, livemode: bool, label: str, by: User, at: datetime
) -> Changed:
    """Take a label off links."""

    def decide(link: TrackedLink) -> Turn | str:
        if label not in link.labels:
            return f"not labelled {label}"
        return _relabelled(link, [one for one in link.labels if one != label])

    return _Changing(choice, livemode, by, at).apply(LinkChange.What.LABELS, decide)


@transaction.atomic
def archive(*, choice: LinkChoice, livemode: bool, by: User, at: datetime) -> Changed:
    """Take links out of lists; they still work, and payments through them count as ever."""

    def decide(link: TrackedLink) -> Turn | str:
        if link.archived_at:
            return "already archived"
        return Turn("archived_at", at, IN_USE, ARCHIVED)

    return _Changing(choice, livemode, by, at).apply(LinkChange.What.ARCHIVED, decide)


@transaction.atomic
def restore(*, choice: LinkChoice, livemode: bool, by: User, at: datetime) -> Changed:
    """Bring archived links back into lists."""

    def decide(link: TrackedLink) -> Turn | str:
        if not link.archived_at:
            return "not archived"
        return Turn("archived_at", None, ARCHIVED, IN_USE)

    return _Changing(choice, livemode, by, at).apply(LinkChange.What.ARCHIVED, decide)


@transaction.atomic
def undo(*, what: str, done_at: datetime, livemode: bool, by: User, at: datetime) -> Changed:
    """Give links back what one change by this person, made at that moment, took from them.

    A link that was changed again since stays as it is; so does one that was in no campaign, since
    its earlier payments came along.
    """
    done = LinkChange.objects.filter(what=what, at=done_at, livemode=livemode, by=by)
    taken = {one.line: one for one in done}
    choice = LinkChoice(tuple(taken))
    changed_since = _held(choice, livemode, what, since=max((one.pk for one in done), default=0))
    former = _Former(what, {one.before_key for one in done}, livemode, at)

    def decide(link: TrackedLink) -> Turn | str:
        change = taken[link.line]
        if link.line in changed_since or former.words(link) != change.after:
            return CHANGED_SINCE
        return former.turn(link, change)

    changing = _Changing(choice, livemode, by, at)
    changed = changing.apply(what, decide)
    if changing.changed and what == LinkChange.What.CAMPAIGN:
        _note_moves(changing.changed, livemode, at)
    return changed


def _held(choice: LinkChoice, livemode: bool, what: str, since: int) -> set[int]:
    """Lock these links, then say which of them have a change of this kind after that row."""
    links = link_filters.chosen(choice, livemode=livemode).order_by("line")
    list(links.select_for_update(of=("self",)).values_list("pk", flat=True))
    later = LinkChange.objects.filter(livemode=livemode, what=what, pk__gt=since)
    return set(later.filter(line__in=choice.lines or ()).values_list("line", flat=True))


class _Former:
    """What links had before a change: the campaigns and people of these keys that can be had again."""

    def __init__(self, what: str, keys: set[int | None], livemode: bool, at: datetime) -> None:
        self.what, self.at = what, at
        self._known: dict[int, Model] = {}
        if what == LinkChange.What.CAMPAIGN:
            open_ones = Campaign.objects.filter(livemode=livemode, archived_at=None)
            self._known.update(open_ones.in_bulk(keys - {None}))
        elif what == LinkChange.What.OWNER:
            self._known.update(User.objects.filter(is_active=True).in_bulk(keys - {None}))

    def words(self, link: TrackedLink) -> str:
        """What the link has now."""
        return {
            LinkChange.What.CAMPAIGN: str(link.campaign or ""),
            LinkChange.What.OWNER: str(link.owner or ""),
            LinkChange.What.LABELS: ", ".join(link.labels),
            LinkChange.What.ARCHIVED: ARCHIVED if link.archived_at else IN_USE,
        }[LinkChange.What(self.what)]

    def turn(self, link: TrackedLink, change: LinkChange) -> Turn | str:
        now, old = self.words(link), change.before
        if self.what == LinkChange.What.ARCHIVED:
            return Turn("archived_at", self.at if old == ARCHIVED else None, now, old)
        if self.what == LinkChange.What.LABELS:
            labels = with_one_less_or_more(link.labels, old)
            return CHANGED_SINCE if labels is None else _relabelled(link, labels)
        if self.what == LinkChange.What.CAMPAIGN and not old:
            return "in no campaign before, so earlier payments came along"
        if not old:
            return Turn(f"{self.what}_id", None, now, old)
        if change.before_key not in self._known:
            return f"whose former {self.what} is no longer to be had"
        return Turn(f"{self.what}_id", change.before_key, now, str(self._known[change.before_key]))


@dataclass
class _Changing:
    """One change of many links, all of it in the transaction of the action."""

    choice: LinkChoice
    livemode: bool
    by: User
    at: datetime
    changed: list[int] = field(default_factory=list)

    def apply(self, what: str, decide: Decide) -> Changed:
        """Change the links batch by batch, and remember the lines of those that changed."""
        found, why_not = 0, Counter[str]()
        for links in self._batches():
            decided = [(link, decide(link)) for link in links]
            turns = [(link, turn) for link, turn in decided if isinstance(turn, Turn)]
            rows = [{"id": link.pk, turn.column: turn.value} for link, turn in turns]
            bulk.update(TrackedLink, rows, key="id")
            history = [self._history(what, link, turn) for link, turn in turns]
            bulk.insert(LinkChange, history)
            self.changed += [link.line for link, _ in turns]
            why_not.update(why for _, why in decided if isinstance(why, str))
            found += len(links)
        gone = 0 if self.choice.lines is None else len(self.choice.lines) - found
        return summed(links=len(self.changed), why_not=why_not.elements(), gone=gone)

    def _batches(self) -> Iterator[list[TrackedLink]]:
        """The chosen links, as nobody else changes them meanwhile, always in one order."""
        links = link_filters.chosen(self.choice, livemode=self.livemode)
        needed = links.select_related("campaign", "owner").only(
            "line", "livemode", "labels", "archived_at", "campaign", "campaign__name", "owner",
            "owner__name", "owner__email",
        )  # fmt: skip
        in_order = needed.select_for_update(of=("self",)).order_by("line")
        batch = list(in_order[:BATCH])
        while batch:
            yield batch
            batch = list(in_order.filter(line__gt=batch[-1].line)[:BATCH])

    def _history(self, what: str, link: TrackedLink, turn: Turn) -> dict[str, Any]:
        return {
            "line": link.line,
            "livemode": link.livemode,
            "what": what,
            "before": turn.before,
            "after": turn.after,
            "before_key": getattr(link, turn.column) if turn.column in KEYS else None,
            "campaign_id": turn.value if turn.column == "campaign_id" else None,
            "by_id": self.by.pk,
            "at": self.at,
        }


def _relabelled(link: TrackedLink, labels: list[str]) -> Turn:
    return Turn("labels", labels, ", ".join(link.labels), ", ".join(labels))


def _campaign(key: int | None, livemode: bool) -> Campaign | None:
    if key is None:
        return None
    campaign = Campaign.objects.filter(pk=key, livemode=livemode, archived_at=None).first()
    if campaign is None:
        raise CannotChange("That campaign is not there, or is archived; choose another.")
    return campaign


def _owner(key: int | None) -> User | None:
    if key is None:
        return None
    person = User.objects.filter(pk=key, is_active=True).first()
    if person is None:
        raise CannotChange("That person may not sign in; choose another owner.")
    return person


def _one_spelling(label: str, livemode: bool) -> str:
    """The label as it was spelled first; a race for the first spelling has one winner."""
    Label.objects.bulk_create([Label(livemode=livemode, name=label)], ignore_conflicts=True)
    known = Label.objects.filter(livemode=livemode).alias(lowered=Lower("name"))
    return known.get(lowered=Lower(Value(label))).name


def _note_moves(lines: Sequence[int], livemode: bool, at: datetime) -> None:
    """Payments since then may have been attributed before this move is there to be seen."""
    key = affected.lines_key(livemode, lines, since=at)
    reattribution.note(kind=EvidenceChange.Kind.LINKS, key=key, at=at)


def _note_first_campaigns(lines: Sequence[int], at: datetime) -> None:
    """Payments of links that had no campaign until now are attributed again."""
    plinks, others = link_moves.touched_by_first_campaigns(lines)
    reattribution.note_all(kind=EvidenceChange.Kind.PAYMENT_LINK, keys=plinks, at=at)
    lines_of_others = [str(line) for line in others]
    reattribution.note_all(kind=EvidenceChange.Kind.LINK, keys=lines_of_others, at=at)
