"""The lock of one object, payment or reference: two workers wait here for each other, in one order."""

from django.db import models


class Head(models.Model):
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=500)
    version = models.BigIntegerField(default=1)

    pk = models.CompositePrimaryKey("kind", "key")

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
