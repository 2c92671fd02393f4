"""Stripe's Checkout Session as its observations add up. Amounts in minor units."""

from django.db import models

from reconciliation.models.stripe_object import StripeObject


class CheckoutSession(StripeObject):
    payment_status = models.CharField("payment", max_length=255, null=True)
    mode = models.CharField(max_length=255, null=True)
    amount_total = models.BigIntegerField("total, minor units", null=True)
    currency = models.CharField(max_length=3, null=True)
    client_reference_id = models.CharField("reference", max_length=255, null=True)
    payment_link = models.CharField(max_length=255, null=True)
    payment_intent = models.CharField(max_length=255, null=True)
    invoice = models.CharField(max_length=255, null=True)
    subscription = models.CharField(max_length=255, null=True)
    created_at = models.DateTimeField("created", null=True)

    class Meta:
        indexes = [
            models.Index(fields=["payment_intent"], name="sessions_of_an_intent"),
            models.Index(fields=["invoice"], name="sessions_of_an_invoice"),
            models.Index(fields=["subscription"], name="sessions_of_a_subscription"),
            models.Index(fields=["client_reference_id"], name="sessions_by_reference"),
            models.Index(fields=["-created_at", "id"], name="sessions_newest_first"),
        ]
