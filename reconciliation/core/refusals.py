"""Why an authentic event is not folded but set aside for a person to see."""

from reconciliation.core.events import Event


def why_aside(event: Event, secret_livemode: bool | None) -> str:
    """The sentence for an event that is not ours to fold, or "" where it is.

    `secret_livemode` is the mode of the secret that signed it; None vouches for both modes.
    """
    if event.is_thin:
        return "A thin event names its object without showing it; subscribe to snapshot events."
    if event.account:
        return f"This event belongs to the connected account {event.account}, not to yours."
    if secret_livemode is not None and secret_livemode != event.livemode:
        mode, secret = ("live", "test") if event.livemode else ("test", "live")
        return f"A {mode} event came signed with a {secret} secret."
    return ""
