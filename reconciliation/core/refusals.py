"""Why an authentic event is not folded but set aside for a person to see."""

from reconciliation.core.events import Event


def why_aside(event: Event) -> str:
    """The sentence for an event that is not ours to fold, or "" where it is."""
    if event.is_thin:
        return "A thin event names its object without showing it; subscribe to snapshot events."
    if event.account:
        return f"This event belongs to the connected account {event.account}, not to yours."
    return ""
