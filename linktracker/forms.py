"""What people type to come in, to let others in and to change what they may do."""

from secrets import token_hex
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django import forms
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone

from linktracker import people, sign_ins
from linktracker.accounts import too_many
from linktracker.lib.plain_fields import AddressField, TextField
from linktracker.models import User

CODE = {"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}


class NewPassword(forms.Form):
    """Twelve characters or more, checked against who it is for."""

    name = TextField(
        label="Your name", max_length=120, widget=forms.TextInput({"autocomplete": "name"})
    )
    password1 = TextField(
        label="Password",
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text="At least 12 characters; a few unrelated words are easy to keep in mind.",
        strip=False,
    )
    password2 = TextField(
        label="Password, again",
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        strip=False,
    )

    def address(self) -> str:
        """Whose password it will be."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        password = cleaned.get("password1")
        if password and cleaned.get("password2") and password != cleaned["password2"]:
            self.add_error("password2", "The two passwords differ.")
        if password:
            try:
                validate_password(
                    password, User(email=self.address(), name=cleaned.get("name", ""))
                )
            except ValidationError as refusal:
                self.add_error("password1", refusal)
        return cleaned


class FirstAdministratorForm(NewPassword):
    code = TextField(
        label="Code from the log", max_length=40, widget=forms.TextInput({**CODE, "autofocus": ""})
    )
    email = AddressField(
        label="Your e-mail address",
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "username"}),
    )
    field_order = ("code", "email", "name", "password1", "password2")

    def address(self) -> str:
        return str(self.cleaned_data.get("email", ""))


class AcceptForm(NewPassword):
    def __init__(self, *args: Any, address: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._address = address

    def address(self) -> str:
        return self._address


def roles() -> Any:
    return Group.objects.order_by("name")


class InviteForm(forms.Form):
    email = AddressField(label="E-mail address", max_length=254)
    role = forms.ModelChoiceField(queryset=Group.objects.none(), empty_label="Choose a role")
    once = TextField(  # tells a page that is loaded again from another invitation
        required=False, max_length=32, widget=forms.HiddenInput, initial=lambda: token_hex(8)
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].queryset = roles()  # type: ignore[attr-defined]


class RolesForm(forms.Form):
    roles = forms.ModelMultipleChoiceField(
        queryset=Group.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"].queryset = roles()  # type: ignore[attr-defined]


class EnrolForm(forms.Form):
    code = TextField(
        label="Code from the app",
        max_length=12,
        widget=forms.TextInput({**CODE, "inputmode": "numeric"}),
    )


class Codes:
    """allauth's forms with our codes: each is taken once, and attempts are counted for all processes."""

    user: User
    cleaned_data: dict[str, Any]

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        request, now = context.request, timezone.now()
        try:
            attempt = sign_ins.begin_code(
                person=self.user, client_ip=get_adapter().get_client_ip(request), at=now
            )
        except sign_ins.TooManyAttempts as refusal:
            raise ImmediateHttpResponse(too_many(request, refusal.seconds)) from None
        self.authenticator = people.use_code(person=self.user, typed=code, at=now)
        if self.authenticator is None:
            raise ValidationError(
                "This code is not right, or was used before. Wait for the app's next one."
            )
        sign_ins.take_back(attempt)
        return code


class SecondFactorForm(Codes, AuthenticateForm):  # type: ignore[misc]  # allauth ships no types
    """While signing in."""


class ConfirmForm(Codes, ReauthenticateForm):  # type: ignore[misc]  # allauth ships no types
    """While signed in, to confirm who it is."""
