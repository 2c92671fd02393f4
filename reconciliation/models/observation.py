"""What one inbox row says about one Stripe object at one moment; only the fields that are folded."""

from django.db import models


class Observation(models.Model):
    object_id = models.CharField("object", max_length=255)
    source_id = models.CharField("event id", max_length=255)
    kind = models.CharField("object type", max_length=20)
    livemode = models.BooleanField()
    fetched = models.BooleanField("we asked for it")
    stripe_at = models.BigIntegerField("Stripe's clock, seconds UTC")
    rank = models.SmallIntegerField("place among what came in one second")
    facts = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["object_id", "source_id"], name="one_observation_an_object_and_source"
            )
        ]

    def __str__(self) -> str:
        return f"{self.object_id} by {self.source_id}"
