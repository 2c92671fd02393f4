"""Stripe's payment link, known by its public URL before its `plink_…` id is learned."""

from django.db import models
from django.db.models import Q


class PaymentLink(models.Model):
    url = models.URLField("public address, without query", max_length=500, unique=True)
    stripe_id = models.CharField(max_length=255, null=True, unique=True)
    livemode = models.BooleanField()
    name = models.CharField("product", max_length=250, blank=True)
    active = models.BooleanField(null=True)
    currency = models.CharField(max_length=3, null=True)
    confirmation = models.CharField(max_length=40, null=True)
    redirect_url = models.TextField(null=True)
    first_seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(stripe_id__isnull=True) | Q(stripe_id__startswith="plink_"),
                name="payment_link_ids_begin_with_plink",
            ),
        ]
        indexes = [models.Index(fields=["livemode", "first_seen_at"], name="payment_links_by_mode")]

    def __str__(self) -> str:
        return self.name or self.url.removeprefix("https://")
