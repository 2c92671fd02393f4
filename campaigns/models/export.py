"""Who took which list away, and how much of it: kept, because a file leaves our permissions behind."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Export(models.Model):
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    what = models.CharField("list", max_length=40)
    livemode = models.BooleanField()
    asked = models.TextField("filter, as the address asks for it", blank=True)
    form = models.CharField(max_length=4)
    # Empty while it is sent, and for ever where the download was broken off.
    rows = models.PositiveBigIntegerField("rows sent", null=True)
    sha256 = models.CharField("SHA-256 of what was sent", max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["-at", "-id"], name="exports_newest_first")]
        constraints = [
            models.CheckConstraint(
                condition=Q(sha256="") | Q(rows__isnull=False),
                name="only_what_was_sent_to_the_end_has_a_digest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what}.{self.form}"
