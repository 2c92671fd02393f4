"""Stripe's Refund as its observations add up. Amounts in minor units."""

from django.db import models

from reconciliation.models.stripe_object import StripeObject


class Refund(StripeObject):
    amount = models.BigIntegerField("amount, minor units", null=True)
    currency = models.CharField(max_length=3, null=True)
    payment_intent = models.CharField(max_length=255, null=True)
    charge = models.CharField(max_length=255, null=True)
    created_at = models.DateTimeField("created", null=True)

    class Meta:
        indexes = [
            models.Index(fields=["payment_intent"], name="refunds_of_an_intent"),
            models.Index(fields=["charge"], name="refunds_of_a_charge"),
            models.Index(fields=["-created_at", "id"], name="refunds_newest_first"),
        ]
