"""Links by upload: choose, look, issue, take home; nothing before the last step."""

import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from campaigns.forms.links_import import packed
from campaigns.models import TrackedLink
from campaigns.views import links_import
from tests.factories import PAYMENT_LINK, make_link

pytestmark = pytest.mark.django_db

PAGE = "/links/import/"
FILE = f"payment_link,utm_source,client_reference_id\n{PAYMENT_LINK},a,\n{PAYMENT_LINK},b,INV-1\n"


@pytest.fixture
def maker(client, marketer):
    client.force_login(marketer)
    return client


def upload(client, content):
    content = content.encode() if isinstance(content, str) else content
    return client.post(PAGE, {"file": SimpleUploadedFile("links.csv", content)})


def carried(response):
    found = re.search(r'name="packed" value="([^"]*)"', response.text)
    return html.unescape(found[1]) if found else None


def test_it_shows_what_the_file_would_do_and_then_issues_it(maker, marketer):
    looked = upload(maker, FILE)
    assert "Issue 2 links" in looked.text
    assert not TrackedLink.objects.exists()
    done = maker.post(PAGE, {"packed": carried(looked), "do": "issue"})
    assert "The links are issued." in done.text
    assert {link.issued_by for link in TrackedLink.objects.all()} == {marketer}
    again = upload(maker, FILE)
    assert "Nothing to issue" in again.text
    assert "Issue " not in again.text
    maker.post(PAGE, {"packed": carried(again), "do": "issue"})
    assert TrackedLink.objects.count() == 2


def test_a_second_copy_in_the_file_is_not_counted_as_new(maker):
    assert "Issue 2 links" in upload(maker, FILE + FILE.partition("\n")[2]).text


def test_the_file_is_taken_home_with_the_address_of_each_row(maker):
    looked = upload(maker, FILE)
    maker.post(PAGE, {"packed": carried(looked), "do": "issue"})
    answer = maker.post(PAGE, {"packed": carried(looked), "do": "answer"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    links = TrackedLink.objects.order_by("pk")
    assert text.splitlines() == [
        "payment_link,utm_source,client_reference_id,url,problem",
        f"{PAYMENT_LINK},a,,{links[0].url},",
        f"{PAYMENT_LINK},b,INV-1,{links[1].url},",
    ]


def test_a_file_with_a_bad_row_offers_no_last_step_and_issues_nothing(maker):
    bad = f"{FILE}{PAYMENT_LINK},<b>spring sale,\n"
    looked = upload(maker, bad)
    assert "<code>utm_source</code> would be dropped: Not allowed:" in looked.text
    assert "<b>" not in looked.text
    assert "Issue " not in looked.text
    sent = maker.post(PAGE, {"packed": carried(looked), "do": "issue"})
    assert "<code>utm_source</code> would be dropped: Not allowed:" in sent.text
    assert not TrackedLink.objects.exists()


def test_each_row_has_its_verdict_on_the_page_those_refused_first(maker, monkeypatch):
    saved = make_link(utm_source="a")
    lines = [f"{PAYMENT_LINK},{source}," for source in ("a", "b", "b", "c")]
    bad = [
        f"{PAYMENT_LINK},spring sale,c%20art",
        "https://example.com/,d,",
        f"{PAYMENT_LINK},e,f,g",
    ]
    rows = "\n".join(["payment_link,utm_source,client_reference_id", *lines, *bad])
    page = upload(maker, rows)
    verdict = page.context["verdict"]
    assert [seen.row.number for seen in verdict.shown] == [6, 7, 8, 2, 3, 4, 5]
    assert [len(seen.dropped) for seen in verdict.shown] == [2, 0, 0, 0, 0, 0, 0]
    assert (verdict.new, verdict.unchanged, verdict.refused, verdict.more) == (2, 2, 3, 0)
    assert f'href="/links/{saved.line}/"' in page.text
    assert "An earlier row makes the same link." in page.text
    assert "<code>client_reference_id</code> would be dropped" in page.text
    monkeypatch.setattr(links_import, "MOST_SHOWN", 4)
    short = upload(maker, rows)
    assert [seen.row.number for seen in short.context["verdict"].shown] == [6, 7, 8, 2]
    assert "And 3 more rows" in short.text


def test_columns_and_links_of_the_other_mode_are_told(maker):
    live = "https://buy.stripe.com/eVa5nPg1j1wmfXq5kr"
    looked = upload(maker, f"payment_link;note\n{live};x\n{PAYMENT_LINK};y\n").text
    assert "1 live link" in looked
    assert "Columns that make no link" in looked


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The submitted file is empty"),
        (b"x" * 5_000_001, "5,000,001 bytes"),
        (b"\xff\xfe\x00", "not written in UTF-8"),
        (FILE.encode("utf-16"), "not written in UTF-8"),
        (FILE.encode() + b"x,\xe9,\n", "Line 4 is not written in UTF-8"),
        (b"\x00\x00", "does not name the column"),
        (FILE.encode() + b'"open,', "Row 4 cannot be read"),
        (FILE.encode() + b"x" * 200_000, "a value is far too long"),
        (b"payment_link,payment_link\n", "payment_link twice"),
        (b"payment_link\r" + PAYMENT_LINK.encode(), "Row 1 cannot be read"),
        (b"payment_link\n" + b"x\n" * 10_001, "more than 10,000 rows"),
        (FILE.encode() + b"a\x00b,c,\n", "holds a control character"),
        (FILE.encode() + b"a,b\n", "It has 2 values"),
    ],
)
def test_what_is_no_file_of_links_gets_a_sentence(maker, content, words):
    answer = upload(maker, content)
    assert answer.status_code == 200
    assert words in html.unescape(answer.text)
    assert not TrackedLink.objects.exists()


BOMB = packed(b"x" * 5_000_001)


@pytest.mark.parametrize(
    "sent", ["", "x", "====", "eJw=", "\0", "a" * 950_000, BOMB, packed(b"\xff")]
)
@pytest.mark.parametrize("do", ["issue", "answer"])
def test_what_was_not_looked_at_is_refused(maker, sent, do):
    answer = maker.post(PAGE, {"packed": sent, "do": do})
    assert answer.status_code in {200, 400}
    assert not TrackedLink.objects.exists()


def test_many_rows_take_few_queries(maker, django_assert_max_num_queries):
    make_link(utm_source="x")
    rows = "".join(f"{PAYMENT_LINK},s{n},\n" for n in range(4_000))
    looked = upload(maker, "payment_link,utm_source,client_reference_id\n" + rows)
    with django_assert_max_num_queries(45):
        maker.post(PAGE, {"packed": carried(looked), "do": "issue"})
    assert TrackedLink.objects.count() == 4_001


def test_only_who_makes_links_uploads_them(client, auditor, stranger):
    assert client.get(PAGE).headers["Location"].startswith("/accounts/login/")
    for person in (auditor, stranger):
        client.force_login(person)
        assert client.get(PAGE).status_code == 403
        assert upload(client, FILE).status_code == 403
