"""The Reconciliation page and the open items: what each person sees, and what a figure opens."""

import csv
import io
import re
from datetime import date

import pytest
from django.urls import reverse

from reconciliation.models import ExpectedPayment
from tests.open_items import SECONDS, payment, record

pytestmark = pytest.mark.django_db

PAGE = "/reconciliation/?period=all"
READS = ["/reconciliation/", "/reconciliation/export/", "/records/", "/records/import/"]
HOSTILE = [
    "period=yesterday", "currency=%00", "currency=xxx", "finding=nonsense", "finding=%ff%fe",
    "after=2026-99-99~x", "after=1788264000000000~%00", "after=~", "after=-1~pi_1",
    "after=9999999999999999~pi_1", "after=" + "9" * 19, "after=%C2%B2", "after=99999999999999999~pi_1", "after=%D9%A1~pi_1",
    "after=" + "x" * 10_000,
    "q=%00", "q=" + "x" * 10_000, "q=%25_%5C", "with=%27", "period=2026-09-02..2026-09-01",
]  # fmt: skip


@pytest.fixture
def books(db):
    """One line of each finding, in euros, and one of a record for many payments."""
    for number in range(1, 6):
        record(f"INV-{number}")
    record("MEMBER", kind="many", amount=None)
    record("USD-1", currency="usd", amount=1000)
    return {
        "agrees": payment("one", reference="INV-1"),
        "short": payment("two", amount=2900, reference="INV-2"),
        "over": payment("three", amount=5100, reference="INV-3"),
        "paid_twice": payment("four", reference="INV-1", at=SECONDS + 60),
        "other_currency": payment("five", amount=1100, reference="USD-1"),
        "no_record": payment("six", amount=700, reference="NOBODY"),
        "many": payment("seven", amount=100, reference="MEMBER"),
    }


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def rows_of(response):
    return response.context["page"].rows


def test_it_shows_the_bridge_and_every_figure_opens_its_rows(client, finance, books):
    client.force_login(finance)
    response = client.get(f"{PAGE}&currency=eur")
    steps = {bar.step.label: bar.step for bar in response.context["bars"]}
    assert {label: (step.amount, step.count) for label, step in steps.items()} == {
        "Expected": (24_500, 5),
        "− No payment yet": (-9_800, 2),
        "− Short": (-2_000, 1),
        "+ Over": (200, 1),
        "+ Paid twice": (4_900, 1),
        "+ Other currency": (1_100, 1),
        "+ No record": (700, 1),
        "Received": (19_600, 6),
    }
    for step in steps.values():
        opened = client.get(f"/reconciliation/{step.href}")
        sums = opened.context["sums"]
        assert len(rows_of(opened)) == sums.lines
        if not step.total:
            assert (sums.difference, sums.lines) == (step.amount, step.count)
    expected = client.get(f"/reconciliation/{steps['Expected'].href}").context["sums"]
    received = client.get(f"/reconciliation/{steps['Received'].href}").context["sums"]
    assert (expected.expected, expected.lines) == (24_500, 5)
    assert received.received == 19_600


def test_it_says_in_words_why_each_line_stands_there(client, finance, books):
    client.force_login(finance)
    told = text_of(client.get(f"{PAGE}&currency=eur"))
    for words in (
        "EUR 29.00 was paid: EUR 20.00 less than you expected.",
        "Open item INV-1 is paid by another payment already.",
        "Open item USD-1 is expected in another currency.",
        "No open item carries the reference NOBODY.",
        "No payment with the reference INV-4 has arrived.",
        "Beside it, in neither total: 1 open item for many payments",
    ):
        assert words in told
    assert "as you expected" not in told


def test_a_line_without_a_payment_offers_to_make_a_link(client, finance, books):
    client.force_login(finance)
    page = client.get(f"{PAGE}&currency=eur&finding=no_payment_yet").content.decode()
    assert f'href="{reverse("link-new")}?reference=INV-4"' in page


