"""What a person types into the search of open items and lines."""

from typing import Final

LONGEST_SEARCH: Final = 200


def search_text(typed: str) -> str:
    """The text to look for: short, and without the character that no text column can hold."""
    return typed.replace("\x00", "").strip()[:LONGEST_SEARCH]
