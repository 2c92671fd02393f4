"""A file of links to make, read row by row: a draft, or a sentence that says what is wrong in it.

Columns go by name, in any order: payment_link, the ten parameters of a payment link by their own
names, and, where wanted, reference_mode and name. Columns that are none of these are carried along.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, cast

from campaigns.core.link_draft import (
    LinkDraft,
    ReferenceMode,
    pasted_mode,
    pasted_values,
    usual_mode,
)
from campaigns.core.payment_url import NotAPaymentLink, PaymentUrl, take_apart
from campaigns.core.url_parameters import PARAMETERS, REFERENCE, UTM_NAMES
from linktracker.lib.csv_read import BadFile, Lines, rows

USUAL: Final = ("payment_link", *UTM_NAMES, REFERENCE)
COLUMNS: Final = ("payment_link", *PARAMETERS, "reference_mode", "name")
ANSWERED: Final = ("url", "problem")  # what comes back; a file that came back may be sent again
MODES: Final = ("own", "own and tag", "tag", "none")
LONGEST_NAME: Final = 200
MOST_COLUMNS: Final = 100
MOST_REMEMBERED: Final = 1_000

CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One row as it stands, and what it makes: a draft, or the problem why there is none."""

    number: int
    cells: tuple[str, ...]
    draft: LinkDraft | None
    problem: str = ""


class _BadRow(ValueError):
    """The row makes no link; the message is a sentence that says why."""


@dataclass(frozen=True)
class LinksFile:
    """A file whose header is read; `rows` are read while they are used, once."""

    header: tuple[str, ...]
    _rows: Iterator[tuple[int, list[str]]] = field(repr=False)
    _most: int

    @classmethod
    def open(cls, file: Lines, *, most_rows: int) -> "LinksFile":
        """Read the header; raises `BadFile` where it does not name what is needed."""
        read = rows(file)
        _, cells = next(read, (1, []))
        return cls(_header(cells), read, most_rows)

    @property
    def not_read(self) -> tuple[str, ...]:
        """Columns that make no link, as far as a sentence should name them."""
        known = (*COLUMNS, *ANSWERED)
        return tuple(name[:60] for name in self.header if name and name not in known)

    @property
    def carried(self) -> tuple[str, ...]:
        """The columns that come back beside the answer."""
        return tuple(self.header[place] for place in self._carried)

    def rows(self) -> Iterator[LinkRow]:
        """Each row; raises `BadFile` where the file cannot be read on, or is too long."""
        count = 0
        for number, cells in self._rows:
            count += 1
            if count > self._most:
                raise BadFile(f"The file has more than {self._most:,} rows; split it.")
            yield self._row(number, cells)
        if not count:
            raise BadFile("The file has no rows below its header.")

    @cached_property
    def _carried(self) -> tuple[int, ...]:
        return tuple(place for place, name in enumerate(self.header) if name not in ANSWERED)

    def _row(self, number: int, cells: Sequence[str]) -> LinkRow:
        whole = [*cells[: len(self.header)], *[""] * (len(self.header) - len(cells))]
        carried = tuple(whole[place] for place in self._carried)
        if len(cells) != len(self.header):
            sentence = f"It has {len(cells)} values; the header names {len(self.header)} columns."
            return LinkRow(number, carried, None, sentence)
        try:
            draft = _draft(dict(zip(self.header, cells, strict=True)), self._taken_apart)
        except _BadRow as problem:
            return LinkRow(number, carried, None, str(problem))
        return LinkRow(number, carried, draft, draft.problem)

    @cached_property
    def _taken_apart(self) -> dict[str, PaymentUrl]:
        return {}


def _header(cells: Sequence[str]) -> tuple[str, ...]:
    header = tuple(cell.strip().lower() for cell in cells)
    if not header:
        raise BadFile("The file is empty; its first row names the columns.")
    if len(header) > MOST_COLUMNS:
        raise BadFile(f"The first row names {len(header)} columns; {MOST_COLUMNS} can be read.")
    if "payment_link" not in header:
        raise BadFile(
            "The first row does not name the column payment_link; "
            f"the columns are {', '.join(USUAL)}."
        )
    if twice := [name for name in (*COLUMNS, *ANSWERED) if header.count(name) > 1]:
        raise BadFile(f"The first row names the column {twice[0]} twice.")
    return header


def _draft(written: Mapping[str, str], known: dict[str, PaymentUrl]) -> LinkDraft:
    """The draft of one row; a payment link that stood in a row before is not read again."""
    _refuse_control_characters(written)
    given = {name: value.strip() for name, value in written.items() if value}
    url = _payment_url(given.get("payment_link", ""), known)
    values = {name: given[name] for name in PARAMETERS if given.get(name)}
    own = {**pasted_values(url), **values}.get(REFERENCE, "")
    mode = _mode(given.get("reference_mode", "")) or pasted_mode(url) or usual_mode(own)
    if values.get(REFERENCE) and mode in {"tag", "none"}:
        raise _BadRow(f"{REFERENCE} would not be in a link whose reference_mode is {mode}.")
    return LinkDraft(url, values, mode, _name(given.get("name", "")))


def _refuse_control_characters(written: Mapping[str, str]) -> None:
    if not CONTROL.search("".join(written.values())):
        return
    for column in COLUMNS:
        if CONTROL.search(written.get(column, "")):
            raise _BadRow(f"{column} holds a control character; write it in one line.")


def _payment_url(written: str, known: dict[str, PaymentUrl]) -> PaymentUrl:
    if written not in known:
        try:
            url = take_apart(written)
        except NotAPaymentLink as problem:
            raise _BadRow(f"payment_link: {problem}") from problem
        if len(known) >= MOST_REMEMBERED:
            known.clear()
        known[written] = url
    return known[written]


def _mode(written: str) -> ReferenceMode | None:
    mode = written.lower()
    if mode and mode not in MODES:
        raise _BadRow(f"reference_mode “{written[:40]}” is none of {', '.join(MODES)}.")
    return cast("ReferenceMode", mode) if mode else None


def _name(written: str) -> str:
    if len(written) > LONGEST_NAME:
        raise _BadRow(f"name has {len(written)} characters; {LONGEST_NAME} are kept.")
    return written
