"""Buyers, apart from the money; their names are for those who may see them."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from linktracker import admin_filters, admin_links
from linktracker.admin_links import Way, in_app
from linktracker.admin_site import ModeFilter, Window
from reconciliation.models import Buyer

BUYERS = "reconciliation.view_buyer"


@admin.register(Buyer)
class BuyerAdmin(Window):
    """Name and address are for those who may see buyers; others see that there is one."""

    list_display = ("session_id", "test_or_live", "country", "who")
    list_filter = (ModeFilter, admin_filters.typed("country", "country"))
    search_fields = ("session_id__exact",)
    search_help_text = "A whole session id."
    ordering = ("session_id",)
    exclude = ("stripe_at",)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Model | None:
        """Left out of the row itself: its name would stand in the page's title too."""
        buyer = super().get_object(request, object_id, from_field)
        if isinstance(buyer, Buyer) and not request.user.has_perm(BUYERS):
            buyer.name = buyer.email = ""
        return buyer

    def get_list_display(self, request: HttpRequest) -> Any:
        shown = super().get_list_display(request)
        return shown if request.user.has_perm(BUYERS) else tuple(n for n in shown if n != "who")

    @admin.display(description="Buyer")
    def who(self, row: Buyer) -> str:
        return str(row)

    def ways(self, row: Buyer) -> Iterable[Way]:
        yield in_app("payment", row.session_id)
        yield Way("Session", admin_links.page("reconciliation_checkoutsession", row.session_id))
