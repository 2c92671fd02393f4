"""A return visit: what a buyer's browser brought back. Evidence, never proof of payment."""

from django.db import models
from django.db.models import Q


class ReturnPage(models.Model):
    """Where a buyer is sent on to: stored here, never taken from the request."""

    key = models.SlugField(max_length=40, unique=True)
    livemode = models.BooleanField()
    name = models.CharField(max_length=200)
    thank_you_url = models.URLField(max_length=2000)
    passes_session_id = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(thank_you_url__startswith="https://"),
                name="thank_you_pages_are_https",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Arrival(models.Model):
    page = models.ForeignKey(ReturnPage, on_delete=models.PROTECT, related_name="arrivals")
    livemode = models.BooleanField()
    session_id = models.CharField("session", max_length=220, blank=True)
    problem = models.CharField(max_length=40, blank=True)
    utm_source = models.CharField(max_length=150, blank=True)
    utm_medium = models.CharField(max_length=150, blank=True)
    utm_campaign = models.CharField(max_length=150, blank=True)
    utm_term = models.CharField(max_length=150, blank=True)
    utm_content = models.CharField(max_length=150, blank=True)
    arrived_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["page", "session_id"],
                condition=~Q(session_id=""),
                name="one_arrival_a_page_and_session",
            ),
        ]
        indexes = [models.Index(fields=["session_id"], name="arrivals_by_session")]

    def __str__(self) -> str:
        return self.session_id or f"arrival {self.pk}"