@pytest.mark.parametrize(
    ("finding", "references"),
    [
        ("look", {"INV-1", "INV-2", "INV-3", "INV-4", "INV-5", "NOBODY", "USD-1"}),
        ("agrees", {"INV-1"}),
        ("paid_twice", {"INV-1"}),
        ("no_payment_yet", {"INV-4", "INV-5"}),
        ("many", {"MEMBER"}),
        ("all", {"INV-1", "INV-2", "INV-3", "INV-4", "INV-5", "NOBODY", "USD-1"}),
    ],
)
def test_a_finding_filters_the_lines(client, finance, books, finding, references):
    client.force_login(finance)
    response = client.get(f"{PAGE}&currency=eur&finding={finding}")
    assert {row.shown_reference for row in rows_of(response)} == references


def test_currencies_are_never_mixed(client, finance, books):
    client.force_login(finance)
    response = client.get(f"{PAGE}&currency=usd&finding=all")
    assert [(row.external_id, row.finding) for row in rows_of(response)] == [
        ("USD-1", "no_payment_yet")
    ]
    assert "€" not in text_of(response)


def test_a_search_keeps_the_bridge_and_finds_payments_and_items(client, finance, books):
    client.force_login(finance)
    id = books["paid_twice"].payment.payment_id
    response = client.get(f"{PAGE}&currency=eur&finding=all&q={id}")
    assert [row.payment_id for row in rows_of(response)] == [id]
    assert response.context["bars"][0].step.amount == 24_500
    assert rows_of(client.get(f"{PAGE}&currency=eur&finding=all&q=INV_1")) == []
    assert "Nothing matches" in text_of(client.get(f"{PAGE}&currency=eur&q=zzz"))


def test_payments_without_a_number_can_be_left_out_of_both_sides(client, finance, books):
    client.force_login(finance)
    payment("eight", amount=300, reference="lt17q2m9xzv")
    with_all = client.get(f"{PAGE}&currency=eur").context["bars"][-1].step.amount
    without = client.get(f"{PAGE}&currency=eur&with=number").context["bars"][-1].step
    assert (with_all, without.amount) == (19_900, 19_600)
    assert "with=number" in without.href


def test_the_period_takes_an_item_with_its_payment_and_others_by_the_day_they_are_due(
    client, finance, books
):
    client.force_login(finance)
    day = client.get("/reconciliation/?period=2026-09-01..2026-09-01&currency=eur&finding=all")
    assert len(rows_of(day)) == 8
    before = client.get("/reconciliation/?period=2026-08-01..2026-08-31")
    assert "Nothing in this period" in text_of(before)


def test_the_download_holds_exactly_the_lines_of_the_filter(client, finance, books):
    client.force_login(finance)
    address = "?period=all&currency=eur&finding=look&q=INV"
    shown = rows_of(client.get(f"/reconciliation/{address}"))
    response = client.get(f"/reconciliation/export/{address}")
    content = b"".join(response.streaming_content).decode("utf-8-sig")
    read = list(csv.DictReader(io.StringIO(content)))
    assert [(row["open_item"], row["finding"], row["why"]) for row in read] == [
        (row.external_id, row.label, row.words) for row in shown
    ]
    short = next(row for row in read if row["finding"] == "Short")
    assert (short["expected"], short["received"], short["difference"]) == (
        "49.00",
        "29.00",
        "-20.00",
    )


def test_test_and_live_are_never_on_one_page(client, finance, books):
    client.force_login(finance)
    session = client.session
    session["livemode"] = True
    session.save()
    assert "Nothing to compare yet" in text_of(client.get(PAGE))
    assert "No open items yet" in text_of(client.get("/records/"))
    item = ExpectedPayment.objects.first()
    assert client.get(f"/records/{item.pk}/").status_code == 404
    assert client.post(f"/records/{item.pk}/void/").status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_lines(client, finance, books):
    client.force_login(finance)
    client.get(PAGE)
    few = _queries(client, f"{PAGE}&currency=eur&finding=all")
    for number in range(10, 20):
        record(f"INV-{number}")
        payment(f"more {number}", reference=f"OTHER-{number}")
    assert _queries(client, f"{PAGE}&currency=eur&finding=all") == few
    assert few <= 12


