"""Values that people meant to be one and reports tell apart: LinkedIn and linkedin, e-mail and email."""

import re
from collections.abc import Mapping, Sequence

from campaigns.core.url_parameters import PARAMETERS, UTM_NAMES


def plain_spelling(value: str) -> str:
    """What remains when case and separators are taken away; equal for variants of one value."""
    return re.sub("[-_]", "", value.lower())


def variants(codes: Mapping[str, str], used: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """A sentence for each code that saved links mostly spell in another way.

    `used` holds the values of saved links by parameter, most used first.
    """
    return tuple(
        f'{PARAMETERS[name].label} "{codes[name]}": saved links say "{usual}"; '
        "reports show the two apart."
        for name in UTM_NAMES
        if (usual := _usual_spelling(codes.get(name, ""), used.get(name, ())))
    )


def _usual_spelling(value: str, used: Sequence[str]) -> str | None:
    """The most used spelling of a value; None where it is this one, or there is none."""
    plain = plain_spelling(value)
    usual = next((known for known in used if plain and plain_spelling(known) == plain), value)
    return usual if usual != value else None
