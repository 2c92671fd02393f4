"""Many links at once, by the rules of one: issued from drafts, or taken over as they were found.

A fixed number of statements a batch. What is saved already is opened and not saved again, also
where the second copy stands in the same batch; what cannot be saved says why.
"""

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from django.db import connection, transaction

from campaigns.actions import payment_links, reattribution
from campaigns.core import reference
from campaigns.core.adoption import Adoption
from campaigns.core.link_draft import LinkDraft, shape_of
from campaigns.models import Campaign, EvidenceChange, LinkChange, TrackedLink
from campaigns.queries import affected, same_links
from campaigns.queries.same_links import Saved
from linktracker.lib import bulk, direct
from linktracker.lib.retry import redo_when_in_the_way
from linktracker.models import User

BATCHES_LOCK = 7_140_021
Columns = Mapping[str, str | bool]
Wanted = TypeVar("Wanted", Adoption, LinkDraft)


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one: the link that is saved (`already` before), or the problem."""

    link: Saved | None = None
    already: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _New:
    """A link to write: its number, where it is on, its campaign's code, and its own columns."""

    line: int
    base: str
    campaign_code: str
    columns: Columns

    @property
    def livemode(self) -> bool:
        return bool(self.columns["livemode"])

    def as_saved(self) -> Saved:
        return Saved(
            line=self.line,
            tag=str(self.columns["tag"]),
            url=str(self.columns["url"]),
            name=str(self.columns["name"]),
            livemode=self.livemode,
            reference_mode=str(self.columns["reference_mode"]),
            is_current=True,
        )


def adopt(
    *,
    adoptions: Sequence[Adoption],
    by: User | None,
    at: datetime,
    campaign_id: int | None = None,
) -> list[Fate]:
    """Save URLs that are in use, byte for byte; all into one campaign, or each by its code.

    A URL that carries a link tag of ours opens the link that has it. One that is not of the
    campaign's mode goes by its code. Who chooses a campaign has a name: the history keeps it.
    """
    if campaign_id is not None and by is None:
        raise ValueError("links are put into a campaign by a person")
    return redo_when_in_the_way(lambda: _adopt(adoptions, by, at, campaign_id))


@transaction.atomic
def _adopt(
    adoptions: Sequence[Adoption], by: User | None, at: datetime, campaign_id: int | None
) -> list[Fate]:
    one_at_a_time()
    fates, new, held = _judged(adoptions, _rules_of_adoptions, at)
    _write(new, held, by, at, campaign_id)
    note_new(lines=[(link.livemode, link.line) for link in new], at=at)
    return fates


def _rules_of_adoptions(adoptions: Sequence[Adoption]) -> "_Rules[Adoption]":
    known = same_links.known(adoptions)

    def look(adoption: Adoption, tag: str) -> Fate | Columns:
        if same := known.find(adoption):
            return Fate(same, already=True)
        if refusal := known.refusal(adoption):
            return Fate(problem=refusal)
        return {**adoption.columns(known.tag_to_take_over(adoption) or tag), "adopted": True}

    return _Rules(look, known.add)


def issue_all(*, drafts: Sequence[LinkDraft], by: User | None, at: datetime) -> list[Fate]:
    """Issue these drafts; the very same address is not saved twice.

    Call it inside a transaction that is `one_at_a_time`: one with a problem is told, and the caller
    may undo the others. What is new is for the caller to note, by `note_new`.
    """
    fates, new, held = _judged(drafts, _rules_of_drafts, at)
    _write(new, held, by, at)
    return fates


def _rules_of_drafts(drafts: Sequence[LinkDraft]) -> "_Rules[LinkDraft]":
    known = same_links.by_shape(drafts)

    def look(draft: LinkDraft, tag: str) -> Fate | Columns:
        columns = draft.columns(tag)
        same = known.get(shape_of(draft.reference_mode, str(columns["url"]), tag))
        return Fate(same, already=True) if same else columns

    def add(draft: LinkDraft, link: Saved) -> None:
        known[shape_of(draft.reference_mode, link.url, link.tag)] = link

    return _Rules(look, add)


@dataclass(frozen=True)
class _Rules(Generic[Wanted]):
    """Of one kind: what becomes of one, or the columns of its link; and what is known since then."""

    look: Callable[[Wanted, str], Fate | Columns]
    add: Callable[[Wanted, Saved], None]


def _judged(
    wanted: Sequence[Wanted],
    rules_of: Callable[[Sequence[Wanted]], _Rules[Wanted]],
    at: datetime,
) -> tuple[list[Fate], list[_New], dict[str, int]]:
    """What becomes of each, the links to write, and the payment links that they are on, held."""
    problems = _problems(wanted)
    good = [one for one, problem in zip(wanted, problems, strict=True) if not problem]
    held = payment_links.remember_all(known={one.base: one.livemode for one in good}, at=at)
    rules = rules_of(good)
    lines, tags = iter(_draw_lines(len(good))), iter(_draw_tags(len(good)))
    fates: list[Fate] = []
    new: list[_New] = []
    for one, problem in zip(wanted, problems, strict=True):
        seen = Fate(problem=problem) if problem else rules.look(one, next(tags))
        if isinstance(seen, Fate):
            fates.append(seen)
            continue
        link = _New(next(lines), one.base, one.campaign_code, seen)
        new.append(link)
        rules.add(one, link.as_saved())
        fates.append(Fate(link.as_saved()))
    return fates, new, held


