"""Who shall own what was chosen: anybody who may sign in."""

from django import forms
from unfold.widgets import UnfoldAdminSelectWidget

from linktracker.admin_actions import ReasonForm
from linktracker.models import User


class OwnerForm(ReasonForm):
    owner = forms.ModelChoiceField(
        queryset=User.objects.filter(is_active=True).order_by("name", "email"),
        widget=UnfoldAdminSelectWidget,
    )
    field_order = ("owner", "reason")
