"""The workbook that we write, read back by a library that knows the format better than we do."""

import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from linktracker.lib import xlsx


def written(rows, header=("a", "b"), **options):
    return b"".join(xlsx.workbook(header, rows, **options))


def sheet_of(rows, header=("a",)):
    return load_workbook(io.BytesIO(written(rows, header))).active


def first_cell(value):
    return sheet_of([[value]])["A2"]


@pytest.mark.parametrize(
    ("value", "read", "number_format"),
    [
        (Decimal("49.00"), 49, "#,##0.00"),
        (Decimal("-0.05"), -0.05, "#,##0.00"),
        (Decimal("4900"), 4900, "#,##0"),
        (Decimal("1.500"), 1.5, "#,##0.000"),
        (Decimal("0.00001"), 0.00001, "#,##0.0000"),
        (Decimal("1E+3"), 1000, "#,##0"),
        (Decimal("10000000000.00"), 10000000000, "#,##0.00"),
        (7, 7, "General"),
        (0, 0, "General"),
        (-3, -3, "General"),
        (datetime(2026, 11, 25, 13, 14, 15, tzinfo=UTC), datetime(2026, 11, 25, 13, 14, 15), None),  # noqa: DTZ001
        (datetime(2026, 1, 1, 23, 59, 59, tzinfo=UTC), datetime(2026, 1, 1, 23, 59, 59), None),  # noqa: DTZ001
        (date(2026, 2, 28), datetime(2026, 2, 28), None),  # noqa: DTZ001
    ],
)
def test_figures_and_moments_are_real_ones(value, read, number_format):
    cell = first_cell(value)
    assert cell.value == read
    if number_format:
        assert (cell.data_type, cell.number_format) == ("n", number_format)
    else:
        assert cell.is_date


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "=HYPERLINK(\"http://evil\")", "@SUM(A1)", "plain", "<b>&amp;</b>", "été 日本 😀",
        " around ", "two\nlines", "\ttab", "007", "1e5", "2026-01-01", "TRUE", "'quoted", "]]>",
    ],
)  # fmt: skip
def test_text_stays_text(text):
    cell = first_cell(text)
    assert (cell.data_type, cell.value) == ("s", text)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\x00b", "ab"),
        ("\x1b[0m", "[0m"),
        ("\ud800x", "x"),
        ("\ufffe\uffff", ""),
        ("\x0b\x0c", ""),
    ],
)
def test_what_xml_cannot_hold_is_left_out(text, kept):
    assert first_cell(text).value == kept


@pytest.mark.parametrize("nothing", [None, ""])
def test_an_empty_cell_keeps_its_column(nothing):
    sheet = sheet_of([[nothing, "second"]], ("a", "b"))
    assert (sheet["A2"].value, sheet["B2"].value) == (None, "second")


def test_a_text_longer_than_a_cell_can_hold_is_cut():
    assert len(first_cell("x" * 40_000).value) == xlsx.LONGEST_TEXT


def test_the_header_is_bold_and_stays_in_sight():
    sheet = sheet_of([["x"]])
    assert sheet["A1"].value == "a"
    assert sheet["A1"].font.bold
    assert not sheet["A2"].font.bold
    assert sheet.freeze_panes == "A2"


def test_without_rows_there_is_still_a_sheet_with_its_header():
    assert [[cell.value for cell in row] for row in sheet_of([])] == [["a"]]


@pytest.mark.parametrize(("rows", "sheets"), [(2, [2]), (3, [2, 1]), (4, [2, 2]), (5, [2, 2, 1])])
def test_rows_that_do_not_fit_go_on_the_next_sheet_under_the_same_header(rows, sheets):
    book = load_workbook(io.BytesIO(written([[n, 1] for n in range(rows)], rows_a_sheet=3)))
    assert [sheet.max_row - 1 for sheet in book] == sheets
    assert {sheet["A1"].value for sheet in book} == {"a"}
    found = [sheet.cell(row, 1).value for sheet in book for row in range(2, sheet.max_row + 1)]
    assert found == list(range(rows))


def test_the_pieces_are_sent_before_the_rows_are_read_to_their_end():
    read = []

    def rows():
        for number in range(5 * xlsx.ROWS_A_CHUNK):
            read.append(number)
            yield [number, "x"]

    pieces = xlsx.workbook(("a", "b"), rows())
    next(pieces)
    assert len(read) <= 2 * xlsx.ROWS_A_CHUNK


def test_the_archive_is_whole():
    with zipfile.ZipFile(io.BytesIO(written([[1, 2]] * 1_200))) as archive:
        assert archive.testzip() is None
        assert "xl/worksheets/sheet1.xml" in archive.namelist()


def test_a_reader_that_goes_away_early_leaves_no_error_behind():
    pieces = xlsx.workbook(("a", "b"), ([n, n] for n in range(5_000)))
    next(pieces)
    pieces.close()


def test_nothing_waits_to_be_flushed():
    sent = xlsx._Sent()
    sent.write(b"x")
    sent.flush()
    assert (sent.take(), sent.take()) == (b"x", b"")
