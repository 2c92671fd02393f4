"""An open item: what the company expects to be paid, from its own books. One row a revision.

Never edited: a change is a new revision, and only the latest counts. `amount` is in minor units.
"""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL

from linktracker.lib.words import WordsOf

# The moment at which an open item is due or was recorded, whichever is earlier. An index cannot know
# the zone in which it will be asked, so days begin as in UTC; other zones are hours away.
DUE_OR_RECORDED = "LEAST(due_on::timestamp AT TIME ZONE 'UTC', recorded_at)"


class ExpectedPayment(models.Model):
    class Kind(models.TextChoices):
        SINGLE = "single", "one payment"
        MANY = "many", "many payments"

    livemode = models.BooleanField()
    source = models.CharField("where it comes from", max_length=60)
    external_id = models.CharField("own number", max_length=200)
    revision = models.PositiveIntegerField(default=1)
    latest = models.BooleanField(default=True)
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.SINGLE)
    reference = models.CharField(max_length=200)
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField("expected, minor units", null=True)
    due_on = models.DateField(null=True, blank=True)
    description = models.CharField(max_length=500, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["livemode", "source", "external_id", "revision"],
                name="one_row_a_revision",
            ),
            models.UniqueConstraint(
                fields=["livemode", "source", "external_id"],
                condition=Q(latest=True),
                name="one_latest_revision",
            ),
            models.CheckConstraint(
                condition=Q(kind="many") | Q(amount__isnull=False),
                name="single_open_items_have_an_amount",
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=0),
                name="open_items_are_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[a-z]{3}$"),
                name="open_item_currencies_are_three_letters",
            ),
            models.CheckConstraint(condition=~Q(reference=""), name="open_items_have_a_reference"),
        ]
        indexes = [
            models.Index(
                fields=["reference"], name="open_items_by_reference", condition=Q(latest=True)
            ),
            GinIndex(
                WordsOf("external_id", "reference", "description"),
                name="open_items_by_words",
                condition=Q(latest=True),
            ),
            models.Index(
                fields=["livemode", "currency", "due_on", "external_id"],
                name="open_items_by_due_day",
                condition=Q(latest=True),
            ),
            models.Index(
                "livemode",
                RawSQL(DUE_OR_RECORDED, (), models.DateTimeField()),  # noqa: S611 - a constant
                name="open_items_by_moment",
                condition=Q(latest=True),
            ),
            models.Index(
                fields=["livemode", "-id"], name="open_items_last_first", condition=Q(latest=True)
            ),
            models.Index(
                fields=["livemode", "-id"],
                name="voided_items_last_first",
                condition=Q(latest=True, voided_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.external_id
