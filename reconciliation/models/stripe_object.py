"""What the projections of Stripe's objects share: Stripe's id, all folded facts, and a moment."""

from django.db import models


class StripeObject(models.Model):
    id = models.CharField("Stripe id", max_length=255, primary_key=True)
    livemode = models.BooleanField()
    facts = models.JSONField()
    ambiguous = models.BooleanField(
        "unsure",
        default=False,
        help_text="Two events of one second contradict each other, and nothing says which is later.",
    )
    status = models.CharField(max_length=255, null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.id
