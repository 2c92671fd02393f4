"""A payment link's URL, taken apart and put together again.

What nobody asked to change stays byte for byte as it was pasted: unknown parameters, their order,
their encoding, the fragment. Hosts and paths are those of Stripe's payment links and of custom
domains; whatever only looks like a payment link is refused with the name of what it is.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from campaigns.core import merge_tags
from campaigns.core.url_parameters import LEGAL_CODE, PARAMETERS

STRIPE_HOSTS = frozenset({"buy.stripe.com", "donate.stripe.com", "book.stripe.com"})
CUSTOM_PREFIX = "/b/"
TEST_PREFIX = "test_"
LONGEST_TEXT = 8192
# What to write in which place of `pairs`; None removes, and an absent place stays as it is.
Edits = Mapping[int, tuple[str, str] | None]
EXAMPLE = "https://buy.stripe.com/…"


class NotAPaymentLink(ValueError):
    """The text is no payment link; the message is a sentence that says what it is instead."""


@dataclass(frozen=True)
class PaymentUrl:
    """One payment link's URL, made only by `take_apart`.

    `base` is `https://host/path` in canonical form and the key of the link; `pairs` are the
    decoded names and values in their order.
    """

    base: str
    host: str
    segment: str
    livemode: bool
    is_stripe_host: bool
    pairs: tuple[tuple[str, str], ...]
    _query: str | None = field(repr=False)
    _fragment: str | None = field(repr=False)


def take_apart(text: str) -> PaymentUrl:
    """Read a payment link as people paste it, or raise NotAPaymentLink."""
    address = _unwrapped(text)
    _refuse_what_no_url_is(address)
    front, _, fragment = address.partition("#")
    front, _, query = front.partition("?")
    host, path = _host_and_path(front)
    segment = _segment(host, path)
    is_stripe_host = host in STRIPE_HOSTS
    return PaymentUrl(
        base=f"https://{host}{'/' if is_stripe_host else CUSTOM_PREFIX}{segment}",
        host=host,
        segment=segment,
        livemode=not segment.startswith(TEST_PREFIX),
        is_stripe_host=is_stripe_host,
        pairs=tuple(_pair(chunk) for chunk in query.split("&") if chunk),
        _query=query if "?" in address.partition("#")[0] else None,
        _fragment=fragment if "#" in address else None,
    )


def with_parameters(url: PaymentUrl, changes: Mapping[str, str | None]) -> str:
    """Write the URL with some of the ten parameters replaced, set, or (None, empty) removed.

    A parameter that is there keeps its place and is never doubled; new ones follow in the order
    of PARAMETERS. A name that is not one of the ten is a ValueError.
    """
    if strangers := changes.keys() - PARAMETERS.keys():
        raise ValueError(f"Not parameters of a payment link: {sorted(strangers)}")
    edits: dict[int, tuple[str, str] | None] = {}
    written: set[str] = set()
    for place, (name, value) in enumerate(url.pairs):
        if name in changes:
            wanted = None if name in written else changes[name] or None
            if not _says_already(value, wanted):
                edits[place] = None if wanted is None else (name, wanted)
            written.add(name)
    new = [(name, wanted) for name in PARAMETERS if (wanted := changes.get(name))]
    return rewritten(url, edits, [pair for pair in new if pair[0] not in written])


def rewritten(
    url: PaymentUrl,
    edits: Edits,
    added: Sequence[tuple[str, str]] = (),
) -> str:
    """Write the URL with the pairs at some places replaced or (None) removed, others added."""
    chunks = [] if url._query is None else list(_edited(url._query, edits))
    if added and chunks and not chunks[-1]:
        chunks.pop()
    chunks += [_encoded(name, value) for name, value in added]
    is_bare = not any(chunks) and (url._query is None or bool(edits))
    return _written(url, None if is_bare else "&".join(chunks))


def _unwrapped(text: str) -> str:
    """Take off what mail clients and word processors put around a URL, and into it."""
    lines = re.split(r"[\r\n]+", text)
    joined = "".join(line.strip(" \t") for line in lines).strip(" \t\xa0\u200b\ufeff")
    if joined.startswith("<") and joined.endswith(">"):
        return joined[1:-1].strip(" \t")
    return joined


def _refuse_what_no_url_is(address: str) -> None:
    if not address:
        raise NotAPaymentLink(f"Nothing here. A payment link looks like {EXAMPLE}")
    if len(address) > LONGEST_TEXT:
        raise NotAPaymentLink(f"{len(address)} characters: no payment link is that long.")
    if unseen := re.search(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]", address):
        raise NotAPaymentLink(f"It contains U+{ord(unseen[0]):04X}, which no URL can.")


SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://(.*)")
# A scheme without slashes. A name with a dot is rather a host with a port.
BARE_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+-]*):.*")


def _host_and_path(front: str) -> tuple[str, str]:
    if "\\" in front:
        raise NotAPaymentLink("It contains a backslash, which no payment link does.")
    authority, slash, path = _without_scheme(front).partition("/")
    if "@" in authority:
        raise NotAPaymentLink("It has a user name before the host (@), which no payment link has.")
    if authority.startswith("["):
        raise NotAPaymentLink("Its host is an IP address; a payment link has a host name.")
    if ":" in authority:
        raise NotAPaymentLink("It names a port (:), which no payment link does.")
    return _host(authority), slash + path


def _without_scheme(front: str) -> str:
    found = SCHEME.fullmatch(front) or BARE_SCHEME.fullmatch(front)
    if found is None:
        return front
    scheme = found[1].lower()
    if scheme == "http":
        raise NotAPaymentLink("It begins with http://; payment links begin with https://")
    if scheme != "https" or found.re is BARE_SCHEME:
        raise NotAPaymentLink(f"It begins with {found[1]}: and not with https://")
    return found[2]


LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
HOST_NAME = re.compile(rf"(?:{LABEL}\.)+{LABEL}")
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


def _host(authority: str) -> str:
    """Give the host in lower case (ASCII only; Unicode names are pasted in their xn-- form)."""
    host = authority.lower()
    if NUMBER.fullmatch(host.removesuffix(".").rpartition(".")[2]):
        raise NotAPaymentLink("Its host is an IP address; a payment link has a host name.")
    if not authority.isascii() or not HOST_NAME.fullmatch(host):
        raise NotAPaymentLink(f"It has no valid host name. A payment link looks like {EXAMPLE}")
    if ".stripe.com." in f".{host}.".removesuffix(".stripe.com."):
        raise NotAPaymentLink(f"It only looks like Stripe: {host} is not a host of Stripe.")
    return host


# Paths that mean the same on Stripe's hosts and on custom domains.
LOOK_ALIKE_PATHS: Mapping[str, str] = {
    "/c/pay/": "This is a Checkout Session: one buyer's page, which expires.",
    "/r/": "This is a recovery link of an abandoned cart: one buyer's page, which expires.",
}
LOOK_ALIKES: Mapping[str, str] = {
    "checkout.stripe.com/": "This is a Checkout Session: one buyer's page, which expires.",
    "billing.stripe.com/": "This is the customer portal, where buyers manage subscriptions.",
    "invoice.stripe.com/": "This is an invoice: one customer's page.",
    "pay.stripe.com/invoice/": "This is an invoice: one customer's page.",
    "pay.stripe.com/receipts/": "This is a receipt: it is already paid.",
    "dashboard.stripe.com/": "This is Stripe's Dashboard; open the payment link there and copy its URL.",
    "connect.stripe.com/": "This is Stripe Connect, where accounts sign up; buyers cannot pay there.",
    "js.stripe.com/": "This is Stripe's script for websites, not a page.",
    "api.stripe.com/": "This is Stripe's API, not a page.",
}


def _segment(host: str, path: str) -> str:
    """Give the one opaque part of the path that names the link; its length is not fixed."""
    if host in STRIPE_HOSTS:
        _refuse_look_alike_path(path)
        return _opaque(path.removeprefix("/"), f"https://{host}/…")
    if host == "stripe.com" or host.endswith(".stripe.com"):
        raise NotAPaymentLink(_page_of_stripe(host + path))
    _refuse_look_alike_path(path)
    if not path.startswith(CUSTOM_PREFIX):
        raise NotAPaymentLink(
            f"This is not a payment link: on a domain of your own it looks like https://{host}/b/…"
        )
    return _opaque(path.removeprefix(CUSTOM_PREFIX), f"https://{host}/b/…")


def _refuse_look_alike_path(path: str) -> None:
    for beginning, sentence in LOOK_ALIKE_PATHS.items():
        if path.startswith(beginning):
            raise NotAPaymentLink(sentence)


def _page_of_stripe(address: str) -> str:
    for beginning, sentence in LOOK_ALIKES.items():
        if f"{address}/".startswith(beginning):
            return sentence
    return f"This is a page of Stripe's, but not a payment link, which looks like {EXAMPLE}"


def _opaque(path: str, example: str) -> str:
    segment = path.removesuffix("/")
    if not segment.removeprefix(TEST_PREFIX):
        raise NotAPaymentLink(f"The payment link itself is missing: it looks like {example}")
    if not re.fullmatch(r"[A-Za-z0-9_]+", segment):
        raise NotAPaymentLink(
            f"This is not a payment link: after the host, {example} has one part of letters and digits."
        )
    return segment


def _pair(chunk: str) -> tuple[str, str]:
    name, _, value = chunk.partition("=")
    return _decoded(name), _decoded(value)


def _decoded(raw: str) -> str:
    """Read + and percent-encoding, except inside merge tags: %%FAX%% has no byte FA in it."""
    parts = merge_tags.pieces(raw)
    parts[::2] = [unquote(text.replace("+", " "), errors="replace") for text in parts[::2]]
    return "".join(parts)


def _encoded(name: str, value: str) -> str:
    if LEGAL_CODE.fullmatch(value):
        return f"{name}={value}"
    parts = merge_tags.pieces(value)
    parts[::2] = [quote(text, safe="", errors="replace") for text in parts[::2]]
    return f"{name}={''.join(parts)}"


def _says_already(value: str, wanted: str | None) -> bool:
    """Leave alone what needs no change; an encoded merge tag does."""
    return value == wanted and not merge_tags.merge_tags(value)


def _edited(query: str, edits: Edits) -> Iterator[str]:
    """Give the chunks of a query; empty ones (a=1&&b=2) are no pairs and stay."""
    place = 0
    for chunk in query.split("&"):
        if not chunk:
            yield chunk
            continue
        edit = edits.get(place, chunk)
        if edit is not None:
            yield edit if isinstance(edit, str) else _encoded(*edit)
        place += 1


def _written(url: PaymentUrl, query: str | None) -> str:
    asked = "" if query is None else f"?{query}"
    fragment = "" if url._fragment is None else f"#{url._fragment}"
    return f"{url.base}{asked}{fragment}"
