"""What a change of links asks for: a campaign, an owner, a label; nothing to archive or restore."""

from collections.abc import Mapping, Sequence

from django import forms

from campaigns.core.labels import LONGEST_LABEL, BadLabel, read_label
from linktracker.lib.plain_fields import TextField

NONE = "none"

Choices = Sequence[tuple[str, str]]
"""Values with their words; the value "none" stands for none of them."""


class ChangeForm(forms.Form):
    """After `is_valid()`, `to()` is what the action is told."""

    def to(self) -> dict[str, object]:
        return {}


class ChoiceForm(ChangeForm):
    """One of those that are offered: `name` is what the action calls it."""

    def __init__(
        self, posted: Mapping[str, str] | None, *, name: str, label: str, choices: Choices
    ) -> None:
        super().__init__(posted)
        self.name = name
        offered = [("", "Choose …"), *choices]
        self.fields["chosen"] = forms.ChoiceField(choices=offered, label=label)


class KeyForm(ChoiceForm):
    """Rows are offered by their keys."""

    def to(self) -> dict[str, object]:
        chosen = self.cleaned_data["chosen"]
        return {self.name: None if chosen == NONE else int(chosen)}


class WordForm(ChoiceForm):
    def to(self) -> dict[str, object]:
        return {self.name: self.cleaned_data["chosen"]}


class LabelForm(ChangeForm):
    """A label that is new, or one that links have already: `known` are suggested."""

    label = TextField(
        label="Label",
        help_text=f"A free word or a few, up to {LONGEST_LABEL} characters.",
        widget=forms.TextInput({"list": "known-labels", "autocomplete": "off", "autofocus": True}),
    )

    def __init__(self, posted: Mapping[str, str] | None, *, known: Sequence[str]) -> None:
        super().__init__(posted)
        self.known = known

    def clean_label(self) -> str:
        try:
            return read_label(self.cleaned_data["label"])
        except BadLabel as problem:
            raise forms.ValidationError(str(problem)) from problem

    def to(self) -> dict[str, object]:
        return {"label": self.cleaned_data["label"]}
