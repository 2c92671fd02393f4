"""Stripe's Invoice and InvoicePayment: the join from a subscription's session to its money."""

from django.db import models

from reconciliation.models.stripe_object import StripeObject


class Invoice(StripeObject):
    amount_paid = models.BigIntegerField("paid, minor units", null=True)
    currency = models.CharField(max_length=3, null=True)
    subscription = models.CharField(max_length=255, null=True)
    payment_intent = models.CharField(max_length=255, null=True)
    charge = models.CharField(max_length=255, null=True)
    created_at = models.DateTimeField("created", null=True)

    class Meta:
        indexes = [
            models.Index(fields=["payment_intent"], name="invoices_of_an_intent"),
            models.Index(fields=["charge"], name="invoices_of_a_charge"),
            models.Index(fields=["subscription"], name="invoices_of_a_subscription"),
            models.Index(fields=["-created_at", "id"], name="invoices_newest_first"),
        ]


class InvoicePayment(StripeObject):
    invoice = models.CharField(max_length=255, null=True)
    payment_intent = models.CharField(max_length=255, null=True)
    charge = models.CharField(max_length=255, null=True)

    class Meta:
        indexes = [
            models.Index(fields=["payment_intent"], name="invoice_payments_of_an_intent"),
            models.Index(fields=["invoice"], name="payments_of_an_invoice"),
            models.Index(fields=["charge"], name="invoice_payments_of_a_charge"),
        ]
