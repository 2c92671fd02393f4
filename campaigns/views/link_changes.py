"""Change one link, many, or all of a search: look at which they are, say to what, and it is done.

The address names the change and the links (`?do=owner&line=7&line=9`, or `all=yes` with a search),
so the same page serves the list's bulk bar and the page of one link.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from campaigns.actions import link_changes as actions
from campaigns.core.link_changes import Changed
from campaigns.core.link_choice import LinkChoice, ticked
from campaigns.core.link_search import LinkSearch
from campaigns.forms.link_changes import NONE, ChangeForm, Find, KeyForm, LabelForm, WordForm
from campaigns.queries import link_choices as queries
from campaigns.queries.link_choices import Chosen
from linktracker.access import StaffRequest, livemode_of, needs
from linktracker.accounts import is_path_of_ours

NOTHING_TO_UNDO = "There is nothing to undo."
NOTHING_CHOSEN = "Choose links first: tick them in the list."
CHANGED_MEANWHILE = "By now {links:,} fit, which is not what you looked at; look once more."

Posted = Mapping[str, str] | None


@dataclass(frozen=True)
class Change:
    """A change as people read it: what it is called, and what it does to payments and to links.

    `what` is what the history of links calls it.
    """

    what: str
    title: str
    button: str
    meaning: str
    action: Callable[..., Changed]
    form: Callable[[Posted, LinkChoice, bool], ChangeForm]


def _campaign_form(posted: Posted, choice: LinkChoice, livemode: bool) -> ChangeForm:
    offered = [(str(one.pk), one.name) for one in queries.campaigns(livemode=livemode)]
    return KeyForm(
        posted,
        name="campaign",
        label="Campaign",
        choices=[*offered, (NONE, "No campaign")],
        find=_find_beyond(offered, partial(queries.campaigns_called, livemode=livemode)),
        named_by="its code or exact name",
    )


def _owner_form(posted: Posted, choice: LinkChoice, livemode: bool) -> ChangeForm:
    offered = [(str(one.pk), str(one)) for one in queries.people()]
    return KeyForm(
        posted,
        name="owner",
        label="Owner",
        choices=[*offered, (NONE, "Nobody")],
        find=_find_beyond(offered, queries.people_called),
        named_by="an e-mail address or an exact name",
    )


def _find_beyond(offered: Sequence[object], find: Find) -> Find | None:
    """How to find what is not offered, where not everything is."""
    return find if len(offered) >= queries.MOST_OFFERED else None


def _label_form(posted: Posted, choice: LinkChoice, livemode: bool) -> ChangeForm:
    return LabelForm(posted, known=queries.labels(livemode=livemode))


def _label_off_form(posted: Posted, choice: LinkChoice, livemode: bool) -> ChangeForm:
    had = [(label, label) for label in queries.labels_of(choice, livemode=livemode)]
    return WordForm(posted, name="label", label="Label", choices=had)


def _nothing_more(posted: Posted, choice: LinkChoice, livemode: bool) -> ChangeForm:
    return ChangeForm(posted)


CHANGES = {
    "campaign": Change(
        "campaign",
        "Change campaign",
        "Change campaign",
        "Payments made from now on count for the new campaign; those made before stay with the "
        "campaign they were counted for, and renewals stay with their first payment. A link that "
        "was in no campaign brings its earlier payments along. Addresses do not change.",
        actions.move,
        _campaign_form,
    ),
    "owner": Change(
        "owner",
        "Change owner",
        "Change owner",
        "The owner is who to ask about a link. It changes no address and no figure.",
        actions.hand_over,
        _owner_form,
    ),
    "label": Change(
        "labels",
        "Add a label",
        "Add label",
        "Labels sort links in the list. They change no address and no figure.",
        actions.add_label,
        _label_form,
    ),
    "unlabel": Change(
        "labels",
        "Remove a label",
        "Remove label",
        "The label goes from these links; others keep it.",
        actions.remove_label,
        _label_off_form,
    ),
    "archive": Change(
        "archived",
        "Archive links",
        "Archive",
        "Archived links leave the list. They still work wherever they are printed or posted, and "
        "payments through them count as before.",
        actions.archive,
        _nothing_more,
    ),
    "restore": Change(
        "archived",
        "Restore links",
        "Restore",
        "They are in the list again, with everything they had.",
        actions.restore,
        _nothing_more,
    ),
}


@needs("campaigns.change_trackedlink")
@require_http_methods(["GET", "HEAD", "POST"])
def links_change(request: StaffRequest) -> HttpResponse:
    """The page that asks, as a page or as a dialog; sent, it changes the links."""
    change = CHANGES.get(request.GET.get("do", ""))
    if change is None:
        raise Http404("There is no such change of links.")
    choice = _choice(request)
    seen = queries.look_at(choice, livemode=livemode_of(request))
    if not seen.links:
        messages.warning(request, NOTHING_CHOSEN)
        return redirect(_back(request, choice))
    posted = request.POST if request.method == "POST" else None
    form = change.form(posted, choice, livemode_of(request))
    if request.method == "POST" and form.is_valid() and _done(request, change, choice, form, seen):
        return redirect(_back(request, choice))
    return _shown(request, change, seen, form)


def _choice(request: StaffRequest) -> LinkChoice:
    if request.GET.get("all") == "yes":
        return LinkChoice(None, LinkSearch.parse(request.GET.dict()))
    return ticked(request.GET.getlist("line"))


def _done(
    request: StaffRequest, change: Change, choice: LinkChoice, form: ChangeForm, seen: Chosen
) -> bool:
    """Change the links and say how many; where it is refused, the form says why.

    Who looked at 12 links does not change 4,000 because others fit the search by now.
    """
    if request.POST.get("seen", str(seen.links)) != str(seen.links):
        form.add_error(None, CHANGED_MEANWHILE.format(links=seen.links))
        return False
    at = timezone.now()
    try:
        changed = change.action(
            choice=choice,
            livemode=livemode_of(request),
            by=request.user,
            at=at,
            **form.to(),
        )
    except actions.CannotChange as problem:
        form.add_error(None, str(problem))
        return False
    messages.success(request, _told(request, change, choice, changed, at))
    return True


def _told(
    request: StaffRequest, change: Change, choice: LinkChoice, changed: Changed, at: datetime
) -> str:
    """What was done, with a way to undo it."""
    can_be_undone = changed.links and queries.can_be_undone(
        what=change.what, at=at, livemode=livemode_of(request), by=request.user
    )
    if not can_be_undone:
        return changed.sentence
    context = {
        "sentence": changed.sentence,
        "what": change.what,
        "at": at.isoformat(),
        "back": _back(request, choice),
    }
    return render_to_string("campaigns/_link_change_done.html", context, request)


@needs("campaigns.change_trackedlink")
@require_POST
def links_undo(request: StaffRequest) -> HttpResponse:
    """Undo one change that the same person made, as far as nothing was changed since."""
    what, done_at = request.POST.get("what", ""), _moment(request.POST.get("at", ""))
    back = request.POST.get("back", "")
    if done_at is None or what not in {change.what for change in CHANGES.values()}:
        messages.warning(request, NOTHING_TO_UNDO)
    else:
        undone = actions.undo(
            what=what,
            done_at=done_at,
            livemode=livemode_of(request),
            by=request.user,
            at=timezone.now(),
        )
        messages.success(request, f"Undone: {undone.sentence}" if undone.links else undone.sentence)
    return redirect(back if is_path_of_ours(back) else "links")


def _moment(written: str) -> datetime | None:
    """A moment with its zone, in UTC: PostgreSQL knows no zone as far away as Python does."""
    try:
        moment = datetime.fromisoformat(written)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _back(request: StaffRequest, choice: LinkChoice) -> str:
    """To the one link whose page asked, else to the list as it was."""
    if request.GET.get("from") == "link" and choice.lines:
        return reverse("link", args=[choice.lines[0]])
    asked = LinkSearch.parse(request.GET.dict()).asked
    return f"{reverse('links')}{'?' if asked else ''}{urlencode(asked)}"


def _shown(request: StaffRequest, change: Change, seen: Chosen, form: ChangeForm) -> HttpResponse:
    context: dict[str, Any] = {
        "change": change,
        "seen": seen,
        "form": form,
        "back": _back(request, _choice(request)),
    }
    fragment = bool(request.headers.get("HX-Request"))
    template = "campaigns/_link_change.html" if fragment else "campaigns/link_change.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response
