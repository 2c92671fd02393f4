"""Letting events be read again: why, and of many, how many the person saw."""

from django import forms

from linktracker.history import LONGEST_REASON
from linktracker.lib.plain_fields import TextField


class ReplayForm(forms.Form):
    reason = TextField(
        max_length=LONGEST_REASON,
        label="Reason",
        help_text="It stays on record with your name.",
        error_messages={"required": "Give a reason; whoever reads the record later will want it."},
    )


LOOK_AGAIN = "Look again at how many there are, then replay."


class ReplayAllForm(ReplayForm):
    seen = forms.IntegerField(
        min_value=0,
        widget=forms.HiddenInput,
        error_messages={
            "required": LOOK_AGAIN,
            "invalid": LOOK_AGAIN,
            "min_value": LOOK_AGAIN,
        },
    )
