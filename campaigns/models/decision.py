"""What a person decided about a payment's link: append-only, and it outranks the rules."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class AttributionDecision(models.Model):
    class What(models.TextChoices):
        ASSIGNED = "assigned", "assigned to a link"
        UNDONE = "undone", "assignment undone"

    payment_id = models.CharField("payment", max_length=255)
    livemode = models.BooleanField()
    what = models.CharField(max_length=8, choices=What)
    link_line = models.BigIntegerField("tracked link", null=True)
    reason = models.CharField(max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="decisions_give_a_reason"),
            models.CheckConstraint(
                condition=Q(what="undone", link_line__isnull=True)
                | Q(what="assigned", link_line__isnull=False),
                name="assignments_name_a_link",
            ),
        ]
        indexes = [models.Index(fields=["payment_id", "id"], name="decisions_on_a_payment")]

    def __str__(self) -> str:
        return f"{self.payment_id} {self.what}"
