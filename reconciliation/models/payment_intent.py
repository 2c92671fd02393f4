"""Stripe's PaymentIntent as its observations add up. Amounts in minor units."""

from django.db import models

from reconciliation.models.stripe_object import StripeObject


class PaymentIntent(StripeObject):
    amount = models.BigIntegerField("amount, minor units", null=True)
    currency = models.CharField(max_length=3, null=True)
    invoice = models.CharField(max_length=255, null=True)
    created_at = models.DateTimeField("created", null=True)

    class Meta:
        indexes = [
            models.Index(fields=["invoice"], name="intents_of_an_invoice"),
            models.Index(fields=["-created_at", "id"], name="intents_newest_first"),
        ]
