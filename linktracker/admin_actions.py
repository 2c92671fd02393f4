"""An action of the administration asks first: how many rows, which, what will happen, and why.

The change itself is one function of an action room. It says what it changed and what it left
alone, and writes the history; here its answer is only told.
"""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import helpers
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from unfold.widgets import UnfoldAdminTextareaWidget

from linktracker.history import LONGEST_REASON, NoReason
from linktracker.lib.outcome import Outcome
from linktracker.lib.plain_fields import TextField
from linktracker.models import User

MOST_ROWS = 10_000
SHOWN_ROWS = 10
CONFIRMED = "confirmed"

Change = Callable[[Any, HttpRequest, Sequence[Any], dict[str, Any]], Outcome | HttpResponse]
Action = Callable[[Any, HttpRequest, QuerySet[Any]], HttpResponse | None]


class ReasonForm(forms.Form):
    reason = TextField(
        max_length=LONGEST_REASON,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text="Kept in the history, for whoever asks later.",
    )


def asked(
    label: str,
    note: str,
    *,
    needs: str,
    form: type[forms.Form] = ReasonForm,
    refusals: tuple[type[Exception], ...] = (),
) -> Callable[[Change], Action]:
    """Make an action of a change: `note` tells what it does, `needs` is the permission.

    A change that has something to show answers with its own page.
    `refusals` are what the change raises, with a sentence, where it cannot be made at all.
    """

    refused: tuple[type[Exception], ...] = (NoReason, *refusals)

    def made(change: Change) -> Action:
        @wraps(change)
        def run(desk: Any, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse | None:
            if not request.user.has_perm(needs):
                raise PermissionDenied
            keys = _keys(rows)
            if len(keys) > MOST_ROWS:
                desk.message_user(request, TOO_MANY, messages.ERROR)
                return None
            given = _form(form, request)
            if given.is_bound and given.is_valid():
                try:
                    outcome = change(desk, request, keys, given.cleaned_data)
                except refused as problem:
                    given.add_error(None, str(problem))
                else:
                    if isinstance(outcome, HttpResponse):
                        return outcome
                    _tell(desk, request, outcome, label)
                    return None
            return _question(desk, request, rows, len(keys), given, label, note)

        run.short_description = label  # type: ignore[attr-defined]
        run.needs = needs  # type: ignore[attr-defined]
        return run

    return made


def by_asking(
    label: str,
    note: str,
    change: Callable[..., Outcome],
    *,
    needs: str,
    form: type[forms.Form] = ReasonForm,
    refusals: tuple[type[Exception], ...] = (),
) -> Action:
    """An action that is the change alone: it is given the rows, who, when and what the form asks."""

    @asked(label, note, needs=needs, form=form, refusals=refusals)
    def run(desk: Any, request: HttpRequest, keys: Sequence[Any], given: dict[str, Any]) -> Outcome:
        return change(ids=keys, by=person(request), at=timezone.now(), **given)

    return run


def person(request: HttpRequest) -> User:
    """Who is signed in; the site lets nobody else this far."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


TOO_MANY = f"More than {MOST_ROWS:,} rows at once are too many; narrow the filter. Nothing changed."


def _keys(rows: QuerySet[Any]) -> list[Any]:
    return list(rows.order_by("pk").values_list("pk", flat=True)[: MOST_ROWS + 1])


def _form(form: type[forms.Form], request: HttpRequest) -> forms.Form:
    return form(request.POST) if CONFIRMED in request.POST else form()


def _question(
    desk: Any,
    request: HttpRequest,
    rows: QuerySet[Any],
    count: int,
    form: forms.Form,
    label: str,
    note: str,
) -> HttpResponse:
    across = request.POST.get("select_across") == "1"
    ticked = request.POST.getlist(helpers.ACTION_CHECKBOX_NAME)
    context = {
        **desk.admin_site.each_context(request),
        "title": label,
        "opts": desk.model._meta,
        "media": desk.media + form.media,
        "count": count,
        "named": _named(desk, count),
        "note": note,
        "form": form,
        "shown": list(rows.order_by("pk")[:SHOWN_ROWS]),
        "more": max(count - SHOWN_ROWS, 0),
        "action": request.POST.get("action", ""),
        "selected": ticked[:1] if across else ticked,  # Django asks for one, even of all
        "across": across,
        "checkbox": helpers.ACTION_CHECKBOX_NAME,
        "confirmed": CONFIRMED,
        "back": request.get_full_path(),
    }
    return TemplateResponse(request, "admin/asked.html", context)


def _named(desk: Any, count: int) -> str:
    meta = desk.model._meta
    return str(meta.verbose_name if count == 1 else meta.verbose_name_plural)


def _tell(desk: Any, request: HttpRequest, outcome: Outcome, label: str) -> None:
    changed = len(outcome.changed)
    if changed:
        sentence = f"{label}: {changed:,} {_named(desk, changed)}."
        desk.message_user(request, sentence, messages.SUCCESS)
    for why, count in outcome.reasons_to_skip.items():
        desk.message_user(request, f"{count:,} left alone: {why}.", messages.WARNING)
    if not changed and not outcome.skipped:
        desk.message_user(request, "Nothing was there to change.", messages.WARNING)
