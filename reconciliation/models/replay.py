"""Who let events be read once more, why, and what each of them was before; append-only."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Replay(models.Model):
    livemode = models.BooleanField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(max_length=500)
    chosen = models.CharField("which events", max_length=1000)
    events = models.PositiveIntegerField("how many")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="replays_have_a_reason"),
        ]
        indexes = [models.Index(fields=["-at", "-id"], name="replays_newest_first")]

    def __str__(self) -> str:
        return f"{self.events} events: {self.chosen}"


class ReplayedEvent(models.Model):
    replay = models.ForeignKey(Replay, on_delete=models.PROTECT, related_name="replayed")
    source_id = models.CharField("event id", max_length=255)
    state_before = models.CharField("state before", max_length=9)
    sentence_before = models.TextField("reason before", blank=True)

    class Meta:
        indexes = [models.Index(fields=["source_id"], name="replays_of_an_event")]

    def __str__(self) -> str:
        return self.source_id
