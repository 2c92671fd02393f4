"""Every answer that the rules or a person gave about a payment, in order; append-only."""

from django.db import models


class Attribution(models.Model):
    payment_id = models.CharField("payment", max_length=255)
    livemode = models.BooleanField()
    grade = models.CharField(max_length=1)
    rule = models.CharField(max_length=40)
    ruleset = models.PositiveSmallIntegerField("version of the rules")
    link_line = models.BigIntegerField("tracked link", null=True)
    utm = models.JSONField("the five codes")
    reasons = models.JSONField()
    conflicts = models.JSONField()
    decided_at = models.DateTimeField("decided")

    class Meta:
        indexes = [
            models.Index(fields=["payment_id", "decided_at", "id"], name="answers_about_a_payment"),
            models.Index(fields=["-decided_at", "-id"], name="answers_newest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.payment_id}: {self.grade}"
