"""Stripe's Invoice and InvoicePayment: the join from a subscription's session to its money."""

from django.db import models


class Invoice(models.Model):
    id = models.CharField(max_length=255, primary_key=True)
    livemode = models.BooleanField()
    facts = models.JSONField()
    ambiguous = models.BooleanField(default=False)
    status = models.CharField(max_length=255, null=True)
    amount_paid = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, null=True)
    subscription = models.CharField(max_length=255, null=True)
    payment_intent = models.CharField(max_length=255, null=True)
    charge = models.CharField(max_length=255, null=True)
    created_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["payment_intent"], name="invoices_of_an_intent"),
            models.Index(fields=["charge"], name="invoices_of_a_charge"),
            models.Index(fields=["subscription"], name="invoices_of_a_subscription"),
            models.Index(fields=["-created_at", "id"], name="invoices_newest_first"),
        ]

    def __str__(self) -> str:
        return self.id


class InvoicePayment(models.Model):
    id = models.CharField(max_length=255, primary_key=True)
    livemode = models.BooleanField()
    facts = models.JSONField()
    ambiguous = models.BooleanField(default=False)
    status = models.CharField(max_length=255, null=True)
    invoice = models.CharField(max_length=255, null=True)
    payment_intent = models.CharField(max_length=255, null=True)
    charge = models.CharField(max_length=255, null=True)

    class Meta:
        indexes = [
            models.Index(fields=["payment_intent"], name="invoice_payments_of_an_intent"),
            models.Index(fields=["invoice"], name="payments_of_an_invoice"),
            models.Index(fields=["charge"], name="invoice_payments_of_a_charge"),
        ]

    def __str__(self) -> str:
        return self.id
