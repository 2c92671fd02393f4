"""What was changed about links, and the labels they carry."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import admin
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from campaigns.models import Label, LinkChange
from campaigns.queries import administration
from linktracker import admin_links
from linktracker.admin_links import Way, in_app
from linktracker.admin_site import ModeFilter, Window


class OfLink(Window):
    """A row about one link."""

    def look_up(self, rows: Sequence[Any]) -> None:
        names = administration.names_and_pages(row.line for row in rows)
        for row in rows:
            row.beside = names.get(row.line)

    @admin.display(description="Tracked link")
    def link(self, row: Any) -> str:
        if row.beside is None:
            return str(row.line)
        return admin_links.to_page("campaigns_trackedlink", row.beside.pk, row.beside.name)

    def ways(self, row: Any) -> Iterable[Way]:
        yield in_app("link", row.line)
        yield Way("Tracked link", admin_links.listed("campaigns_trackedlink", line__exact=row.line))


@admin.register(LinkChange)
class LinkChangeAdmin(OfLink):
    """What somebody changed about a link, in the app or here; the address never changes."""

    list_display = ("at", "link", "test_or_live", "what", "before", "after", "by")
    list_filter = (
        ModeFilter,
        ("at", admin.DateFieldListFilter),
        "what",
        ("by", AutocompleteSelectFilter),
    )
    search_fields = ("line__exact",)
    search_help_text = "A link's whole number."
    list_select_related = ("by",)
    ordering = ("-at", "-id")


@admin.register(Label)
class LabelAdmin(Window):
    """The first spelling of each label, which all links use."""

    list_display = ("name", "test_or_live", "links")
    list_filter = (ModeFilter,)
    search_fields = ("name__startswith",)
    search_help_text = "The beginning of a label."
    ordering = ("name", "pk")

    @admin.display(description="Links")
    def links(self, label: Label) -> str:
        return admin_links.to(
            admin_links.listed("campaigns_trackedlink", label=label.name), "its links"
        )
