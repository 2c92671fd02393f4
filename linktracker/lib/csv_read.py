"""Tables that people upload: rows of text read one by one, or a sentence that says what is wrong.

Commas, semicolons or tabs part the values; the text is UTF-8, with or without a mark at its start.
Nothing is held but the row that is being read, so a file may be of any length.
"""

import csv
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final, Protocol

LONGEST_LINE: Final = 1_000_000  # bytes
SEPARATORS: Final = ",;\t"


class BadFile(ValueError):
    """The file cannot be read as a table at all; the message is a sentence that says why."""


class Lines(Protocol):
    """A file of bytes, from which one line at a time is read."""

    def readline(self, size: int, /) -> bytes: ...


def rows(file: Lines) -> Iterator[tuple[int, list[str]]]:
    """Each row that holds anything, with its number as a spreadsheet counts (the header is 1)."""
    return rows_of(_lines(file))


def rows_of(lines: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """The same of lines of text."""
    front, rest = _front(iter(lines))
    reader = csv.reader(
        chain(front, rest), delimiter=_separator(front[-1] if front else ""), strict=True
    )
    number = 0
    try:
        for cells in reader:
            number += 1
            if any(cell.strip() for cell in cells):
                yield number, cells
    except csv.Error as problem:
        raise BadFile(
            f"Row {number + 1} cannot be read: a quotation mark is open, or a value is far too long."
        ) from problem


def _front(lines: Iterator[str]) -> tuple[list[str], Iterator[str]]:
    """The lines up to the first that holds anything, and those that follow."""
    front: list[str] = []
    for line in lines:
        front.append(line)
        if line.strip():
            break
    return front, lines


def _separator(header: str) -> str:
    """The separator that the first line uses most; a comma where it uses none."""
    return max(SEPARATORS, key=header.count)


def _lines(file: Lines) -> Iterator[str]:
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise BadFile(f"Line {number} is far too long for a table.")
        yield _decoded(line, number)


def _decoded(line: bytes, number: int) -> str:
    try:
        return line.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as problem:
        raise BadFile(
            f"Line {number} is not written in UTF-8; save the file as “CSV UTF-8”."
        ) from problem
