"""Evidence that still has to be brought to its payments, and who took which list away."""

from django.contrib import admin

from campaigns.models import EvidenceChange, Export
from linktracker.admin_site import ModeFilter, Window, pill

WHOLE, CUT_OFF = "to the end", "cut off, or still being sent"


@admin.register(EvidenceChange)
class EvidenceChangeAdmin(Window):
    """New evidence that the worker has still to bring to its payments; empty when it has."""

    list_display = ("kind", "key", "changed_at", "done_to")
    list_filter = ("kind",)
    search_fields = ("key__exact",)
    search_help_text = "A whole key: a link's number, a session, a payment link or a payment."
    ordering = ("pk",)


@admin.register(Export)
class ExportAdmin(Window):
    """Who took which list away, and the digest by which a file is known again."""

    list_display = ("what", "test_or_live", "form", "sent", "rows", "by", "at")
    list_filter = (ModeFilter,)
    list_select_related = ("by",)
    search_fields = ("by__email__exact", "sha256__exact")
    search_help_text = "The whole e-mail address of who took it, or the SHA-256 of a file."
    ordering = ("-at", "-id")

    @pill("Sent", {WHOLE: "success", CUT_OFF: "warning"})
    def sent(self, export: Export) -> str:
        return CUT_OFF if export.rows is None else WHOLE
