"""What came of changing many links at once: how many changed, and why the others did not."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Skipped:
    """Links that were left as they are, for one reason."""

    links: int
    why: str


@dataclass(frozen=True)
class Changed:
    """`links` were changed; `skipped` were not."""

    links: int
    skipped: tuple[Skipped, ...] = ()

    @property
    def sentence(self) -> str:
        """3 links changed. Not changed: 1 already archived, 2 no longer there."""
        if not self.links and not self.skipped:
            return "No link changed."
        changed = f"{self.links:,} {_link(self.links)} changed."
        if not self.skipped:
            return changed
        reasons = ", ".join(f"{one.links:,} {one.why}" for one in self.skipped)
        return f"{changed} Not changed: {reasons}."


def summed(*, links: int, why_not: Iterable[str], gone: int = 0) -> Changed:
    """Reasons with how many links each, the most frequent first; `gone` were not found at all."""
    reasons = Counter(why_not)
    if gone:
        reasons["no longer there"] = gone
    return Changed(links, tuple(Skipped(number, why) for why, number in reasons.most_common()))


def _link(number: int) -> str:
    return "link" if number == 1 else "links"
