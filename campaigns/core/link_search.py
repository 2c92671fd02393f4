"""What somebody looks for in the list of links, as its address says it; nonsense is left out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, Self

from campaigns.core.labels import LONGEST_LABEL
from campaigns.core.payment_url import NotAPaymentLink, take_apart
from campaigns.core.reference import is_link_tag, read
from campaigns.core.url_parameters import REFERENCE, UTM_NAMES

LONGEST_WORDS: Final = 2_000  # characters; a whole URL fits
LONGEST_CODE: Final = 150
LARGEST_KEY: Final = 2**63 - 1
NONE: Final = "none"

Shelf = Literal["active", "archived", "all"]
Sort = Literal["newest", "oldest", "name"]
SHELVES: Final[tuple[Shelf, ...]] = ("active", "archived", "all")
SORTS: Final[tuple[Sort, ...]] = ("newest", "oldest", "name")


@dataclass(frozen=True)
class LinkSearch:
    """`words` are looked for everywhere; `codes` hold one wanted value a UTM parameter.

    `campaign` and `owner` are keys, or "none" for links without; archived links are on a shelf of
    their own.
    """

    words: str = ""
    codes: Mapping[str, str] = field(default_factory=dict)
    payment_link: int | None = None
    campaign: int | Literal["none"] | None = None
    owner: int | Literal["none"] | None = None
    label: str = ""
    never_paid: bool = False
    warned: bool = False
    shelf: Shelf = "active"
    sort: Sort = "newest"

    @classmethod
    def parse(cls, asked: Mapping[str, str]) -> Self:
        """Read a query string; what cannot be meant (NUL, no number) asks for nothing."""
        codes = {name: _clean(asked.get(name, ""), LONGEST_CODE) for name in UTM_NAMES}
        shelf, sort = asked.get("shelf", ""), asked.get("sort", "")
        return cls(
            words=_clean(asked.get("q", ""), LONGEST_WORDS),
            codes={name: value for name, value in codes.items() if value},
            payment_link=_key(asked.get("payment_link", "")),
            campaign=_key_or_none(asked.get("campaign", "")),
            owner=_key_or_none(asked.get("owner", "")),
            label=_clean(asked.get("label", ""), LONGEST_LABEL),
            never_paid=asked.get("paid") == "never",
            warned=asked.get("warning") == "yes",
            shelf=shelf if shelf in SHELVES else "active",
            sort=sort if sort in SORTS else "newest",
        )

    @property
    def asked(self) -> dict[str, str]:
        """The query string that asks for exactly this; what is usual is not in it."""
        said = {
            "q": self.words,
            **self.codes,
            "payment_link": _written(self.payment_link),
            "campaign": _written(self.campaign),
            "owner": _written(self.owner),
            "label": self.label,
            "paid": "never" if self.never_paid else "",
            "warning": "yes" if self.warned else "",
            "shelf": "" if self.shelf == "active" else self.shelf,
            "sort": "" if self.sort == "newest" else self.sort,
        }
        return {name: value for name, value in said.items() if value}

    @property
    def tag(self) -> str | None:
        """The link tag that the words name: alone, at the end of a reference, or in a whole URL."""
        if is_link_tag(self.words):
            return self.words
        return read(self._reference).link

    @property
    def asks_for_something(self) -> bool:
        return bool(set(self.asked) - {"sort"})

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


def _key_or_none(text: str) -> int | Literal["none"] | None:
    return "none" if text == NONE else _key(text)


def _written(key: int | str | None) -> str:
    return "" if key is None else str(key)
