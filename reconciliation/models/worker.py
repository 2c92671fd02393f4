"""When each background worker was last alive."""

from django.db import models


class Worker(models.Model):
    name = models.CharField(max_length=100, primary_key=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
