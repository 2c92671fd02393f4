"""References one typing error away from the one that came: a wrong, lost, added or swapped character."""

import string
from typing import Final

from campaigns.core.reference import ALPHABET, TAG_LENGTHS, read

CHARACTERS: Final = string.ascii_letters + string.digits + "-_"
IN_TAGS: Final = ALPHABET + "l"  # a tag begins with lt
LONGEST: Final = 60  # a longer reference has more neighbours than are worth looking up


def neighbours(text: str, characters: str = CHARACTERS) -> set[str]:
    """Every text from which one typing error makes this one; never the text itself."""
    found = _with_one_wrong(text, characters) | _with_swapped_neighbours(text)
    for place in range(len(text) + 1):
        found |= {text[:place] + character + text[place:] for character in characters}
    found |= {text[:place] + text[place + 1 :] for place in range(len(text))}
    return found - {text, ""}


def tags_meant(raw: str) -> set[str]:
    """The link tags that a damaged reference may have held: those whose check comes out right.

    Tried are one typing error in the tag, capital letters, and a lost "-" before it.
    """
    found: set[str] = set()
    for length in TAG_LENGTHS:
        tails = {raw[-size:] for size in (length - 1, length, length + 1)}
        meant = tails.union({raw[-length:].lower()}, *(neighbours(tail, IN_TAGS) for tail in tails))
        found |= {link for tail in meant if (link := read(tail).link) is not None}
    return found


def _with_one_wrong(text: str, characters: str) -> set[str]:
    return {
        text[:place] + character + text[place + 1 :]
        for place in range(len(text))
        for character in characters
    }


def _with_swapped_neighbours(text: str) -> set[str]:
    return {
        text[:place] + text[place + 1] + text[place] + text[place + 2 :]
        for place in range(len(text) - 1)
    }
