"""What happens to a link between the company and the buyer's browser."""

import re
from urllib.parse import urlsplit

from linktracker.simulator.catalogue import bare_url
from linktracker.simulator.chance import Chance

STRIPPED = 0.03  # a privacy tool takes the whole query away
MANGLED = 0.025  # a mail program spoils the reference
REFERENCE = re.compile(r"(client_reference_id=)([^&#]*)")


def opened_url(url: str, chance: Chance) -> str:
    """The URL as the browser opens it: nearly always the one that was sent."""
    if not urlsplit(url).query:
        return url
    if chance.happens("stripped", STRIPPED):
        return bare_url(url)
    if chance.happens("mangled", MANGLED):
        return _spoil_reference(url, chance)
    return url


def _spoil_reference(url: str, chance: Chance) -> str:
    """Cut, lower to upper case, or given a sign that makes Stripe drop it whole."""
    found = REFERENCE.search(url)
    if not found:
        return url
    value = found[2]
    spoiled = chance.pick("spoiled", (value[:-2], value.upper(), f"{value}%3D", f"{value}."))
    return f"{url[: found.start(2)]}{spoiled}{url[found.end(2) :]}"
