"""What actions ask beside the reason: who shall own it, a name, a label, days, a campaign."""

from typing import Any

from django import forms
from django.db.models import Model
from unfold.widgets import (
    UnfoldAdminDateWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from campaigns.models import Campaign, PaymentLink
from linktracker.admin_actions import ReasonForm
from linktracker.lib.plain_fields import TextField
from linktracker.models import User


class OwnerForm(ReasonForm):
    owner = forms.ModelChoiceField(
        queryset=User.objects.filter(is_active=True).order_by("name", "email"),
        widget=UnfoldAdminSelectWidget,
    )
    field_order = ("owner", "reason")


class CampaignChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic only while types are checked
    def label_from_instance(self, campaign: Model) -> str:
        mode = "live" if getattr(campaign, "livemode", False) else "test"
        return f"{campaign} ({mode})"


class MoveForm(ReasonForm):
    campaign = CampaignChoice(
        queryset=Campaign.objects.filter(archived_at=None).order_by("name", "pk"),
        widget=UnfoldAdminSelectWidget,
    )
    field_order = ("campaign", "reason")


class LabelForm(ReasonForm):
    label = TextField(max_length=40, widget=UnfoldAdminTextInputWidget)
    field_order = ("label", "reason")


class NameForm(ReasonForm):
    name = TextField(
        max_length=PaymentLink._meta.get_field("name").max_length,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text="Shown here and in the link builder. Left empty, Stripe's product stands for it.",
    )
    field_order = ("name", "reason")


def _day(label: str) -> forms.DateField:
    widget: Any = UnfoldAdminDateWidget
    return forms.DateField(required=False, label=label, widget=widget)


class DaysForm(ReasonForm):
    starts_on = _day("First day")
    ends_on = _day("Last day")
    field_order = ("starts_on", "ends_on", "reason")
