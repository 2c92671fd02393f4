"""Who paid, apart from the money so that it can be erased while the money stays."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Collate, Lower

from linktracker.lib.words import WordsOf


class Buyer(models.Model):
    session_id = models.CharField("session", max_length=255, primary_key=True)
    livemode = models.BooleanField()
    name = models.CharField(max_length=500, blank=True)
    email = models.CharField(max_length=500, blank=True)
    country = models.CharField(max_length=2, blank=True)
    stripe_at = models.BigIntegerField("Stripe's clock, seconds UTC")
    source_id = models.CharField("event id", max_length=255)

    class Meta:
        indexes = [
            models.Index(fields=["email"], name="buyers_by_email"),
            models.Index(Collate(Lower("email"), "C"), name="buyers_by_start_of_email"),
            GinIndex(WordsOf("name"), name="buyers_by_words"),
        ]

    def __str__(self) -> str:
        return self.name or self.email or self.session_id
