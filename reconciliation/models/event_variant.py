"""Another body that came under an event id that we already had: kept beside it, never in its place."""

from django.db import models


class EventVariant(models.Model):
    bucket = models.PositiveSmallIntegerField()
    source_id = models.CharField("event id", max_length=255)
    body = models.BinaryField()
    sha256 = models.BinaryField(max_length=32)
    received_at = models.DateTimeField("received")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bucket", "source_id", "sha256"], name="one_row_a_variant"
            )
        ]

    def __str__(self) -> str:
        return self.source_id
