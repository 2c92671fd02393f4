"""What somebody looks for in the list of links, as its address says it; nonsense is left out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Self

from campaigns.core.payment_url import NotAPaymentLink, take_apart
from campaigns.core.reference import is_link_tag, read
from campaigns.core.url_parameters import REFERENCE, UTM_NAMES

LONGEST_WORDS: Final = 2_000  # characters; a whole URL fits
LONGEST_CODE: Final = 150
LARGEST_KEY: Final = 2**63 - 1


@dataclass(frozen=True)
class LinkSearch:
    """`words` are looked for everywhere; `codes` hold one wanted value a UTM parameter."""

    words: str = ""
    codes: Mapping[str, str] = field(default_factory=dict)
    payment_link: int | None = None

    @classmethod
    def parse(cls, asked: Mapping[str, str]) -> Self:
        """Read a query string; what cannot be meant (NUL, no number) asks for nothing."""
        codes = {name: _clean(asked.get(name, ""), LONGEST_CODE) for name in UTM_NAMES}
        return cls(
            words=_clean(asked.get("q", ""), LONGEST_WORDS),
            codes={name: value for name, value in codes.items() if value},
            payment_link=_key(asked.get("payment_link", "")),
        )

    @property
    def tag(self) -> str | None:
        """The link tag that the words name: alone, at the end of a reference, or in a whole URL."""
        if is_link_tag(self.words):
            return self.words
        return read(self._reference).link

    @property
    def asks_for_something(self) -> bool:
        return bool(self.words or self.codes or self.payment_link is not None)

    @property
    def _reference(self) -> str:
        try:
            pairs = dict(reversed(take_apart(self.words).pairs))
        except NotAPaymentLink:
            return self.words
        return pairs.get(REFERENCE, "")


def _clean(text: str, longest: int) -> str:
    return text.replace("\0", "").strip()[:longest]


def _key(text: str) -> int | None:
    """A row's key, which the database can hold."""
    if not text.isascii() or not text.isdigit() or len(text) > 19:
        return None
    key = int(text)
    return key if key <= LARGEST_KEY else None
