"""A draft's URL in pieces, to be drawn: what stays as it was, what Stripe keeps, what it would drop."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from campaigns.core.link_draft import LinkDraft
from campaigns.core.url_parameters import PARAMETERS


@dataclass(frozen=True)
class Piece:
    text: str
    kind: Literal["plain", "kept", "dropped"] = "plain"


def pieces(draft: LinkDraft, tag: str) -> tuple[Piece, ...]:
    """The URL that Stripe's buyers would open; what it cannot hold follows, so that all is shown."""
    url = draft.without_what_is_left_out().url(tag)
    front, hash_sign, fragment = url.partition("#")
    base, _, query = front.partition("?")
    chunks = [*_chunks(query), *_dropped(draft)]
    drawn = [Piece(base)]
    for place, (name, equals, value, kind) in enumerate(chunks):
        drawn.append(Piece(f"{'&' if place else '?'}{name}{equals}"))
        drawn.append(Piece(value, kind))
    return tuple(piece for piece in [*drawn, Piece(hash_sign + fragment)] if piece.text)


Chunk = tuple[str, str, str, Literal["plain", "kept", "dropped"]]


def _chunks(query: str) -> Iterator[Chunk]:
    for chunk in query.split("&") if query else ():
        name, equals, value = chunk.partition("=")
        yield name, equals, value, "kept" if name in PARAMETERS else "plain"


def _dropped(draft: LinkDraft) -> Iterator[Chunk]:
    for name in draft.left_out:
        yield name, "=", draft.parameters[name], "dropped"
