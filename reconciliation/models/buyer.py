"""Who paid, apart from the money so that it can be erased while the money stays."""

from django.db import models


class Buyer(models.Model):
    session_id = models.CharField(max_length=255, primary_key=True)
    livemode = models.BooleanField()
    name = models.CharField(max_length=500, blank=True)
    email = models.CharField(max_length=500, blank=True)
    country = models.CharField(max_length=2, blank=True)
    stripe_at = models.BigIntegerField("Stripe's clock, seconds UTC")
    source_id = models.CharField(max_length=255)

    class Meta:
        indexes = [models.Index(fields=["email"], name="buyers_by_email")]

    def __str__(self) -> str:
        return self.name or self.email or self.session_id
