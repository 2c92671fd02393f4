"""A label: a free word that people sort links by. Its first spelling is that of all links."""

from django.db import models
from django.db.models.functions import Lower


class Label(models.Model):
    livemode = models.BooleanField()
    name = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint("livemode", Lower("name"), name="one_spelling_a_label"),
            models.CheckConstraint(condition=~models.Q(name=""), name="labels_have_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
