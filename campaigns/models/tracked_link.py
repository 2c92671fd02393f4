"""A tracked link: a payment link's URL with codes and reference, one row a version.

What was issued never changes (a trigger keeps that promise): an edit of the URL issues a version
that supersedes this one. All versions of one link share its `line`, the key of the first.
"""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from campaigns.models.campaign import Campaign
from campaigns.models.payment_link import PaymentLink
from linktracker.lib.words import WordsOf


class TrackedLink(models.Model):
    class ReferenceMode(models.TextChoices):
        OWN = "own", "my number"
        OWN_AND_TAG = "own and tag", "my number + link tag"
        TAG = "tag", "link tag"
        NONE = "none", "nothing"

    line = models.BigIntegerField("key of the first version")
    version = models.PositiveIntegerField(default=1)
    livemode = models.BooleanField()
    payment_link = models.ForeignKey(PaymentLink, on_delete=models.PROTECT, related_name="links")
    url = models.TextField("final address")
    tag = models.CharField("link tag", max_length=6, unique=True)
    reference_mode = models.CharField(max_length=12, choices=ReferenceMode)
    own_reference = models.CharField(max_length=200, blank=True)
    client_reference_id = models.CharField("reference as issued", max_length=200, blank=True)
    utm_source = models.CharField(max_length=150, blank=True)
    utm_medium = models.CharField(max_length=150, blank=True)
    utm_campaign = models.CharField(max_length=150, blank=True)
    utm_term = models.CharField(max_length=150, blank=True)
    utm_content = models.CharField(max_length=150, blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    issued_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)
    name = models.CharField(max_length=200, blank=True)
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, null=True, blank=True, related_name="links"
    )
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "version"], name="one_row_a_version"),
            models.UniqueConstraint(
                fields=["line"], condition=Q(superseded_at=None), name="one_current_version"
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="versions_count_from_one"),
            models.CheckConstraint(
                condition=Q(tag__regex=r"^[0-9a-hjkmnp-tv-z]{6}$"),
                name="link_tags_are_six_of_the_alphabet",
            ),
        ]
        indexes = [
            models.Index(fields=["livemode", "-issued_at"], name="links_newest_first"),
            models.Index(
                fields=["payment_link", "utm_source", "utm_medium", "utm_campaign"],
                name="links_by_codes",
            ),
            models.Index(fields=["payment_link", "line"], name="links_of_a_payment_link"),
            models.Index(fields=["own_reference"], name="links_by_own_reference"),
            models.Index(fields=["client_reference_id"], name="links_by_reference"),
            GinIndex(WordsOf("name", "url"), name="links_by_words"),
        ]

    def __str__(self) -> str:
        return self.name or f"link {self.line}"
