"""New evidence whose payments the worker still has to attribute again; a queue, emptied as it runs."""

from django.db import models


class EvidenceChange(models.Model):
    class Kind(models.TextChoices):
        LINK = "link", "a tracked link was issued"
        LINKS = "links", "many tracked links were issued at once"
        ARRIVAL = "arrival", "a buyer came back"
        PAYMENT_LINK = "payment_link", "a payment link's id or redirect became known"
        DECISION = "decision", "a person decided"

    kind = models.CharField(max_length=12, choices=Kind)
    key = models.CharField("what it is about", max_length=255)
    changed_at = models.DateTimeField()
    done_to = models.CharField("payments done up to", max_length=255)

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
