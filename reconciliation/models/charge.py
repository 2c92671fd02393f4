"""Stripe's Charge as its observations add up. Amounts in minor units."""

from django.db import models

from reconciliation.models.stripe_object import StripeObject


class Charge(StripeObject):
    amount = models.BigIntegerField("amount, minor units", null=True)
    currency = models.CharField(max_length=3, null=True)
    payment_intent = models.CharField(max_length=255, null=True)
    invoice = models.CharField(max_length=255, null=True)
    created_at = models.DateTimeField("created", null=True)

    class Meta:
        indexes = [
            # The beginning of an id is enough to find it: people see ids cut short.
            models.Index(fields=["id"], name="charges_by_id", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["payment_intent"], name="charges_of_an_intent"),
            models.Index(fields=["invoice"], name="charges_of_an_invoice"),
            models.Index(fields=["-created_at", "id"], name="charges_newest_first"),
        ]
