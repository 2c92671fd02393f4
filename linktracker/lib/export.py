"""A list as a file, in the form that its address asks for."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

from django.http import StreamingHttpResponse
from django.utils.timezone import get_current_timezone

from linktracker.lib import xlsx
from linktracker.lib.csv_export import Cell, csv_pieces, harmless

CSV: Final = "csv"
XLSX: Final = "xlsx"
TYPES: Final = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def asked_form(written: str | None) -> str:
    """The form that an address asks for; CSV where it asks for none that we have."""
    return XLSX if written == XLSX else CSV


def export_response(
    form: str,
    name: str,
    header: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    through: Callable[[Iterator[bytes]], Iterator[bytes]] = iter,
) -> StreamingHttpResponse:
    """Answer with a download; `rows` are read while they are sent, each piece `through` a gate."""
    pieces = (
        (piece.encode() for piece in csv_pieces(header, rows))
        if form == CSV
        else xlsx.workbook(header, _for_a_workbook(rows))
    )
    return StreamingHttpResponse(
        through(pieces),
        content_type=TYPES[form],
        headers={"Content-Disposition": f'attachment; filename="{name}.{form}"'},
    )


def _for_a_workbook(rows: Iterable[Sequence[Cell]]) -> Iterator[list[Cell]]:
    """A workbook knows no zones, so its moments are those of the current one."""
    zone = get_current_timezone()
    for row in rows:
        yield [
            cell.astimezone(zone) if isinstance(cell, datetime) else harmless(cell) for cell in row
        ]
