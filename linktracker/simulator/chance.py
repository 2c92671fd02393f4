"""Chance that repeats: every draw has a name, and the same name gives the same draw for ever.

Nothing here has a state, so that a new draw somewhere changes no draw elsewhere.
"""

import hashlib
import string
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

Choice = TypeVar("Choice")

ALPHANUMERIC = (string.digits + string.ascii_letters).encode()
TO_ALPHANUMERIC = bytes(ALPHANUMERIC[byte % len(ALPHANUMERIC)] for byte in range(256))
LONGEST_TOKEN = 64  # a SHA-512 digest has as many bytes


@dataclass(frozen=True, slots=True)
class Chance:
    """A place in the tree of draws; names are joined by "/", so a name holds none."""

    path: str

    def of(self, name: object) -> "Chance":
        """The branch below this one that belongs to `name`."""
        return Chance(f"{self.path}/{name}")

    def fraction(self, name: str) -> float:
        """A number from 0 up to, not including, 1."""
        digest = hashlib.sha256(f"{self.path}/{name}".encode()).digest()
        return (int.from_bytes(digest[:8], "big") >> 11) / (1 << 53)

    def happens(self, name: str, probability: float) -> bool:
        """True as often as `probability` (0 to 1) says."""
        return self.fraction(name) < probability

    def between(self, name: str, lowest: int, highest: int) -> int:
        """A whole number from `lowest` to `highest`, both possible."""
        return lowest + int(self.fraction(name) * (highest - lowest + 1))

    def pick(self, name: str, choices: Sequence[Choice]) -> Choice:
        """One of `choices`, each as likely as the others."""
        return choices[int(self.fraction(name) * len(choices))]

    def weigh(self, name: str, choices: Sequence[tuple[Choice, float]]) -> Choice:
        """One of `choices`, as often as its weight asks; the last one where rounding leaves none."""
        left = self.fraction(name) * sum(weight for _, weight in choices)
        for choice, weight in choices:
            left -= weight
            if left < 0:
                return choice
        return choices[-1][0]

    def token(self, name: str, length: int) -> str:
        """Letters and digits, up to 64 of them, as Stripe's ids end."""
        digest = hashlib.sha512(f"{self.path}/{name}".encode()).digest()
        return digest.translate(TO_ALPHANUMERIC)[:length].decode()
