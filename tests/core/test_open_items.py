"""A file of open items: rows become values, or a sentence that names the row."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.core import open_items
from reconciliation.core.open_items import BadOpenItem, OpenItem, compare, open_item, read_file

HEADER = "external_id,reference,currency,amount,due_on,kind,description\n"


def item(**values):
    given = {
        "external_id": "INV-1", "reference": "INV-1", "kind": "single", "currency": "eur",
        "amount": 4900, "due_on": None, "description": "",
    }  # fmt: skip
    return OpenItem(**(given | values))


def rows(*lines):
    return read_file((HEADER + "\n".join(lines)).encode())


def test_it_reads_every_column():
    read = rows('INV-1,cart_7,EUR,49.00,2026-09-30,single,"Course, two days"')
    assert read.problems == ()
    assert read.items == (
        item(
            reference="cart_7",
            due_on=date(2026, 9, 30),
            description="Course, two days",
        ),
    )
    assert read.totals == {"eur": 4900}


def test_it_takes_the_external_id_for_an_empty_reference_and_single_for_an_empty_kind():
    assert rows("INV-1,,eur,49,,,").items == (item(),)


def test_it_reads_amounts_in_units_of_their_currency():
    read = rows("A,,EUR,49.00,,,", "B,,JPY,4900,,,", "C,,KWD,1.500,,,", "D,,EUR,1.00,,,")
    assert [each.amount for each in read.items] == [4900, 4900, 1500, 100]
    assert read.totals == {"eur": 5000, "jpy": 4900, "kwd": 1500}


def test_many_payments_may_have_no_amount():
    read = rows("A,,EUR,,,many,", "B,,EUR,10.00,,MANY,")
    assert [(each.kind, each.amount) for each in read.items] == [("many", None), ("many", 1000)]


@pytest.mark.parametrize(
    "content",
    [
        "currency;amount;external_id\nEUR;49.00;INV-1\n",
        "\ufeffexternal_id,currency,amount\r\nINV-1,EUR,49.00\r\n",
        "External_ID ,Currency,AMOUNT\nINV-1,EUR,49.00",
        "external_id\tcurrency\tamount\nINV-1\tEUR\t49.00\n",
        "external_id,currency,amount\n\n , ,\nINV-1,EUR,49.00\n\n",
        '"external_id","currency","amount"\n" INV-1 ","eur","49.00"\n',
    ],
)
def test_it_tolerates_what_spreadsheets_write(content):
    read = read_file(content.encode())
    assert (read.items, read.problems) == ((item(),), ())


def test_it_names_the_columns_that_it_does_not_read():
    read = read_file(b"external_id,currency,amount,customer,\nINV-1,EUR,49.00,Ann,\n")
    assert read.items == (item(),)
    assert read.not_read == ("customer",)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (",,EUR,49.00,,,", "external_id is empty"),
        (f"{'x' * 201},y,EUR,49.00,,,", "external_id has 201 characters; 200 are kept"),
        (f"A,{'x' * 201},EUR,49.00,,,", "reference has 201 characters; Stripe keeps 200"),
        ("RE/2026/7,,EUR,49.00,,,", "“RE/2026/7” would be dropped by Stripe. Letters, digits"),
        ("A,été,EUR,49.00,,,", "would be dropped by Stripe"),
        ("A,INV 1,EUR,49.00,,,", "would be dropped by Stripe"),
        ("A,{{id}},EUR,49.00,,,", "would be dropped by Stripe"),
        ("A,cart_48213-lt17q2m9xzv,EUR,49.00,,,", "ends in a link tag"),
        ("A,lt17q2m9xzv,EUR,49.00,,,", "ends in a link tag"),
        ("A,lt17q2m9xzw,EUR,49.00,,,", "ends in a link tag"),
        ("A,,,49.00,,,", "is not a currency"),
        ("A,,EURO,49.00,,,", "“EURO” is not a currency"),
        ("A,,€,49.00,,,", "is not a currency"),
        ("A,,EUR,,,,", "amount is empty"),
        ("A,,EUR,,,single,", "amount is empty"),
        ("A,,EUR,-49.00,,,", "is not an amount"),
        ('A,,EUR,"49,00",,,', "is not an amount"),
        ('A,,EUR,"1,234.50",,,', "is not an amount"),
        ("A,,EUR,49.001,,,", "more decimals than EUR has"),
        ("A,,JPY,49.00,,,", "more decimals than JPY has"),
        ("A,,EUR,1e3,,,", "is not an amount"),
        ("A,,EUR,٤٩,,,", "is not an amount"),
        ("A,,EUR,49.00,30.09.2026,,", "“30.09.2026” is not a day; write it as 2026-09-30"),
        ("A,,EUR,49.00,2026-02-30,,", "is not a day"),
        ("A,,EUR,49.00,20260930,,", "is not a day"),
        ("A,,EUR,49.00,2026-W40-1,,", "is not a day"),
        ("A,,EUR,49.00,,several,", "kind “several” is neither single nor many"),
        (f"A,,EUR,49.00,,,{'x' * 501}", "description has 501 characters; 500 are kept"),
        ('A,,EUR,49.00,,,"two\nlines"', "description holds a control character"),
        ("A,,EUR,49.00,,,\x00", "description holds a control character"),
        ("A\x1b,,EUR,49.00,,,", "external_id holds a control character"),
        ("A,,EUR,49.00,,", "It has 6 values; the header names 7 columns"),
        ("A,,EUR,49,00,,,", "It has 8 values; the header names 7 columns"),
    ],
)
def test_it_refuses_a_bad_row_with_a_sentence(row, words):
    read = rows("GOOD,,EUR,1.00,,,", row)
    assert len(read.problems) == 1
    assert read.problems[0].startswith("Row 3: ")
    assert words in read.problems[0]
    assert [each.external_id for each in read.items] == ["GOOD"]


def test_it_refuses_the_second_row_with_one_external_id_and_names_the_first():
    read = rows("A,,EUR,1.00,,,", "", "B,,EUR,1.00,,,", "A,other,USD,2.00,,,")
    assert read.problems == ("Row 5: External id “A” stands in row 2 already.",)


def test_it_says_one_sentence_a_row_and_goes_on():
    read = rows(",,,,,,x", "A,,EUR,x,,,", "B,,EUR,1.00,,,")
    assert [problem[:6] for problem in read.problems] == ["Row 2:", "Row 3:"]
    assert len(read.items) == 1


def test_it_shortens_a_long_value_in_its_sentence():
    (problem,) = rows(f"{'é' * 90},,EUR,1.00,,,").problems
    assert "é" * 40 + "…" in problem
    assert "é" * 41 not in problem


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty"),
        (b"\xef\xbb\xbf \n", "The file is empty"),
        (b"a,b,c\n1,2,3\n", "does not name the columns external_id and currency"),
        (b"external_id,amount\nA,1\n", "does not name the column currency"),
        (b"external_id,currency,currency\nA,EUR,EUR\n", "names the column currency twice"),
        (b"external_id,currency,amount\n", "no rows below its header"),
        (
            b"external_id,currency,amount\nA,EUR,1\nCaf\xe9,EUR,1\n",
            "Line 3 is not written in UTF-8",
        ),
        ("external_id,currency".encode("utf-16"), "not written in UTF-8"),
        (b'external_id,currency,amount\nA,"EUR,1\n', "Row 2 cannot be read"),
        (b"external_id,currency,amount\nA," + b"x" * 200_000 + b",1\n", "Row 2 cannot be read"),
    ],
)
def test_it_refuses_what_is_no_table_with_one_sentence(content, words):
    read = read_file(content)
    assert read.items == ()
    assert len(read.problems) == 1
    assert words in read.problems[0]


def test_it_bounds_the_number_of_rows(monkeypatch):
    monkeypatch.setattr(open_items, "MOST_ROWS", 2)
    assert len(rows("A,,EUR,1,,,", "B,,EUR,1,,,").items) == 2
    read = rows("A,,EUR,1,,,", "B,,EUR,1,,,", "C,,EUR,1,,,")
    assert read.items == ()
    assert "more than 2 rows" in read.problems[0]


def test_a_fault_names_its_column():
    with pytest.raises(BadOpenItem) as caught:
        open_item({"external_id": "A", "currency": "EUR", "amount": "x"})
    assert caught.value.column == "amount"


def test_it_tells_new_from_changed_from_unchanged():
    known = {"A": item(external_id="A"), "B": item(external_id="B")}
    same, changed = item(external_id="A"), item(external_id="B", amount=5000)
    new = item(external_id="C")
    changes = compare([same, changed, new], known)
    assert (changes.new, changes.revised, changes.unchanged) == ((new,), (changed,), (same,))


@given(st.binary(max_size=200), st.sampled_from([b"", HEADER.encode()]))
def test_it_never_raises(content, start):
    read = read_file(start + content)
    assert read.items or read.problems


def test_a_row_that_is_refused_later_is_told_with_its_number_and_no_longer_read():
    read = read_file(b"external_id,currency,amount\nINV-1,EUR,49.00\nINV-2,EUR,10.00\n")
    refused = read.refusing({"INV-2": "Open item INV-9 has its reference."})
    assert [item.external_id for item in refused.items] == ["INV-1"]
    assert refused.problems == ("Row 3: Open item INV-9 has its reference.",)
    assert read.refusing({}) == read
