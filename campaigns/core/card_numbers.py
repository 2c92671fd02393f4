"""Card numbers that somebody pasted where a code belongs: they are never stored or passed on."""

import re

# Digits with spaces, hyphens or underscores between them, and none around them.
DIGITS = re.compile(r"(?<![0-9])[0-9](?:[ _-]?[0-9]){13,18}(?![0-9])")
# How the cards of each network begin, and how long they are.
LIKE_A_CARD = re.compile(
    r"4(?:[0-9]{15}|[0-9]{18})|5[1-5][0-9]{14}|2[2-7][0-9]{14}|3[47][0-9]{13}|3[068][0-9]{12}"
    r"|35[0-9]{14}|6[0-9]{15,18}"
)
REFUSED = "It looks like a card number; those are never stored here."


def has_card_number(text: str) -> bool:
    """Whether a run of digits in the text passes the check that every card number passes."""
    runs = (re.sub("[^0-9]", "", run) for run in DIGITS.findall(text))
    return any(LIKE_A_CARD.fullmatch(digits) and _checks(digits) for digits in runs)


def _checks(digits: str) -> bool:
    doubled = (int(digit) * 2 for digit in digits[-2::-2])
    total = sum(map(int, digits[::-2])) + sum(double // 10 + double % 10 for double in doubled)
    return total % 10 == 0
