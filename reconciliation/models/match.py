"""A payment that belongs to an open item, by which rule and why. A projection of both sides."""

from django.db import models
from django.db.models import Q


class Match(models.Model):
    payment_id = models.CharField("payment", max_length=255, primary_key=True)
    livemode = models.BooleanField()
    record = models.ForeignKey(
        "reconciliation.ExpectedPayment", on_delete=models.CASCADE, related_name="matches"
    )
    rule = models.CharField(max_length=8)
    ruleset = models.PositiveSmallIntegerField("version of the rules")
    reasons = models.JSONField()
    pays = models.BooleanField("stands on the line of its open item")
    paid_at = models.DateTimeField("paid")

    class Meta:
        verbose_name_plural = "matches"
        indexes = [
            models.Index(
                fields=["livemode", "paid_at"],
                name="matches_by_day",
                include=["payment_id", "pays"],
            ),
            models.Index(
                fields=["livemode", "paid_at"],
                name="matches_that_pay_nothing",
                condition=Q(pays=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payment_id} {self.rule}"
