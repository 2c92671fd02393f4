"""People, their roles, how they signed in and what was changed in the administration."""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.admin import DateFieldListFilter, SimpleListFilter
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver
from django.utils import timezone
from unfold.widgets import UnfoldAdminTextInputWidget

from linktracker import history, people
from linktracker.access import needs
from linktracker.accounts import note_escalation, show_reset_link
from linktracker.admin_actions import asked, person
from linktracker.admin_site import OPEN, Desk, Window
from linktracker.lib.outcome import Changed, Outcome, Skipped
from linktracker.lib.plain_fields import TextField
from linktracker.models import Invitation, RecoveryCode, SignIn, User

# A person has one address here, and the second factor is reset on the person's own page.
admin.site.unregister([Group, EmailAddress, Authenticator])
QUIET = timedelta(days=90)
MANAGE = "linktracker.manage_people"


class Person(forms.ModelForm):  # type: ignore[type-arg]
    """A name is asked for: a form that came empty would take every role away."""

    name = TextField(max_length=120, widget=UnfoldAdminTextInputWidget)

    class Meta:
        model = User
        fields = ("name", "groups", "is_active")


class SecondFactorFilter(SimpleListFilter):
    title = "second factor"
    parameter_name = "second_factor"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return (("set_up", "Set up"), ("missing", "None"), ("needed", "None, though needed"))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value()
        if chosen is None:
            return queryset
        if chosen == "needed":
            return queryset.filter(pk__in=people.without_second_factor().values("pk"))
        rows: Any = queryset  # annotated by the list
        found: QuerySet[Any] = rows.filter(second_factor=chosen == "set_up")
        return found


class QuietFilter(SimpleListFilter):
    title = "sign-in"
    parameter_name = "quiet"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return (("90", "None for 90 days"),)

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        if self.value() != "90":
            return queryset
        return queryset.exclude(last_login__gt=timezone.now() - QUIET)


Change = Callable[..., User]
Given = dict[str, Any]


def _each(change: Change, request: HttpRequest, keys: Sequence[int], given: Given) -> Outcome:
    """One person after the other; the actions of `people` keep the history."""
    by, reason = person(request), history.given(given["reason"])

    def changed(key: int) -> Changed | Skipped:
        try:
            return Changed(change(person_id=key, by=by, reason=reason), "", "")
        except people.CannotChange as refusal:
            return Skipped(str(key), _sentence(refusal))

    return Outcome.of(map(changed, keys))


def _sentence(refusal: Exception) -> str:
    """Without its full stop, which comes with where it is told."""
    return str(refusal).rstrip(".")


