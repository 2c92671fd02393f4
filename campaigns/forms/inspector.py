"""What is pasted into the inspector, and how its links are to be saved."""

from typing import Any

from django import forms

from campaigns.core.addresses import LONGEST_TEXT
from campaigns.forms.link_changes import NotClear, the_one
from campaigns.queries import inspector, link_choices
from linktracker.lib.plain_fields import TextField


class InspectorForm(forms.Form):
    """Any text. Its length is judged where its addresses are found, with a sentence."""

    text = TextField(
        required=False,
        strip=False,
        label="Links, log lines, a mail",
        help_text="Paste anything that holds payment links, or an id of Stripe's (cs_…, pi_…, plink_…); up to 2,000 lines.",
        widget=forms.Textarea(
            attrs={"rows": 6, "spellcheck": "false", "autocomplete": "off", "wrap": "soft"}
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A NUL is told as what no URL can hold, so Django's own check is not asked.
        self.fields["text"].validators = []

    @property
    def pasted(self) -> str:
        return str(self.data.get("text", ""))[: LONGEST_TEXT + 1]


class SaveForm(forms.Form):
    """A name for a single link, and one campaign for all; else each goes by its campaign code."""

    name = TextField(required=False, max_length=200, label="Name")

    def __init__(self, *args: Any, livemode: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(row.pk, str(row)) for row in inspector.campaigns(livemode=livemode)]
        self.fields["campaign"] = forms.TypedChoiceField(
            required=False,
            coerce=int,
            empty_value=None,
            label="Campaign",
            choices=[("", "by the campaign code of each"), *known],
        )
        self.livemode, self.is_cut = livemode, len(known) >= inspector.MOST_CAMPAIGNS

    campaign_named = TextField(
        required=False, max_length=200, label="Another campaign, by its code or exact name"
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if typed := cleaned.get("campaign_named"):
            found = link_choices.campaigns_called(typed, livemode=self.livemode)
            try:
                cleaned["campaign"] = the_one(found, typed)
            except NotClear as problem:
                self.add_error("campaign_named", str(problem))
        return cleaned
