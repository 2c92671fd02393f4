"""A label as people type it: a free word or a few, short, in one spelling."""

from collections.abc import Iterable
from typing import Final

LONGEST_LABEL: Final = 40
MOST_LABELS: Final = 20  # on one link; a row of the list still shows them all


class BadLabel(Exception):
    """What was typed is no label; the sentence says what would be one."""


def read_label(typed: str) -> str:
    """The label without what cannot be seen; raises `BadLabel`."""
    label = " ".join("".join(mark if mark.isprintable() else " " for mark in typed).split())
    if not label:
        raise BadLabel("A label needs at least one letter.")
    if len(label) > LONGEST_LABEL:
        raise BadLabel(f"A label has up to {LONGEST_LABEL} characters; this one has {len(label)}.")
    return label


def with_label(labels: Iterable[str], label: str) -> list[str]:
    """The labels and this one, each once, in the order of the alphabet."""
    return sorted({*labels, label}, key=lambda one: (one.casefold(), one))


def with_one_less_or_more(labels: Iterable[str], written: str) -> list[str] | None:
    """The labels that were `written` with commas between, where one change leads to these; else None.

    A label may hold a comma itself, so what was written cannot simply be parted.
    """
    labels = list(labels)
    for place in range(len(labels)):
        less = labels[:place] + labels[place + 1 :]
        if ", ".join(less) == written:
            return less
    for place in range(len(labels) + 1):
        head, tail = labels[:place], labels[place:]
        start, end = "".join(f"{one}, " for one in head), "".join(f", {one}" for one in tail)
        more = written[len(start) : len(written) - len(end)]
        if (
            more
            and written == f"{start}{more}{end}"
            and with_label(labels, more) == [*head, more, *tail]
        ):
            return [*head, more, *tail]
    return None


def why_not_add(labels: Iterable[str], label: str) -> str:
    """Why a link with these labels cannot have this one too; "" when it can."""
    labels = set(labels)
    if label in labels:
        return f"already labelled {label}"
    return f"with {MOST_LABELS} labels already" if len(labels) >= MOST_LABELS else ""
