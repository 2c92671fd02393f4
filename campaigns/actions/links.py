"""Tracked links: issued once and for ever, superseded by a new version, never edited."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from campaigns.actions import payment_links, reattribution
from campaigns.core import reference
from campaigns.core.adoption import address_in
from campaigns.core.link_draft import LinkDraft
from campaigns.models import Campaign, EvidenceChange, LinkChange, PaymentLink, TrackedLink
from campaigns.queries import same_links
from linktracker.lib.retry import redo_when_in_the_way
from linktracker.models import User

MOST_DRAWS = 20


class CannotIssue(Exception):
    """The link cannot be saved; the sentence says why and what would be right."""


@dataclass(frozen=True)
class Issued:
    """The saved link; `already` when exactly this address had been saved before."""

    link: TrackedLink
    already: bool = False


def issue(
    *, draft: LinkDraft, by: User, at: datetime, line: int | None = None, tag: str = ""
) -> Issued:
    """Save a link for ever; with `line`, as the next version of that link.

    The very same address is not saved twice: the link that has it is returned instead. `tag` is
    the one that was shown beforehand; where it has been taken meanwhile, another is drawn.
    Raises `CannotIssue` where `draft` has a problem, or `line` names no link.
    """
    return redo_when_in_the_way(lambda: _issue(draft, by, at, line, tag))


@transaction.atomic
def _issue(draft: LinkDraft, by: User, at: datetime, line: int | None, tag: str) -> Issued:
    if problem := draft.problem or _stranger(draft):
        raise CannotIssue(problem)
    payment_link = payment_links.remember(url=draft.base, livemode=draft.livemode, at=at)
    _one_at_a_time(payment_link)
    if same := _same_address(draft):
        mine = same.line == line
        return Issued(_named(same, draft, by, at) if mine else same, already=True)
    before = _current(line, draft) if line is not None else None
    if before and _sets_the_same(before, draft):
        return Issued(_named(before, draft, by, at), already=True)
    link = _drawn_up(draft, before, tag if _is_free(tag) else draw_tag())
    link.payment_link = payment_link
    link.issued_by, link.issued_at = by, at
    link.issued_campaign = link.campaign = _campaign(draft, by, at)
    link.owner = by
    if before:
        _carry_on(before, link, by)
        before.superseded_at = at
        before.save(update_fields=["superseded_at"])
    link.save(force_insert=True)
    reattribution.note(kind=EvidenceChange.Kind.LINK, key=str(link.line), at=at)
    return Issued(link)


def _drawn_up(draft: LinkDraft, before: TrackedLink | None, tag: str) -> TrackedLink:
    """The row of a draft, as the version after `before`; a first version's key is its line."""
    line = before.line if before else _next_id()
    return TrackedLink(
        pk=None if before else line,
        line=line,
        version=before.version + 1 if before else 1,
        **draft.columns(tag),
    )


def _carry_on(before: TrackedLink, link: TrackedLink, by: User) -> None:
    """What belongs to the link goes on with its new version; a new campaign code moves it."""
    link.owner, link.labels, link.archived_at = before.owner, before.labels, before.archived_at
    if link.utm_campaign == before.utm_campaign:
        link.campaign, link.issued_campaign = before.campaign, before.issued_campaign
    elif link.campaign_id != before.campaign_id:
        _remember(
            link, "campaign", before.campaign, link.campaign, by, link.issued_at,
            campaign=link.campaign_id,
        )  # fmt: skip


@transaction.atomic
def rename(*, line: int, name: str, by: User, at: datetime) -> TrackedLink:
    """Name a link anew in lists; its address stays. Raises `CannotIssue` for no link or no name."""
    link = _locked(line)
    name = name.strip()
    if not name:
        raise CannotIssue("A link needs a name; lists show it.")
    if name != link.name:
        _remember(link, "name", link.name, name, by, at)
        link.name = name
        link.save(update_fields=["name"])
    return link


def _named(link: TrackedLink, draft: LinkDraft, by: User, at: datetime) -> TrackedLink:
    """An edit that changes the name alone needs no new version."""
    return rename(line=link.line, name=draft.name, by=by, at=at) if draft.name else link


def _remember(
    link: TrackedLink,
    what: str,
    before: object,
    after: object,
    by: User,
    at: datetime,
    *,
    campaign: int | None = None,
) -> None:
    LinkChange.objects.create(
        line=link.line,
        livemode=link.livemode,
        what=what,
        before=str(before or ""),
        after=str(after or ""),
        campaign_id=campaign,
        by=by,
        at=at,
    )


def draw_tag() -> str:
    """A tag that no link has; with 32**6 of them a second draw is rare."""
    for _ in range(MOST_DRAWS):
        tag = reference.link_tag(secrets.randbelow(reference.LINK_TAGS))
        if _is_free(tag):
            return tag
    raise CannotIssue("No free link tag was found; try again.")


def _is_free(tag: str) -> bool:
    return reference.is_link_tag(tag) and not TrackedLink.objects.filter(tag=tag).exists()


def _stranger(draft: LinkDraft) -> str:
    return same_links.strangers([draft.payment_url]).get(draft.payment_url.host, "")


def _one_at_a_time(payment_link: PaymentLink) -> None:
    """A double click saves one link: the second request waits, and then finds the address."""
    PaymentLink.objects.select_for_update().get(pk=payment_link.pk)


def _same_address(draft: LinkDraft) -> TrackedLink | None:
    """The current link that was issued from the same payment link, codes, reference and rest."""
    same = same_links.by_shape([draft]).get(draft.shape)
    return TrackedLink.objects.get(line=same.line, superseded_at=None) if same else None


def _sets_the_same(adopted: TrackedLink, draft: LinkDraft) -> bool:
    """Whether a draft would only write the parameters of an adopted URL in another order."""
    return adopted.adopted and address_in(adopted.url) == address_in(draft.url(adopted.tag))


def _current(line: int, draft: LinkDraft) -> TrackedLink:
    link = _locked(line)
    if link.livemode != draft.livemode:
        raise CannotIssue(
            "A test link cannot become a live one, nor the reverse; make a new link instead."
        )
    return link


def _locked(line: int) -> TrackedLink:
    link = TrackedLink.objects.select_for_update().filter(line=line, superseded_at=None).first()
    if link is None:
        raise CannotIssue(_why_none(line))
    return link


def _why_none(line: int) -> str:
    """Who waits for the current version while another supersedes it comes back with none."""
    if TrackedLink.objects.filter(line=line).exists():
        return "The link was changed meanwhile; look at it as it is now, and change that."
    return "The link to change does not exist."


def _next_id() -> int:
    """The key of a first version, known before it is written because its line is the same number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('campaigns_trackedlink', 'id'))")
        return int(cursor.fetchone()[0])


def _campaign(draft: LinkDraft, by: User, at: datetime) -> Campaign | None:
    """The campaign with the link's code; a code that is new makes its campaign."""
    code = draft.campaign_code
    if not code:
        return None
    campaign, _ = Campaign.objects.get_or_create(
        livemode=draft.livemode,
        code=code,
        defaults={"name": code, "created_by": by, "created_at": at, "owner": by},
    )
    return campaign
