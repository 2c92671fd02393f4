"""What Stripe told us, as bytes that never change; the table is its own work queue."""

from django.conf import settings
from django.db import models
from django.db.models import Q

BUCKETS = 64


class InboxEvent(models.Model):
    class Source(models.TextChoices):
        WEBHOOK = "webhook", "webhook"
        FETCH = "fetch", "fetched"
        UPLOAD = "upload", "uploaded"

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        DONE = "done", "done"
        KEPT = "kept", "kept"
        PARKED = "parked", "will try again"
        SET_ASIDE = "set aside", "needs you"

    bucket = models.PositiveSmallIntegerField("stable hash of the source id, mod 64")
    source_id = models.CharField(
        "event id",
        max_length=255,
        help_text="Where nothing readable came, a fingerprint of the bytes: sha256:…",
    )
    source = models.CharField(max_length=8, choices=Source)
    type = models.CharField(max_length=255, blank=True)
    object_id = models.CharField("object in it", max_length=255, blank=True)
    livemode = models.BooleanField()
    account = models.CharField("connected account", max_length=255, blank=True)
    api_version = models.CharField("API version", max_length=64, blank=True)
    stripe_at = models.DateTimeField("created at Stripe", null=True)
    received_at = models.DateTimeField("received")
    body = models.BinaryField()
    sha256 = models.BinaryField(max_length=32)
    secret = models.PositiveSmallIntegerField("signing secret, counted from 0", null=True)
    secret_livemode = models.BooleanField("signing secret is for live mode", null=True)
    deliveries = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField("tries", default=0)
    due_at = models.DateTimeField("next try")
    sentence = models.TextField("reason", blank=True)
    # A large table: an index on who looked would serve nobody.
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name="looked at by",
    )
    seen_at = models.DateTimeField("looked at", null=True)
    seen_reason = models.CharField(
        "why it may stay aside", max_length=500, blank=True, db_default=""
    )

    class Meta:
        permissions = [
            ("view_raw_facts", "Can read what Stripe sent, with buyer data"),
            ("replay_events", "Can let the worker read events again"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["bucket", "source_id"], name="one_row_a_source"),
            models.CheckConstraint(
                condition=Q(bucket__gte=0) & Q(bucket__lt=BUCKETS), name="buckets_are_64"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["parked", "set aside"]) | ~Q(sentence=""),
                name="stuck_events_say_why",
            ),
            models.CheckConstraint(
                condition=Q(seen_at=None, seen_by=None, seen_reason="")
                | (Q(state="set aside", seen_at__isnull=False, seen_by__isnull=False))
                & ~Q(seen_reason=""),
                name="seen_events_stay_aside_and_say_why",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                name="inbox_work",
                condition=Q(state__in=["waiting", "parked"]),
            ),
            models.Index(
                fields=["due_at", "id"],
                name="inbox_failed",
                condition=Q(state__in=["waiting", "parked"], attempts__gt=0),
            ),
            models.Index(
                fields=["state", "-received_at"],
                name="inbox_stuck",
                condition=Q(state__in=["parked", "set aside"]),
            ),
            models.Index(fields=["-received_at", "-id"], name="inbox_newest_first"),
            models.Index(fields=["livemode", "-received_at", "-id"], name="inbox_of_a_mode"),
            models.Index(fields=["livemode"], name="inbox_repeated", condition=Q(deliveries__gt=1)),
            models.Index(fields=["object_id"], name="inbox_by_object"),
        ]

    def __str__(self) -> str:
        return self.source_id

    @property
    def state_in_words(self) -> str:
        """An event that somebody has looked at needs nobody any more."""
        return "seen" if self.seen_at else self.State(self.state).label