def one_at_a_time() -> None:
    """Whoever saves many links holds the others off until the end of the transaction.

    Two that take over the same tag on different payment links would each find it free, and two
    files that hold payment links batch by batch would wait for each other in a circle.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [BATCHES_LOCK])


def _problems(wanted: Sequence[Wanted]) -> list[str]:
    strangers = same_links.strangers(one.payment_url for one in wanted)
    return [one.problem or strangers.get(one.payment_url.host, "") for one in wanted]


def _draw_lines(count: int) -> list[int]:
    """Keys of first versions, known before they are written because a line is the same number."""
    rows = direct.rows(
        "SELECT nextval(pg_get_serial_sequence('campaigns_trackedlink', 'id')) "
        "FROM generate_series(1, %s)",
        [count],
    )
    return [line for (line,) in rows]


def _draw_tags(count: int) -> list[str]:
    """Tags that no link has; some spare ones are drawn in place of those that are taken."""
    tags: set[str] = set()
    while len(tags) < count:
        drawn = {_chance_tag() for _ in range(count - len(tags))}
        tags |= drawn - same_links.by_tag(drawn).keys()
    return list(tags)


def _chance_tag() -> str:
    return reference.link_tag(secrets.randbelow(reference.LINK_TAGS))


def _write(
    new: Sequence[_New],
    held: Mapping[str, int],
    by: User | None,
    at: datetime,
    campaign_id: int | None = None,
) -> None:
    """Insert the rows, with the campaigns of their codes and of who chose one."""
    campaigns = _campaigns(new, by, at)
    of_codes = [campaigns.get((link.livemode, link.campaign_code)) for link in new]
    chosen = Campaign.objects.filter(pk=campaign_id).first() if campaign_id else None
    into = [
        chosen if chosen and chosen.livemode is link.livemode else of_code
        for link, of_code in zip(new, of_codes, strict=True)
    ]
    bulk.insert(
        TrackedLink,
        [
            {
                "id": link.line,
                "line": link.line,
                "version": 1,
                "adopted": False,
                **link.columns,
                "payment_link_id": held[link.base],
                "issued_by_id": None if by is None else by.pk,
                "issued_at": at,
                "campaign_id": campaign and campaign.pk,
                "issued_campaign_id": of_code and of_code.pk,
                "owner_id": None if by is None else by.pk,
                "labels": [],
            }
            for link, campaign, of_code in zip(new, into, of_codes, strict=True)
        ],
    )
    _remember_moves(new, of_codes, into, by, at)


def note_new(*, lines: Collection[tuple[bool, int]], at: datetime) -> None:
    """Payments that came before these links (mode and line of each) are attributed again, once."""
    for livemode in (False, True):
        if of_mode := [line for mode, line in lines if mode is livemode]:
            key = affected.lines_key(livemode, of_mode)
            reattribution.note(kind=EvidenceChange.Kind.LINKS, key=key, at=at)


def _remember_moves(
    new: Sequence[_New],
    of_codes: Sequence[Campaign | None],
    into: Sequence[Campaign | None],
    by: User | None,
    at: datetime,
) -> None:
    """A link in another campaign than that of its code was put there, and its payments follow."""
    rows = [
        {
            "line": link.line,
            "livemode": link.livemode,
            "what": LinkChange.What.CAMPAIGN,
            "before": str(of_code or ""),
            "after": str(campaign),
            "campaign_id": campaign.pk,
            "by_id": None if by is None else by.pk,
            "at": at,
        }
        for link, of_code, campaign in zip(new, of_codes, into, strict=True)
        if campaign is not None and campaign != of_code
    ]
    bulk.insert(LinkChange, rows)


def _campaigns(
    new: Sequence[_New], by: User | None, at: datetime
) -> dict[tuple[bool, str], Campaign]:
    """The campaign of each code; a code that is new makes its campaign."""
    wanted = sorted({(link.livemode, link.campaign_code) for link in new if link.campaign_code})
    rows = [
        {
            "livemode": livemode,
            "code": code,
            "name": code,
            "created_by_id": None if by is None else by.pk,
            "created_at": at,
            "owner_id": None if by is None else by.pk,
        }
        for livemode, code in wanted
    ]
    bulk.insert_new(Campaign, rows, key=("livemode", "code"))
    found = Campaign.objects.filter(code__in=[code for _, code in wanted])
    return {(row.livemode, row.code): row for row in found}
