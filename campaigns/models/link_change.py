"""What somebody changed about a link that is not its address: from, to, who, when; append-only."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class LinkChange(models.Model):
    class What(models.TextChoices):
        NAME = "name", "Name"
        CAMPAIGN = "campaign", "Campaign"
        OWNER = "owner", "Owner"
        LABELS = "labels", "Labels"
        ARCHIVED = "archived", "Archived"

    line = models.BigIntegerField("tracked link")
    livemode = models.BooleanField()
    what = models.CharField(max_length=8, choices=What)
    before = models.TextField("from", blank=True)
    after = models.TextField("to", blank=True)
    # Of the campaign or owner that `before` names, since others may be called the same.
    before_key = models.BigIntegerField("number of the former", null=True)
    campaign_id = models.BigIntegerField("campaign that payments count for from then on", null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(campaign_id=None) | Q(what="campaign"),
                name="only_moves_name_a_campaign",
            ),
            models.CheckConstraint(
                condition=Q(before_key=None) | Q(what__in=["campaign", "owner"]),
                name="only_moves_and_new_owners_replace_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["line", "id"], name="changes_of_a_link"),
            models.Index(
                fields=["line", "at"], name="moves_of_a_link", condition=Q(what="campaign")
            ),
            models.Index(fields=["livemode", "-at", "-id"], name="changes_of_links_newest_first"),
        ]

    def __str__(self) -> str:
        return f"link {self.line}: {self.what}"