def _queries(client, address):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_next_page_goes_on_where_this_one_ends(client, finance, books, monkeypatch):
    monkeypatch.setattr("reconciliation.queries.reconciliation.PAGE_SIZE", 3)
    client.force_login(finance)
    address, seen = f"{PAGE}&currency=eur&finding=all", []
    cursor = ""
    for _ in range(4):
        page = client.get(f"{address}&after={cursor}").context["page"]
        seen += [row.key for row in page.rows]
        cursor = page.next
        if not cursor:
            break
    assert len(seen) == len(set(seen)) == 8


@pytest.mark.parametrize("query", HOSTILE)
@pytest.mark.parametrize("path", ["/reconciliation/", "/reconciliation/export/", "/records/"])
def test_a_hostile_address_is_answered_like_a_plain_one(client, finance, path, query):
    client.force_login(finance)
    record()
    response = client.get(f"{path}?{query}")
    assert response.status_code == 200
    if response.streaming:
        b"".join(response.streaming_content)


@pytest.mark.parametrize("path", READS)
def test_only_who_may_see_open_items_sees_these_pages(client, path, marketer, auditor, stranger):
    assert client.get(path).status_code == 302
    for person, status in ((marketer, 403), (stranger, 403), (auditor, 200)):
        client.force_login(person)
        assert client.get(path).status_code == status


def test_an_auditor_changes_nothing(client, auditor):
    record()
    item = ExpectedPayment.objects.get()
    client.force_login(auditor)
    for path in ("/records/new/", f"/records/{item.pk}/change/"):
        assert client.get(path).status_code == 403
    for path in ("/records/import/", f"/records/{item.pk}/void/", "/records/new/"):
        assert client.post(path, {"content": "x"}).status_code == 403
    assert ExpectedPayment.objects.count() == 1
    assert "Import open items</a>" not in client.get("/records/").content.decode()


FORM = {
    "external_id": "INV-1", "reference": "", "kind": "single", "currency": "EUR",
    "amount": "49.00", "due_on": "2026-09-30", "description": "Course",
}  # fmt: skip


def test_an_item_is_typed_in_changed_and_voided(client, finance):
    client.force_login(finance)
    assert client.post("/records/new/", FORM).status_code == 302
    first = ExpectedPayment.objects.get()
    assert (first.reference, first.amount, first.source) == ("INV-1", 4900, "file")
    assert first.recorded_by == finance
    change = f"/records/{first.pk}/change/"
    assert 'value="49.00"' in client.get(change).content.decode()
    client.post(change, FORM | {"external_id": "OTHER", "amount": "59.00"})
    latest = ExpectedPayment.objects.get(latest=True)
    assert (latest.external_id, latest.revision, latest.amount) == ("INV-1", 2, 5900)
    assert client.get(f"/records/{first.pk}/").url == f"/records/{latest.pk}/"
    page = text_of(client.get(f"/records/{latest.pk}/"))
    assert "Changed" in page
    assert "No payment with the reference INV-1 has arrived." in page
    client.post(f"/records/{latest.pk}/void/")
    assert "is void already" in text_of(client.post(f"/records/{latest.pk}/void/", follow=True))
    assert ExpectedPayment.objects.get(latest=True).voided_at is not None
    assert "INV-1" in text_of(client.get("/records/?finding=voided"))
    assert rows_of(client.get("/records/")) == []


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"external_id": ""}, "This field is required."),
        ({"amount": ""}, "Amount is empty"),
        ({"amount": "49,00"}, "is not an amount"),
        ({"reference": "a b"}, "would be dropped by Stripe"),
        ({"currency": "€"}, "is not a currency"),
        ({"due_on": "tomorrow"}, "is not a day"),
        ({"kind": "several"}, "Select a valid choice"),
        (
            {"external_id": "INV-9", "reference": "KNOWN"},
            "Open item KNOWN has the reference KNOWN in EUR",
        ),
    ],
)
def test_a_bad_item_is_refused_with_a_sentence(client, finance, values, words):
    client.force_login(finance)
    record("KNOWN")
    response = client.post("/records/new/", FORM | values)
    assert response.status_code == 200
    assert words in response.content.decode()
    assert ExpectedPayment.objects.count() == 1