def _asked_recently(urls: list[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    """The same addresses, for whoever signed in a short while ago."""
    for address in urls:
        if isinstance(address, URLPattern):
            needs(OPEN, recent=True)(address.callback)
    return urls


@admin.register(User)
class PersonAdmin(Desk):
    form = Person
    list_display = (
        "email", "name", "roles", "has_second_factor", "last_login", "is_active", "is_superuser",
    )  # fmt: skip
    list_filter = ("is_active", "groups", SecondFactorFilter, QuietFilter)
    search_fields = ("email__startswith", "name__istartswith")
    search_help_text = "The beginning of an e-mail address or of a name."
    ordering = ("email",)
    readonly_fields = ("email", "is_superuser", "has_second_factor", "last_login", "joined_at")
    fieldsets = (
        (None, {"fields": ("email", "name")}),
        ("What this person may do", {"fields": ("groups", "is_active", "is_superuser")}),
        ("When", {"fields": ("has_second_factor", "joined_at", "last_login")}),
    )
    actions = ("deactivate", "reset_link", "reset_second_factor", "sign_out_everywhere")

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """People are changed by whoever signed in a short while ago."""
        return _asked_recently(super().get_urls())

    def get_queryset(self, request: HttpRequest) -> Any:
        factor = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
        rows = super().get_queryset(request).annotate(second_factor=Exists(factor))
        return rows.prefetch_related("groups")

    @admin.display(description="Roles")
    def roles(self, person: User) -> str:
        return ", ".join(sorted(group.name for group in person.groups.all())) or "–"

    @admin.display(description="Second factor", boolean=True)
    def has_second_factor(self, person: Any) -> bool:
        return bool(person.second_factor)

    def add_view(self, request: HttpRequest, *rest: Any, **words: Any) -> HttpResponse:
        """People are invited, and choose their own password."""
        return redirect("invite")

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """As on the pages. A superuser is changed by superusers alone, or anybody became one."""
        protected = isinstance(obj, User) and obj.is_superuser
        return (
            super().has_change_permission(request, obj)
            and request.user.has_perm(MANAGE)
            and (not protected or bool(request.user.is_superuser))
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Nobody gives themselves a role, or locks themselves out."""
        own = ("groups", "is_active") if obj == request.user else ()
        return (*super().get_readonly_fields(request, obj), *own)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """By the actions of `people`, each of which keeps from and to."""
        note_escalation(request, form)
        by, cleaned, at = request.user, form.cleaned_data, timezone.now()
        steps: list[tuple[Change, dict[str, Any]]] = [(people.rename, {"name": cleaned["name"]})]
        if "groups" in form.changed_data:
            steps.append((people.set_roles, {"roles": list(cleaned["groups"]), "at": at}))
        if "is_active" in form.changed_data:
            leaves = (people.deactivate, {"at": at})
            steps.append((people.reactivate, {}) if cleaned["is_active"] else leaves)
        for step, words in steps:
            self._try(request, step, person_id=obj.pk, by=by, **words)

    def save_related(self, *rest: Any) -> None:
        """The roles are saved already."""

    def log_change(self, *rest: Any) -> None:
        """The actions have said more."""

    @asked(
        "Deactivate",
        "They may not sign in any more: all sessions end, and so do the open invitations they made.",
        needs=MANAGE,
    )
    def deactivate(self, request: HttpRequest, keys: Sequence[int], given: Given) -> Outcome:
        return _each(partial(people.deactivate, at=timezone.now()), request, keys, given)

    @asked(
        "Reset second factor",
        "For a lost phone: all sessions end, and until a new one is set up the password alone signs "
        "in. Make sure that it is they who ask.",
        needs=MANAGE,
    )
    def reset_second_factor(
        self, request: HttpRequest, keys: Sequence[int], given: Given
    ) -> Outcome:
        return _each(people.reset_second_factor, request, keys, given)

    @asked(
        "Make a reset link",
        "A link to copy, by which this one person chooses a new password: it works once, for one "
        "hour. Make sure that it is they who ask.",
        needs=MANAGE,
        refusals=(people.CannotChange,),
    )
    def reset_link(
        self, request: HttpRequest, keys: Sequence[int], given: Given
    ) -> Outcome | HttpResponse:
        if len(keys) != 1:
            raise people.CannotChange("A link is for one person; choose one.")
        reason = history.given(given["reason"])
        by = person(request)
        receiver = people.offer_new_password(person_id=keys[0], by=by, reason=reason)
        return show_reset_link(request, receiver)

    @asked("Sign out everywhere", "All their sessions end, on every device.", needs=MANAGE)
    def sign_out_everywhere(
        self, request: HttpRequest, keys: Sequence[int], given: Given
    ) -> Outcome:
        return _each(people.sign_out_everywhere, request, keys, given)

    def _try(self, request: HttpRequest, change: Change, **words: Any) -> bool:
        try:
            change(**words)
        except people.CannotChange as refusal:
            messages.warning(request, str(refusal))
            return False
        return True


@admin.register(Invitation)
class InvitationAdmin(Window):
    """Who was invited, and what came of it. The links are shown once, to who makes them."""

    list_display = (
        "email", "role", "invited_by", "invited_at", "expires_at", "accepted_at", "revoked_at",
    )  # fmt: skip
    list_filter = ("role",)
    list_select_related = ("role", "invited_by")
    search_fields = ("email__startswith",)
    search_help_text = "The beginning of an e-mail address."
    ordering = ("-invited_at", "-pk")
    exclude = ("digest",)
    actions = ("revoke",)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """As on the page of people."""
        return _asked_recently(super().get_urls())

    @asked("Revoke", "Their links no longer work.", needs=MANAGE)
    def revoke(self, request: HttpRequest, keys: Sequence[int], given: Given) -> Outcome:
        by, at, reason = person(request), timezone.now(), history.given(given["reason"])

        def revoked(key: int) -> Changed | Skipped:
            try:
                row = people.revoke_invitation(invitation_id=key, by=by, at=at, reason=reason)
            except people.CannotChange as refusal:
                return Skipped(str(key), _sentence(refusal))
            return Changed(row, "open", "revoked")

        return Outcome.of(map(revoked, keys))


@admin.register(SignIn)
class SignInAdmin(Window):
    """Who signed in or tried to. An address that nobody has here is not kept."""

    list_display = ("at", "who", "outcome")
    list_filter = ("outcome", ("at", DateFieldListFilter))
    list_select_related = ("person",)
    search_fields = ("person__email__exact",)
    search_help_text = "A whole e-mail address."
    ordering = ("-at", "-pk")
    fields = ("at", "person", "outcome")

    @admin.display(description="Who", empty_value="nobody here")
    def who(self, row: SignIn) -> str | None:
        return str(row.person) if row.person else None


@admin.register(RecoveryCode)
class RecoveryCodeAdmin(Window):
    """How many are left; the codes themselves are nowhere."""

    list_display = ("person", "made_at", "used_at")
    list_select_related = ("person",)
    search_fields = ("person__email__exact",)
    search_help_text = "A whole e-mail address."
    ordering = ("-made_at", "-pk")
    fields = ("person", "made_at", "used_at")


@admin.register(Group)
class RoleAdmin(Window):
    """The five roles are made by a migration; views ask for their permissions."""

    list_display = ("name", "people")
    search_fields = ("name__startswith",)
    search_help_text = "The beginning of a role's name."
    ordering = ("name",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("user_set")

    @admin.display(description="People")
    def people(self, role: Group) -> str:
        return ", ".join(sorted(str(person) for person in role.user_set.all())) or "–"


@admin.register(LogEntry)
class ChangeAdmin(Window):
    """Who changed what in the administration."""

    list_display = ("action_time", "user", "content_type", "object_repr", "what")
    list_filter = ("action_flag",)
    list_select_related = ("user", "content_type")
    ordering = ("-pk",)

    @admin.display(description="What")
    def what(self, entry: LogEntry) -> str:
        return entry.get_change_message() or "–"
