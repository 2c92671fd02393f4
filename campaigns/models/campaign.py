"""A campaign: what a marketer plans; its code is the `utm_campaign` of its links."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from linktracker.lib.words import WordsOf


class Campaign(models.Model):
    livemode = models.BooleanField()
    name = models.CharField(max_length=200)
    code = models.CharField("campaign code", max_length=150)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField("created")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="campaigns",
    )
    starts_on = models.DateField("first day", null=True, blank=True)
    ends_on = models.DateField("last day", null=True, blank=True)
    archived_at = models.DateTimeField("archived", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["livemode", "code"], name="one_campaign_a_code"),
            models.CheckConstraint(condition=~models.Q(code=""), name="campaigns_have_a_code"),
            models.CheckConstraint(
                condition=models.Q(starts_on=None)
                | models.Q(ends_on=None)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="campaigns_end_after_they_start",
            ),
        ]
        indexes = [
            GinIndex(WordsOf("name", "code"), name="campaigns_by_words"),
            models.Index(fields=["starts_on"], name="campaigns_by_start"),
        ]

    def __str__(self) -> str:
        return self.name
