"""A Stripe account as its API shows it: what is asked goes in, status and object come out; no network.

It holds what its keys may see, and refuses what Stripe refuses a restricted key.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from linktracker.simulator.catalogue import SimPaymentLink
from linktracker.simulator.payloads import NEWEST, JsonObject, line_items, payment_link

LEAST, USUAL, MOST = 1, 10, 100  # objects a page
PAYMENT_LINKS = "/v1/payment_links"
READS_PAYMENT_LINKS = "rak_payment_link_read"


@dataclass(frozen=True, slots=True)
class SimKey:
    """A restricted key: the mode it opens, and what it may do there."""

    livemode: bool = False
    permissions: frozenset[str] = frozenset({READS_PAYMENT_LINKS})


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes


@dataclass
class SimAccount:
    """Its payment links, the newest first as Stripe lists them, and its keys."""

    payment_links: Sequence[SimPaymentLink]
    keys: Mapping[str, SimKey] = field(default_factory=dict)

    def answer(self, target: str, key: str) -> Answer:
        """What `GET target` gives to the holder of `key`."""
        known = self.keys.get(key)
        if known is None:
            return refusal(401, f"Invalid API Key provided: {key[:8]}***{key[-4:]}")
        parts = urlsplit(target)
        if parts.path.rstrip("/") != PAYMENT_LINKS:
            return refusal(403, f"This key may not read {parts.path}.")
        if READS_PAYMENT_LINKS not in known.permissions:
            return refusal(
                403, "This key does not have the required permissions: payment_link_read."
            )
        asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        return self._page(
            [link for link in self.payment_links if link.livemode == known.livemode], asked
        )

    def _page(self, links: Sequence[SimPaymentLink], asked: Mapping[str, str]) -> Answer:
        if asked.get("active") in {"true", "false"}:
            links = [link for link in links if link.active == (asked["active"] == "true")]
        first = 0
        if after := asked.get("starting_after"):
            ids = [link.id for link in links]
            if after not in ids:
                return refusal(400, f"No such payment link: {after}")
            first = ids.index(after) + 1
        limit = asked.get("limit", str(USUAL))
        if not limit.isdigit() or not LEAST <= int(limit) <= MOST:
            return refusal(400, f"limit is from {LEAST} to {MOST}.")
        expanded = "data.line_items" in asked.values()
        last = first + int(limit)
        return given(
            {
                "object": "list",
                "data": [_drawn(link, expanded) for link in links[first:last]],
                "has_more": last < len(links),
                "url": PAYMENT_LINKS,
            }
        )


def given(body: JsonObject) -> Answer:
    return Answer(200, json.dumps(body, ensure_ascii=False, indent=2).encode())


def refusal(status: int, sentence: str) -> Answer:
    """An error as Stripe words it."""
    error: JsonObject = {"message": sentence, "type": "invalid_request_error"}
    return Answer(status, json.dumps({"error": error}).encode())


def _drawn(link: SimPaymentLink, expanded: bool) -> JsonObject:
    body = payment_link(link, version=NEWEST)
    return body | {"line_items": line_items(link)} if expanded else body
