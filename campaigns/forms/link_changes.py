"""What a change of links asks for: a campaign, an owner, a label; nothing to archive or restore."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms

from campaigns.core.labels import LONGEST_LABEL, BadLabel, read_label
from linktracker.lib.plain_fields import TextField

NONE = "none"
ONE_OF_TWO = "Choose one from the list or type one, not both."

Choices = Sequence[tuple[str, str]]
"""Values with their words; the value "none" stands for none of them."""
Find = Callable[[str], Sequence[int]]


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
    """Rows are offered by their keys; where there are more than are offered, by name as well.

    `find` gives the keys of what somebody may mean by a name, two where it is not clear.
    """

    def __init__(
        self,
        posted: Mapping[str, str] | None,
        *,
        name: str,
        label: str,
        choices: Choices,
        find: Find | None,
        named_by: str,
    ) -> None:
        super().__init__(posted, name=name, label=label, choices=choices)
        self.find = find
        if find is not None:
            self.fields["chosen"].required = False
            self.fields["named"] = TextField(
                required=False,
                max_length=200,
                label=f"Another {label.lower()}",
                help_text=f"Not all fit into the list; type {named_by}.",
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.find is None or self.errors:
            return cleaned
        chosen, typed = cleaned.get("chosen"), cleaned.get("named")
        if bool(chosen) == bool(typed):
            self.add_error("named", ONE_OF_TWO)
        elif typed:
            try:
                cleaned["chosen"] = str(the_one(self.find(typed), typed))
            except NotClear as problem:
                self.add_error("named", str(problem))
        return cleaned

    def to(self) -> dict[str, object]:
        chosen = self.cleaned_data["chosen"]
        return {self.name: None if chosen == NONE else int(chosen)}


class NotClear(Exception):
    """A name stands for nothing, or for several; the sentence says which."""


def the_one(found: Sequence[int], typed: str) -> int:
    """The only one that was found under what was typed; raises `NotClear`."""
    if len(found) == 1:
        return found[0]
    if found:
        raise NotClear(f"Several are called “{typed}”; type the code or e-mail address of one.")
    raise NotClear(f"Nothing is called “{typed}”.")


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
