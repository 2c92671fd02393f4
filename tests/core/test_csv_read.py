"""Tables are read row by row; what is none gets a sentence that names the line."""

import io

import pytest

from linktracker.lib.csv_read import BadFile, rows, rows_of


def read(content):
    return list(rows(io.BytesIO(content)))


@pytest.mark.parametrize(
    "content",
    [
        b"a,b\nc,d", b"a;b\r\nc;d\r\n", b"\xef\xbb\xbfa\tb\nc\td\n", b'"a","b"\n"c",d\n', b"a,b\rc,d",
    ],
)  # fmt: skip
def test_separators_marks_and_line_ends_of_every_kind_are_read(content):
    if b"\rc" in content:
        with pytest.raises(BadFile, match="Row 1 cannot be read"):
            read(content)
    else:
        assert read(content) == [(1, ["a", "b"]), (2, ["c", "d"])]


def test_rows_keep_the_number_that_a_spreadsheet_gives_them():
    assert read(b'\n\na;b\n;\n \n"x\ny";z\n') == [(3, ["a", "b"]), (6, ["x\ny", "z"])]


@pytest.mark.parametrize("content", [b"", b"\n \n"])
def test_nothing_is_no_row(content):
    assert read(content) == []
    assert list(rows_of([])) == []


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b'a,b\n"c,d\n', "Row 2 cannot be read: a quotation mark is open"),
        (b"a,b\n" + b"x" * 200_000 + b",d\n", "Row 2 cannot be read: .* a value is far too long"),
        (b"a,b\n\xff,d\n", "Line 2 is not written in UTF-8"),
        ("a,b\nc,d".encode("utf-16"), "Line 1 is not written in UTF-8"),
        ("a,b\nc,é".encode("cp1252"), "Line 2 is not written in UTF-8"),
        (b"x" * 1_000_001, "Line 1 is far too long"),
    ],
)
def test_what_is_no_table_names_the_line(content, sentence):
    with pytest.raises(BadFile, match=sentence):
        read(content)
