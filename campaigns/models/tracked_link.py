"""A tracked link: a payment link's URL with codes and reference, one row a version.

What was issued never changes (a trigger keeps that promise): an edit of the URL issues a version
that supersedes this one. All versions of one link share its `line`, the key of the first. A URL
that was in use before it was saved is *adopted*: `url` is what was found, byte for byte.
Name, campaign, owner, labels and archive belong to the link: its current version has them, an edit
carries them on, and `LinkChange` remembers what they were.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Collate, Lower

from campaigns.models.campaign import Campaign
from campaigns.models.payment_link import PaymentLink
from linktracker.lib.words import WordsOf


class TrackedLink(models.Model):
    class ReferenceMode(models.TextChoices):
        OWN = "own", "my number"
        OWN_AND_TAG = "own and tag", "my number + link tag"
        TAG = "tag", "link tag"
        NONE = "none", "nothing"

    line = models.BigIntegerField("link number")
    version = models.PositiveIntegerField(default=1)
    livemode = models.BooleanField()
    payment_link = models.ForeignKey(PaymentLink, on_delete=models.PROTECT, related_name="links")
    url = models.TextField("final address")
    adopted = models.BooleanField("taken over as it was", default=False, db_default=False)
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
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    issued_at = models.DateTimeField("issued")
    superseded_at = models.DateTimeField(null=True, blank=True)
    name = models.CharField(max_length=200, blank=True)
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, null=True, blank=True, related_name="links"
    )
    issued_campaign = models.ForeignKey(
        Campaign,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name="campaign of its code",
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="links",
    )
    labels = ArrayField(models.CharField(max_length=40), default=list, blank=True)
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
            models.Index(
                fields=["livemode", "archived_at"],
                name="links_on_a_shelf",
                condition=Q(superseded_at=None),
            ),
            models.Index(
                F("livemode"),
                Lower("name"),
                F("id"),
                name="links_by_name",
                condition=Q(superseded_at=None),
            ),
            models.Index(Collate(Lower("name"), "C"), name="links_by_start_of_name"),
            GinIndex(fields=["labels"], name="links_by_label", condition=Q(superseded_at=None)),
        ]

    def __str__(self) -> str:
        return self.name or f"link {self.line}"

    @property
    def issuer(self) -> str:
        """Who issued it; a command that nobody put their name to is one too."""
        return "build_links" if self.issued_by is None else str(self.issued_by)
