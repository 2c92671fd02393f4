"""Stripe's PaymentIntent as its observations add up. Amounts in minor units."""

from django.db import models


class PaymentIntent(models.Model):
    id = models.CharField(max_length=255, primary_key=True)
    livemode = models.BooleanField()
    facts = models.JSONField()
    ambiguous = models.BooleanField(default=False)
    status = models.CharField(max_length=255, null=True)
    amount = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, null=True)
    invoice = models.CharField(max_length=255, null=True)
    created_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["invoice"], name="intents_of_an_invoice"),
            models.Index(fields=["-created_at", "id"], name="intents_newest_first"),
        ]

    def __str__(self) -> str:
        return self.id
