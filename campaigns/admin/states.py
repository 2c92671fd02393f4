"""What is in use and what is archived, in words, colours and conditions."""

from django.db.models import Q

STATE_COLOURS = {"in use": "success", "archived": "info", "superseded": "warning"}


def in_use() -> Q:
    return Q(archived_at=None)


def archived() -> Q:
    return Q(archived_at__isnull=False)
