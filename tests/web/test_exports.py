"""Every list as CSV and as a workbook: the same rows, real figures, nothing that runs, on record."""

import csv
import hashlib
import io
from datetime import datetime
from decimal import Decimal
from itertools import islice

import pytest
from openpyxl import load_workbook

from campaigns.actions import exports
from campaigns.models import Export
from linktracker.lib.csv_export import csv_response, harmless
from linktracker.lib.export import export_response
from tests.factories import NOON, make_link
from tests.open_items import payment, record
from tests.stripe_events import pay

pytestmark = pytest.mark.django_db
LISTS = {
    "campaigns": "/campaigns/export/?period=2026-01-01..2026-12-31&currency=eur",
    "links": "/links/export/?",
    "payments": "/payments/export/?period=2026-01-01..2026-12-31",
    "reconciliation": "/reconciliation/export/?period=2026-01-01..2026-12-31&finding=all&currency=eur",
    "open items": "/records/export/?",
}
SHAPES = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\0=1", "＝1+1", "＋1", "－1", "＠A1",
    "=cmd|' /C calc'!A0", '=HYPERLINK("http://evil.example","x")', "=IMPORTXML(A1)", "@A1:B2",
    "-2+3+cmd|' /C calc'!A0", "+A1", "==1", "\t\r\n",
]  # fmt: skip
RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


@pytest.fixture
def as_finance(client, finance):
    client.force_login(finance)
    return client


@pytest.fixture
def rows(db):
    link = make_link(name="=1+1", utm_source="mail", mode="own", client_reference_id="INV-1")
    pay(link.url, amount=4900)
    payment("two", reference="INV-2", amount=1050)
    record("INV-1", description="-1+1")
    record("INV-2", amount=2000)


def as_csv(client, address):
    response = client.get(address)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def as_sheet(client, address):
    response = client.get(f"{address}&format=xlsx")
    assert response["Content-Disposition"].endswith('.xlsx"')
    return load_workbook(io.BytesIO(b"".join(response.streaming_content))).active


def alike(in_csv, in_sheet):
    """The same cell twice: figures by their value, moments by their day, text by its letters."""
    if isinstance(in_sheet, int | float):
        return Decimal(in_csv) == Decimal(str(in_sheet))
    if isinstance(in_sheet, datetime):
        return in_csv.startswith(in_sheet.strftime("%Y-%m-%d"))
    return in_csv == (in_sheet or "")


@pytest.mark.parametrize("address", LISTS.values(), ids=LISTS)
def test_both_forms_have_the_same_rows_in_the_same_order(as_finance, rows, address):
    table, sheet = as_csv(as_finance, address), as_sheet(as_finance, address)
    cells = [[cell.value for cell in row] for row in sheet]
    assert len(table) == len(cells) > 1
    for in_csv, in_sheet in zip(table, cells, strict=True):
        assert all(map(alike, in_csv, in_sheet)), (in_csv, in_sheet)


@pytest.mark.parametrize("address", LISTS.values(), ids=LISTS)
def test_no_cell_runs_and_figures_are_figures(as_finance, rows, address):
    sheet = as_sheet(as_finance, address)
    figures = 0
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            assert cell.data_type in {"s", "n", "d"}
            assert not str(cell.value).startswith(RUNS) or cell.data_type == "n"
            figures += cell.data_type == "n" and cell.value is not None
    assert figures


def test_amounts_have_the_decimals_of_their_currency(as_finance, db):
    payment("yen", amount=700, currency="jpy", reference="a")
    payment("dinar", amount=1500, currency="kwd", reference="b")
    payment("euro", amount=4900, currency="eur", reference="c")
    sheet = as_sheet(as_finance, LISTS["payments"])
    head = {cell.value: cell.column for cell in sheet[1]}
    shown = {
        sheet.cell(row, head["currency"]).value: (
            sheet.cell(row, head["amount"]).value,
            sheet.cell(row, head["amount"]).number_format,
        )
        for row in range(2, 5)
    }
    assert shown == {"JPY": (700, "#,##0"), "KWD": (1.5, "#,##0.000"), "EUR": (49, "#,##0.00")}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_text_that_would_run_is_defused_in_both_forms(shape):
    header, cells = ["a"], [[shape]]
    sent = b"".join(csv_response("x.csv", header, cells).streaming_content).decode("utf-8-sig")
    (_, (cell,)) = list(csv.reader(io.StringIO(sent, newline="")))
    assert cell == f"'{shape}"
    book = b"".join(export_response("xlsx", "x", header, cells).streaming_content)
    assert str(load_workbook(io.BytesIO(book)).active["A2"].value).startswith("'")


