"""Who let events be read again, and which workers read them."""

from typing import Any

from django.contrib import admin
from django.db.models import F
from django.http import HttpRequest

from linktracker.admin_site import ModeFilter, Window
from reconciliation.models import Replay, ReplayedEvent, Worker


@admin.register(Replay)
class ReplayAdmin(Window):
    list_display = ("at", "test_or_live", "by", "events", "chosen", "reason")
    list_filter = (ModeFilter, ("at", admin.DateFieldListFilter))
    list_select_related = ("by",)
    search_fields = ("by__email__exact",)
    search_help_text = "The whole e-mail address of who asked for it."
    ordering = ("-at", "-id")


@admin.register(ReplayedEvent)
class ReplayedEventAdmin(Window):
    list_display = ("source_id", "test_or_live", "state_before", "sentence_before", "replay")
    list_filter = (ModeFilter, ("replay__at", admin.DateFieldListFilter))
    list_select_related = ("replay",)
    search_fields = ("source_id__exact",)
    search_help_text = "An event's whole id."
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(livemode=F("replay__livemode"))


@admin.register(Worker)
class WorkerAdmin(Window):
    list_display = ("name", "started_at", "seen_at")
    list_filter = (("seen_at", admin.DateFieldListFilter),)
    search_fields = ("name__exact",)
    search_help_text = "A worker's whole name."
    ordering = ("-seen_at", "name")
