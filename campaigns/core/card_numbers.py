"""Card numbers that somebody pasted where a code belongs: they are never stored or passed on."""

import re

# 13 to 19 digits as cards begin (3 to 6), spaces and hyphens between them, no digit around them.
LIKE_A_CARD = re.compile(r"(?<![0-9])[3-6](?:[ _-]?[0-9]){12,18}(?![0-9])")
REFUSED = "It looks like a card number; those are never stored here."


def has_card_number(text: str) -> bool:
    """Whether a run of digits in the text passes the check that every card number passes."""
    return any(_checks(re.sub("[^0-9]", "", run)) for run in LIKE_A_CARD.findall(text))


def _checks(digits: str) -> bool:
    doubled = (int(digit) * 2 for digit in digits[-2::-2])
    total = sum(map(int, digits[::-2])) + sum(double // 10 + double % 10 for double in doubled)
    return total % 10 == 0
