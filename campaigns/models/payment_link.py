"""Stripe's payment link, known by its public URL before its `plink_…` id is learned.

What it sells is known once it was fetched: Stripe's events do not say it.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from campaigns.core.payment_link import period_of
from campaigns.core.payment_link_warnings import PaymentLinkTold


class PaymentLink(models.Model):
    url = models.URLField("address", max_length=500, unique=True)
    stripe_id = models.CharField("Stripe id", max_length=255, null=True, unique=True)
    livemode = models.BooleanField()
    name = models.CharField("our own name for it", max_length=250, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="payment_links",
    )
    product = models.CharField(max_length=250, blank=True, db_default="")
    price = models.BigIntegerField("first payment, in minor units", null=True)
    buyer_chooses = models.BooleanField("the buyer chooses the amount", null=True)
    interval = models.CharField("paid again after each", max_length=20, null=True)
    interval_count = models.PositiveSmallIntegerField(null=True)
    active = models.BooleanField(null=True)
    currency = models.CharField(max_length=3, null=True)
    confirmation = models.CharField(max_length=40, null=True)
    redirect_url = models.TextField(null=True)
    promotion_codes = models.BooleanField("takes promotion codes", null=True)
    # None until Stripe has listed all its payment links once since this address is known.
    listed = models.BooleanField("in Stripe's list", null=True)
    first_seen_at = models.DateTimeField("first seen")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(stripe_id__isnull=True) | Q(stripe_id__startswith="plink_"),
                name="payment_link_ids_begin_with_plink",
            ),
        ]
        indexes = [models.Index(fields=["livemode", "first_seen_at"], name="payment_links_by_mode")]

    def __str__(self) -> str:
        return self.name or self.product or self.url.removeprefix("https://")

    @property
    def period(self) -> str:
        """How often a buyer pays: “a month”; nothing where it is once."""
        return period_of(self.interval, self.interval_count)

    @property
    def told(self) -> PaymentLinkTold:
        """What `campaigns.core.payment_link_warnings` judges."""
        return PaymentLinkTold(
            self.active,
            self.confirmation,
            self.redirect_url,
            self.promotion_codes,
            unheard_of=self.stripe_id is None and self.listed is False,
        )
