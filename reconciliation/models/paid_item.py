"""What the payments that pay an open item come to together, beside what was expected of them.

A projection of its matches; an open item that no payment pays has no row.
"""

from django.db import models
from django.db.models.expressions import RawSQL

# What comparing comes to; an index holds it, so that the rare ones are found among many.
FINDING = """
CASE
    WHEN beside OR received = expected THEN 'agrees'
    WHEN received = 0 THEN 'no_payment_yet'
    WHEN received < expected THEN 'short'
    ELSE 'over'
END
"""


class PaidItem(models.Model):
    record = models.OneToOneField(
        "reconciliation.ExpectedPayment",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="paid",
    )
    livemode = models.BooleanField()
    currency = models.CharField(max_length=3)
    beside = models.BooleanField("for many payments")
    expected = models.BigIntegerField("expected, minor units", null=True)
    payments = models.PositiveIntegerField()
    paid = models.BigIntegerField("paid, minor units")
    received = models.BigIntegerField("received, minor units")
    paid_at = models.DateTimeField("first paid")
    payment_id = models.CharField("one of its payments", max_length=255)

    class Meta:
        indexes = [
            models.Index(fields=["livemode", "paid_at"], name="paid_items_by_day"),
            models.Index(
                "livemode",
                RawSQL(FINDING, (), models.CharField()),  # noqa: S611 - a constant
                "record",
                name="paid_items_by_finding",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.payments}"
