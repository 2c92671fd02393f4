"""CSV of exactly what is on screen: streamed, and harmless in a spreadsheet.

A text cell that begins with = + - @ or a control character would run as a formula, so it gets a
leading apostrophe (OWASP, CSV injection); figures stay figures.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final

from django.http import StreamingHttpResponse

DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
Cell = str | int | Decimal | None


class _Echo:
    """A file that hands back what is written to it, for the csv module."""

    def write(self, text: str) -> str:
        return text


def csv_response(
    filename: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> StreamingHttpResponse:
    """Answer with a download; `rows` are read while they are sent."""
    return StreamingHttpResponse(
        _lines(header, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )


def _lines(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + str(writer.writerow(header))
    for row in rows:
        yield str(writer.writerow([harmless(cell) for cell in row]))


def harmless(cell: Cell) -> Cell:
    """The cell as a spreadsheet may see it: text that would be a formula is defused."""
    if isinstance(cell, str) and cell.startswith(DANGEROUS):
        return f"'{cell}"
    return cell
