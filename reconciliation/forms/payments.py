"""Setting a payment's link by hand: which link, and why."""

from typing import Any

from django import forms

from campaigns.queries.candidates import links_named, other_payment_link
from linktracker.lib.plain_fields import TextField

NO_LINK = "Choose one of the links, or name another."
TWO_LINKS = "Choose one of the links or name another, not both."


class ReasonForm(forms.Form):
    """The reason that every decision needs."""

    reason = TextField(
        max_length=500,
        label="Reason",
        help_text="It stays in the payment's history.",
        error_messages={"required": "Give a reason; whoever reads the history later will want it."},
    )


class AssignForm(ReasonForm):
    """`line` is a candidate that was chosen; `other` any link by number, tag, address or name.

    `warned` is the link that the form was warned of and is sent again for all the same.
    """

    line = forms.IntegerField(required=False, min_value=1, max_value=10**18)
    warned = forms.IntegerField(required=False, widget=forms.HiddenInput)
    other = TextField(
        required=False,
        max_length=3000,
        label="Another link",
        help_text="Its number, link tag, address or exact name.",
    )

    def __init__(self, *args: Any, livemode: bool, plink_id: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.livemode, self.plink_id = livemode, plink_id

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        line, other = cleaned.get("line"), cleaned.get("other") or ""
        if line and other:
            self.add_error("other", TWO_LINKS)
        elif other:
            cleaned["line"] = self._named(other)
        elif not line:
            self.add_error("other", NO_LINK)
        if (line := cleaned.get("line")) and not self.errors and cleaned.get("warned") != line:
            self._warn(line)
        return cleaned

    def _warn(self, line: int) -> None:
        """Where the link is on another payment link, the form comes back; sent once more, it holds."""
        if sentence := other_payment_link(line, self.plink_id):
            self.add_error(None, sentence)
            self.data = {**self.data, "warned": line}

    def _named(self, other: str) -> int | None:
        found = links_named(other, livemode=self.livemode)
        if len(found) == 1:
            return found[0]
        sentence = (
            f"Several links are called “{other}”; name one by its number."
            if found
            else f"No saved link has the number, tag, address or name “{other[:60]}”."
        )
        self.add_error("other", sentence)
        return None
