"""CSV of exactly what is on screen: streamed, and harmless in a spreadsheet.

A text cell that begins with = + - @, their full-width twins or a control character would run as a
formula, so it gets a leading apostrophe (OWASP, CSV injection); figures and moments stay what they
are.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from typing import Final, TypeAlias

from django.http import StreamingHttpResponse
from django.utils.timezone import get_current_timezone

from linktracker.lib import xlsx

DANGEROUS: Final = frozenset("=+-@\t\r\n\0\uff1d\uff0b\uff0d\uff20")
ROWS_A_PIECE: Final = 500
Cell: TypeAlias = xlsx.Cell


class _Echo:
    """A file that hands back what is written to it, for the csv module."""

    def write(self, text: str) -> str:
        return text


def csv_response(
    filename: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> StreamingHttpResponse:
    """Answer with a download; `rows` are read while they are sent."""
    return StreamingHttpResponse(
        csv_pieces(header, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )


def csv_pieces(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """The file, some hundred rows at a time."""
    writer, zone = csv.writer(_Echo()), get_current_timezone()
    yield "\ufeff" + str(writer.writerow(header))
    piece: list[str] = []
    for row in rows:
        piece.append(str(writer.writerow([_written(cell, zone) for cell in row])))
        if len(piece) == ROWS_A_PIECE:
            yield "".join(piece)
            piece.clear()
    yield "".join(piece)


def harmless(cell: Cell) -> Cell:
    """The cell as a spreadsheet may see it: text that would be a formula is defused."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in DANGEROUS else cell


def _written(cell: Cell, zone: tzinfo) -> Cell:
    """A moment as the zone's clock shows it, the zone beside it."""
    if isinstance(cell, datetime):
        return cell.astimezone(zone).isoformat(sep=" ", timespec="seconds")
    return harmless(cell)