@pytest.mark.parametrize(
    "plain", ["a=1", "1-1", "a@b.example", "", " =1", -1, Decimal("-1.00"), None]
)
def test_what_does_not_run_is_left_alone(plain):
    assert harmless(plain) == plain


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize(("what", "address"), LISTS.items(), ids=LISTS)
def test_every_download_is_on_record(as_finance, finance, rows, what, address, form):
    table = as_csv(as_finance, address)
    Export.objects.all().delete()
    sent = b"".join(as_finance.get(f"{address}&format={form}").streaming_content)
    export = Export.objects.get()
    assert export.sha256 == hashlib.sha256(sent).hexdigest()
    assert (export.what, export.form, export.by, export.rows) == (
        what,
        form,
        finance,
        len(table) - 1,
    )
    assert not export.livemode
    assert export.asked == f"{address.partition('?')[2]}&format={form}".lstrip("&")


def test_a_download_that_is_broken_off_has_no_number_of_rows_and_says_so(
    client, administrator, finance
):
    said = {"what": "links", "asked": "", "livemode": False, "by": finance, "at": NOON}
    for taken in (1, 2, 99):
        recording = exports.begin(form="csv", **said)
        sent = recording.sealed(row.encode() for row in recording.counted(["a", "b"]))
        assert list(islice(sent, taken))
        sent.close()
    kept = Export.objects.order_by("pk").values_list("rows", flat=True)
    assert list(kept) == [None, None, 2]
    assert Export.objects.filter(sha256="").count() == 2
    client.force_login(administrator)
    assert client.get("/admin/campaigns/export/").text.count("cut off, or still being sent") == 2


@pytest.mark.parametrize("query", ["", "&format=xlsx"])
def test_a_file_that_may_hold_buyers_asks_for_a_recent_sign_in(as_finance, rows, query):
    session = as_finance.session
    session["signed_in_at"] = 0
    session.save()
    answer = as_finance.get(LISTS["payments"] + query)
    assert answer["Location"].startswith("/accounts/reauthenticate/?next=/payments/export/")
    assert not Export.objects.exists()
    assert as_finance.get(LISTS["links"]).status_code == 200


@pytest.mark.parametrize("form", ["", "pdf", "XLSX", "\0", "xlsx\0"])
def test_a_form_that_we_do_not_have_is_csv(as_finance, rows, form):
    response = as_finance.get(LISTS["links"], {"format": form})
    assert response["Content-Type"].startswith("text/csv")
    assert b"".join(response.streaming_content)


def test_open_items_are_exported_as_they_are_filtered(as_finance, rows):
    def numbers(query):
        return [row[0] for row in as_csv(as_finance, f"/records/export/?{query}")[1:]]

    assert sorted(numbers("")) == ["INV-1", "INV-2"]
    assert numbers("finding=short") == ["INV-2"]
    assert numbers("q=INV-1") == ["INV-1"]
    assert numbers("finding=voided") == []
    assert numbers("q=nothing") == []


def test_marketing_may_not_take_open_items_and_an_anonymous_visitor_signs_in(client, marketer):
    assert client.get("/records/export/").status_code == 302
    client.force_login(marketer)
    for what in ("open items", "reconciliation"):
        assert client.get(LISTS[what]).status_code == 403
    assert not Export.objects.exists()


@pytest.mark.parametrize(
    "shown", ["/campaigns/?period=all", "/links/?q=1", "/payments/?state=paid&period=all", "/reconciliation/?period=all", "/records/?finding=short"]
)  # fmt: skip
def test_each_list_offers_both_forms_with_its_filter(as_finance, rows, shown):
    text = as_finance.get(shown).text
    assert text.count("format=csv") == text.count("format=xlsx") == 1
    query = shown.partition("?")[2].split("&", maxsplit=1)[0]
    assert f"?{query}" in text
