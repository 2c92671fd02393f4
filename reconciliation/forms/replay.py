"""Letting events be read again: why."""

from django import forms


class ReplayForm(forms.Form):
    reason = forms.CharField(
        max_length=500,
        label="Reason",
        help_text="It stays on record with your name.",
        error_messages={"required": "Give a reason; whoever reads the record later will want it."},
    )
