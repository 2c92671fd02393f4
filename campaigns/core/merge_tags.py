"""Placeholders that a mail tool fills in when it sends: {{contact.id}}, *|UNIQID|*, %%id%%, [[id]].

They stand in a URL unencoded, or the tool would not find them. So what would end or bend a URL
(& # + %, control characters) cannot stand inside one.
"""

import re

# JavaScript reads the same pattern with its flag "u".
MERGE_TAG = re.compile(
    r"(\{\{[^{}&#%+\x00-\x1f\x7f-\x9f\ud800-\udfff]+\}\}"
    r"|\*\|[^*|&#%+\x00-\x1f\x7f-\x9f\ud800-\udfff]+\|\*"
    r"|%%[^&#%+\x00-\x1f\x7f-\x9f\ud800-\udfff]+%%"
    r"|\[\[[^\[\]&#%+\x00-\x1f\x7f-\x9f\ud800-\udfff]+\]\])"
)


def merge_tags(text: str) -> tuple[str, ...]:
    """Name each merge tag once, in the order of the text."""
    return tuple(dict.fromkeys(MERGE_TAG.findall(text)))


def fixed_part(text: str) -> str:
    """Leave out the merge tags: what remains is what we can check."""
    return MERGE_TAG.sub("", text)


def pieces(text: str) -> list[str]:
    """Take a text apart: even places are fixed text (maybe empty), odd places are merge tags."""
    return MERGE_TAG.split(text)
