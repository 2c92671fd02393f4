"""How the inbox stands."""

from reconciliation.models import InboxEvent


def has_events() -> bool:
    return InboxEvent.objects.exists()


def anything_waits() -> bool:
    """Whether a row is still to be read; parked rows wait for their time and do not count."""
    return InboxEvent.objects.filter(state=InboxEvent.State.WAITING).exists()
