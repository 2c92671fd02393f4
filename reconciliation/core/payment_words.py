"""The words for a payment's state, for how sure its link is, and for how its reference was read."""

from collections.abc import Mapping
from typing import Final

STATES: Final[Mapping[str, str]] = {
    "paid": "Paid",
    "partly_refunded": "Partly refunded",
    "refunded": "Refunded",
    "free": "Free order",
    "pending": "Waiting for the money",
    "failed": "Failed",
    "canceled": "Canceled",
}

GRADES: Final[Mapping[str, str]] = {
    "A": "Certain",
    "B": "Strong",
    "C": "Likely",
    "M": "Set by a person",
    "U": "Unknown",
}

SCOPES: Final[Mapping[str, str]] = {
    "links": "Through a payment link",
    "other": "Not through a payment link",
}

READINGS: Final[Mapping[str, str]] = {
    "tagged": "It ends in a link tag, and the tag's check is right.",
    "check failed": "It looks like a link tag with a typing error, so no link is named by it.",
    "plain": "It holds no link tag: all of it is your own number.",
    "absent": "No reference came with this payment.",
}
