"""Stripe's objects, each a window: sessions, intents, charges, refunds and invoices."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Q

from linktracker import admin_filters, admin_links
from linktracker.admin_site import ModeFilter
from reconciliation.admin.folded import (
    AMBIGUOUS,
    CURRENCY,
    Folded,
    by_grade,
    by_grade_in,
    columns,
    filters,
)
from reconciliation.models import (
    Charge,
    CheckoutSession,
    Invoice,
    InvoicePayment,
    PaymentIntent,
    Refund,
)
from reconciliation.queries import administration


@admin.register(CheckoutSession)
class CheckoutSessionAdmin(Folded):
    list_display = columns(
        "payment_status", "money", "link", "client_reference_id", "grade", "payment"
    )
    list_filter = filters(
        ("open", "complete", "expired"),
        admin_filters.value("payment_status", "payment", ("paid", "unpaid", "no_payment_required")),
        CURRENCY,
        by_grade(administration.sessions_of_grade),
        admin_filters.typed("payment_link", "payment link's id"),
        admin_filters.choice(
            "reference",
            "reference",
            {"none": ("No reference", lambda: Q(client_reference_id=None))},
        ),
    )
    search_fields = (
        "id__exact", "client_reference_id__exact", "payment_intent__exact", "invoice__exact",
        "subscription__exact",
    )  # fmt: skip
    search_help_text = "A whole Stripe id or reference."
    amount_column = "amount_total"

    def look_up(self, rows: Sequence[Any]) -> None:
        payments = administration.payments_by_session([row.pk for row in rows])
        for row in rows:
            row.beside = payments.get(row.pk)

    @admin.display(description="Payment link")
    def link(self, row: CheckoutSession) -> str:
        return admin_links.to_object(row.payment_link)


@admin.register(PaymentIntent)
class PaymentIntentAdmin(Folded):
    list_display = columns("money", "of_invoice", "reference", "grade", "payment")
    payment_columns = ("id", "invoice")
    list_filter = filters(
        (
            "requires_payment_method", "requires_confirmation", "requires_action", "processing",
            "requires_capture", "canceled", "succeeded",
        ),
        CURRENCY,
        by_grade_in(payment_columns),
    )  # fmt: skip
    search_fields = ("id__exact", "invoice__exact")
    search_help_text = "A whole payment intent or invoice id."


@admin.register(Charge)
class ChargeAdmin(Folded):
    list_display = columns("money", "intent", "of_invoice", "reference", "grade")
    payment_columns = ("payment_intent", "invoice")
    list_filter = filters(
        ("succeeded", "pending", "failed"), CURRENCY, by_grade_in(payment_columns)
    )
    search_fields = ("id__exact", "payment_intent__exact", "invoice__exact")
    search_help_text = "A whole charge, payment intent or invoice id."


@admin.register(Refund)
class RefundAdmin(Folded):
    list_display = columns("money", "of_charge", "intent", "reference", "grade")
    payment_columns = ("payment_intent",)
    list_filter = filters(
        ("pending", "requires_action", "succeeded", "failed", "canceled"),
        CURRENCY,
        by_grade_in(payment_columns),
    )
    search_fields = ("id__exact", "charge__exact", "payment_intent__exact")
    search_help_text = "A whole refund, charge or payment intent id."


@admin.register(Invoice)
class InvoiceAdmin(Folded):
    list_display = columns("money", "subscription", "intent", "reference", "grade")
    payment_columns = ("id", "payment_intent")
    list_filter = filters(
        ("draft", "open", "paid", "uncollectible", "void"),
        CURRENCY,
        by_grade_in(payment_columns),
    )
    search_fields = ("id__exact", "subscription__exact", "payment_intent__exact", "charge__exact")
    search_help_text = "A whole invoice, subscription, payment intent or charge id."
    amount_column = "amount_paid"


@admin.register(InvoicePayment)
class InvoicePaymentAdmin(Folded):
    """It has neither a moment nor an amount of its own."""

    list_display = columns("of_invoice", "intent", "of_charge", last=("ambiguous",))
    list_filter = (
        ModeFilter,
        admin_filters.value("status", "state", ("open", "paid", "canceled")),
        AMBIGUOUS,
    )
    search_fields = ("id__exact", "invoice__exact", "payment_intent__exact", "charge__exact")
    search_help_text = "A whole invoice payment, invoice, payment intent or charge id."
    ordering = ("id",)
