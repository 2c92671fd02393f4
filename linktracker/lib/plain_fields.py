"""Text that people type: what is too long, or cannot be kept at all, is told in plain sentences."""

from typing import Any

from django import forms
from django.core import validators

TOO_LONG = "This has %(show_value)d characters; %(limit_value)d fit."
NOT_TEXT = "This holds a character that cannot be written down; type it again."


class TextField(forms.CharField):
    """A line, or many."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.validators = [_in_plain_words(validator) for validator in self.validators]


def _in_plain_words(validator: Any) -> Any:
    """Django's own validator with a sentence of ours."""
    if isinstance(validator, validators.MaxLengthValidator):
        return validators.MaxLengthValidator(validator.limit_value, TOO_LONG)
    if isinstance(validator, validators.ProhibitNullCharactersValidator):
        return validators.ProhibitNullCharactersValidator(NOT_TEXT)
    return validator


class AddressField(TextField, forms.EmailField):
    """An e-mail address."""