def test_an_item_that_is_known_is_not_typed_in_again(client, finance):
    client.force_login(finance)
    client.post("/records/new/", FORM)
    assert "is known already" in client.post("/records/new/", FORM).content.decode()


def test_an_item_cannot_be_changed_to_the_reference_of_another(client, finance):
    client.force_login(finance)
    record("KNOWN")
    record("INV-1")
    item = ExpectedPayment.objects.get(external_id="INV-1")
    response = client.post(f"/records/{item.pk}/change/", FORM | {"reference": "KNOWN"})
    assert "Open item KNOWN has the reference KNOWN in EUR" in response.content.decode()
    assert ExpectedPayment.objects.count() == 2


def test_an_item_that_a_file_brought_is_not_typed_in_again(client, finance):
    client.force_login(finance)
    record("INV-1")
    assert "is known already" in client.post("/records/new/", FORM).content.decode()
    assert ExpectedPayment.objects.count() == 1


def test_a_file_says_again_or_changes_what_was_typed_in(client, finance):
    client.force_login(finance)
    client.post("/records/new/", FORM)
    record("INV-1", due_on=date(2026, 9, 30), description="Course")
    assert ExpectedPayment.objects.count() == 1
    record("INV-1", amount=5900)
    latest = ExpectedPayment.objects.get(latest=True)
    assert (latest.revision, latest.amount) == (2, 5900)


def test_voiding_is_never_a_link(client, finance):
    record()
    client.force_login(finance)
    path = f"/records/{ExpectedPayment.objects.get().pk}/void/"
    assert client.get(path).status_code == 405


def test_an_item_shows_its_payments_and_why(client, finance, books):
    client.force_login(finance)
    item = ExpectedPayment.objects.get(external_id="INV-1")
    page = text_of(client.get(f"/records/{item.pk}/"))
    assert "Its reference INV-1 names exactly one open item." in page
    assert "pays it once more" in page


def test_the_payment_says_what_your_record_is(client, finance, books):
    client.force_login(finance)
    page = text_of(client.get(f"/payments/{books['short'].payment.payment_id}/"))
    assert "Your record" in page
    assert "Open item INV-2" in page
    assert "EUR 20.00 less than you expected." in page


def test_open_items_come_last_recorded_first_and_page_by_page(client, finance, monkeypatch):
    monkeypatch.setattr("reconciliation.queries.record_list.PAGE_SIZE", 2)
    client.force_login(finance)
    for number in range(5):
        record(f"INV-{number}")
    record("INV-1", amount=100)
    seen, cursor = [], ""
    for _ in range(4):
        page = client.get(f"/records/?after={cursor}").context["page"]
        seen += [row.external_id for row in page.rows]
        if not (cursor := page.next):
            break
    assert seen == ["INV-1", "INV-4", "INV-3", "INV-2", "INV-0"]
    assert "The last recorded come first." in client.get("/records/").content.decode()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("finding=agrees", ["MEMBER", "INV-1"]),
        ("finding=short", ["INV-2"]),
        ("finding=over", ["INV-3"]),
        ("finding=no_payment_yet", ["USD-1", "INV-5", "INV-4"]),
        ("finding=voided", []),
        ("finding=no_record", ["USD-1", "MEMBER", "INV-5", "INV-4", "INV-3", "INV-2", "INV-1"]),
        ("q=inv-2", ["INV-2"]),
        ("q=INV_2", []),
        ("finding=short&q=INV-3", []),
    ],
)
def test_a_finding_or_a_word_filters_the_open_items(client, finance, books, asked, found):
    client.force_login(finance)
    assert [row.external_id for row in rows_of(client.get(f"/records/?{asked}"))] == found


def test_a_whole_payment_id_finds_its_open_item(client, finance, books):
    client.force_login(finance)
    id = books["short"].payment.payment_id
    assert [row.external_id for row in rows_of(client.get(f"/records/?q={id}"))] == ["INV-2"]
    assert rows_of(client.get(f"/records/?q={id[:-1]}")) == []
    assert rows_of(client.get(f"/records/?q={books['no_record'].payment.payment_id}")) == []
