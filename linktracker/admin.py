"""People, their roles and what was changed in the administration."""

from typing import Any

from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db.models import Model
from django.http import HttpRequest
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from linktracker.admin_site import Desk, Window
from linktracker.models import User

admin.site.unregister([Group, EmailAddress])  # EmailAddress is not used: a person has one address


class NewPerson(UserCreationForm):  # type: ignore[misc]  # unfold ships no types
    class Meta:
        model = User
        fields = ("email", "name")

    def clean_email(self) -> str:
        """As `create_user` keeps it: capitals never make a second person."""
        return str(self.cleaned_data["email"]).lower()


class Person(UserChangeForm):  # type: ignore[misc]  # unfold ships no types
    class Meta:
        model = User
        fields = ("email", "name", "password", "groups", "is_active")

    clean_email = NewPerson.clean_email


@admin.register(User)
class PersonAdmin(UserAdmin, Desk):  # type: ignore[type-arg, misc]  # unfold ships no types
    form = Person
    add_form = NewPerson
    change_password_form = AdminPasswordChangeForm
    list_display = ("email", "name", "roles", "is_active", "is_superuser", "last_login")
    list_filter = ("is_active", "groups")
    search_fields = ("email__startswith",)
    search_help_text = "The beginning of an e-mail address."
    ordering = ("email",)
    filter_horizontal = ()
    readonly_fields = ("is_superuser", "last_login", "joined_at")
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        ("What this person may do", {"fields": ("groups", "is_active", "is_superuser")}),
        ("When", {"fields": ("joined_at", "last_login")}),
    )
    add_fieldsets = (
        (None, {"fields": ("email", "name", "usable_password", "password1", "password2")}),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description="Roles")
    def roles(self, person: User) -> str:
        return ", ".join(sorted(group.name for group in person.groups.all())) or "–"

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """A superuser is changed by superusers alone, or any administrator could become one."""
        protected = isinstance(obj, User) and obj.is_superuser
        return super().has_change_permission(request, obj) and (
            not protected or request.user.is_superuser
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Nobody gives themselves a role, or locks themselves out."""
        own = ("groups", "is_active") if obj == request.user else ()
        return (*super().get_readonly_fields(request, obj), *own)


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
