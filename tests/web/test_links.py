"""The list of links, its search in the address, its download, and the page of one link."""

import csv
import io

import pytest

from campaigns.models import TrackedLink
from tests.factories import PAYMENT_LINK, make_link
from tests.stripe_events import pay

pytestmark = pytest.mark.django_db
OTHER = "https://buy.stripe.com/test_4gw14Yl61xwmfXq5kz"
LIVE = "https://buy.stripe.com/eVa5nPg1j1wmfXq5kr"


@pytest.fixture
def reader(client, auditor):
    client.force_login(auditor)
    return client


def listed(client, asked=""):
    answer = client.get(f"/links/{asked}")
    assert answer.status_code == 200
    return [row.link.name for row in answer.context["rows"]]


def test_the_list_shows_current_versions_of_this_mode_newest_first(reader):
    first = make_link(utm_source="a", name="First")
    make_link(utm_source="b", name="Second")
    make_link(
        utm_source="c", name="Second, edited", line=TrackedLink.objects.get(name="Second").line
    )
    make_link(url=LIVE, utm_source="a", name="Live")
    assert listed(reader) == ["Second, edited", "First"]
    assert f"/links/{first.line}/" in reader.get("/links/").text
    assert "2 tracked links on 1 payment link" in reader.get("/links/").text


def test_an_empty_list_says_what_a_tracked_link_is(reader, client, marketer):
    assert "No tracked links yet" in reader.get("/links/").text
    assert 'href="/links/new/"' not in reader.get("/links/").text
    client.force_login(marketer)
    assert 'href="/links/new/"' in client.get("/links/").text


@pytest.mark.parametrize(
    "words",
    [
        "Autumn", "autumn n", "news autumn", "newsletter", "NEWSLET", "INV-2026", "eVa5nPg1j1wmfXq5kr", "{tag}",
        "lt1{tag}", "{reference}", "{url}",
    ],
)  # fmt: skip
def test_a_search_finds_name_code_reference_address_and_tag(reader, words):
    link = make_link(
        name="Autumn news",
        mode="own and tag",
        utm_source="newsletter",
        client_reference_id="INV-2026-0042",
    )
    make_link(url=OTHER, utm_source="other", name="Other")
    words = words.format(tag=link.tag, reference=link.client_reference_id, url=link.url)
    words = link.client_reference_id.removeprefix("INV-2026-0042-") if words[:3] == "lt1" else words
    answer = reader.get("/links/", {"q": words})
    assert [row.link.name for row in answer.context["rows"]] == ["Autumn news"]


@pytest.mark.parametrize(
    "words",
    ["_", "%", "nothing like it", "lain", "Plain x", "\\", "a' OR 1=1 --", "':*", "lt1zzzzzz00"],
)
def test_a_search_for_what_is_not_there_says_where_it_looked(reader, words):
    make_link(url=OTHER, name="Plain", mode="none")
    answer = reader.get("/links/", {"q": words})
    assert [row.link.name for row in answer.context["rows"]] == []
    assert "No link fits" in answer.text


def test_an_older_version_finds_its_link(reader):
    first = make_link(utm_source="old_source", name="Old")
    make_link(utm_source="b", name="New", line=first.line)
    assert listed(reader, "?q=old_source") == ["New"]
    assert listed(reader, f"?q={first.tag}") == ["New"]


def test_codes_and_payment_link_limit_the_list_and_can_be_cleared(reader):
    link = make_link(utm_source="a", utm_medium="x", name="One")
    make_link(utm_source="a", utm_medium="y", name="Two")
    make_link(url=OTHER, utm_source="a", utm_medium="x", name="Three")
    assert listed(reader, "?utm_source=a&utm_medium=x") == ["Three", "One"]
    assert listed(reader, f"?payment_link={link.payment_link_id}") == ["Two", "One"]
    chips = reader.get("/links/?utm_source=a&utm_medium=x&after=zzz").context["chips"]
    assert [chip.href for chip in chips] == ["?utm_medium=x", "?utm_source=a"]


@pytest.mark.parametrize(
    "asked",
    [
        "?q=%00", "?q=%FF%FE", "?q=" + "a" * 10_000, "?utm_source=%00", "?after=nonsense",
        "?after=" + "W10" * 2_000, "?after=WyJ4IiwieSJd", "?payment_link=x",
        "?payment_link=99999999999999999999", "?payment_link=-1", "?q=a&q=b", "?nonsense=1",
        "?campaign=x", "?campaign=999999", "?campaign=none", "?owner=-1", "?owner=999999",
        "?owner=none", "?label=%00", "?label=" + "a" * 500, "?label=%7B%22", "?shelf=x", "?sort=x",
        "?sort=name&after=WyJ4IiwieSJd", "?sort=name&after=WzEsMV0", "?sort=oldest&after=WyJ4IiwxXQ",
        "?warning=yes&paid=never&shelf=all&owner=none&campaign=none&label=x&utm_term=a&q=b",
    ],
)  # fmt: skip
def test_any_address_is_answered(reader, asked):
    make_link(utm_source="a")
    assert reader.get(f"/links/{asked}").status_code == 200
    assert list(reader.get(f"/links/export/{asked}").streaming_content)


def test_received_is_told_by_currency_and_never_added_up(reader):
    link = make_link(utm_source="a", name="Sold")
    pay(link.url, seed="one", amount=4900, currency="eur")
    pay(link.url, seed="two", amount=100, currency="eur")
    pay(link.url, seed="three", amount=5900, currency="usd")
    (row,) = reader.get("/links/").context["rows"]
    assert [(one.currency, one.payments, one.received) for one in row.received] == [
        ("eur", 2, 5000),
        ("usd", 1, 5900),
    ]
    page = reader.get(f"/links/{link.line}/")
    assert "€50.00" in page.text
    assert "$59.00" in page.text
    assert len(page.context["payments"]) == 3


def test_the_download_holds_exactly_the_rows_of_the_search(reader):
    sold = make_link(utm_source="a", name="=cmd", by=None)
    make_link(utm_source="a", utm_medium="x", name="Unsold")
    make_link(utm_source="b", name="Another")
    pay(sold.url, amount=4900, currency="eur")
    pay(sold.url, seed="two", amount=6800, currency="jpy")
    text = b"".join(reader.get("/links/export/?utm_source=a").streaming_content).decode("utf-8-sig")
    rows = [
        (row["name"], row["currency"], row["payments"], row["received"])
        for row in csv.DictReader(io.StringIO(text))
    ]
    assert rows == [
        ("Unsold", "", "0", ""),
        ("'=cmd", "EUR", "1", "49.00"),
        ("'=cmd", "JPY", "1", "6800"),
    ]
    assert [row[0].lstrip("'") for row in rows][::2] == listed(reader, "?utm_source=a")


def test_a_long_list_has_pages_that_together_hold_every_link_once(reader):
    for number in range(51):
        make_link(utm_source=f"s{number}", name=f"Link {number}")
    first = reader.get("/links/")
    second = reader.get("/links/", {"after": first.context["next"]})
    names = [row.link.name for page in (first, second) for row in page.context["rows"]]
    assert sorted(names) == sorted(f"Link {number}" for number in range(51))
    assert (len(first.context["rows"]), second.context["next"]) == (50, "")


# Session, person, two of permissions, signs of life; then, for the list: rows, received, two of
# counts, and three of what the filters offer. For the download: its
# record, received, rows, their number. For one link: versions,
# received, payments, changes.
@pytest.mark.parametrize(
    ("path", "queries"), [("/links/", 12), ("/links/export/", 11), ("/links/{line}/", 9)]
)
def test_the_number_of_queries_stays_as_rows_grow(reader, django_assert_num_queries, path, queries):
    link = make_link(utm_source="a")
    pay(link.url)
    path = path.format(line=link.line)
    with django_assert_num_queries(queries):
        b"".join(reader.get(path))
    for number in range(4):
        pay(make_link(utm_source=f"s{number}").url, seed=f"p{number}")
        pay(link.url, seed=f"q{number}")
    with django_assert_num_queries(queries):
        b"".join(reader.get(path))


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("", ["b", "C", "a"]),
        ("newest", ["b", "C", "a"]),
        ("oldest", ["a", "C", "b"]),
        ("name", ["a", "b", "C"]),
    ],
)
def test_the_list_is_sorted_as_its_address_says(reader, sort, names):
    for source, name in (("1", "a"), ("2", "C"), ("3", "b")):
        make_link(utm_source=source, name=name)
    assert listed(reader, f"?sort={sort}") == names
    text = b"".join(reader.get(f"/links/export/?sort={sort}").streaming_content).decode("utf-8-sig")
    assert [row["name"] for row in csv.DictReader(io.StringIO(text))] == names


@pytest.mark.parametrize("sort", ["newest", "oldest", "name"])
def test_pages_hold_every_link_once_in_any_order(reader, sort):
    for number in range(103):
        make_link(utm_source=f"s{number}", name=f"Link {number % 7}")
    seen, cursor = [], ""
    while not seen or cursor:
        page = reader.get("/links/", {"sort": sort, "after": cursor})
        seen += [row.link.line for row in page.context["rows"]]
        cursor = page.context["next"]
    assert len(seen) == len(set(seen)) == 103


def test_never_paid_and_with_a_warning_find_their_links_and_say_so(reader):
    paid = make_link(utm_source="a", name="Paid")
    make_link(url=OTHER, utm_source="b", name="Hidden")
    pay(paid.url)
    known = TrackedLink.objects.get(name="Hidden").payment_link
    known.confirmation = "hosted_confirmation"
    known.save()
    assert listed(reader, "?paid=never") == ["Hidden"]
    assert listed(reader, "?warning=yes") == ["Hidden"]
    assert "codes hidden from your site" in reader.get("/links/").text
    assert (
        "stay on Stripe"
        in reader.get(f"/links/{TrackedLink.objects.get(name='Hidden').line}/").text
    )


def test_filters_name_what_they_are_set_to(reader):
    link = make_link(utm_source="a", utm_campaign="autumn", name="One")
    make_link(utm_source="b", name="Two")
    page = reader.get(f"/links/?campaign={link.campaign_id}&owner={link.owner_id}")
    assert [row.link.name for row in page.context["rows"]] == ["One"]
    assert (page.context["campaign_word"], page.context["owner_word"]) == (
        "autumn",
        str(link.owner),
    )
    assert 'name="campaign" value=' in page.text  # a new search keeps the filter
    nobody = reader.get("/links/?campaign=999999&owner=none").context
    assert (nobody["campaign_word"], nobody["owner_word"]) == ("unknown", "nobody")


def test_the_page_of_a_link_shows_all_its_versions_and_their_payments(reader):
    first = make_link(utm_source="a", name="Sold")
    second = make_link(utm_source="b", name="Sold", line=first.line)
    pay(first.url, seed="one", amount=1000, currency="eur")
    pay(second.url, seed="two", amount=200, currency="eur")
    page = reader.get(f"/links/{first.line}/")
    assert [version.version for version in page.context["versions"]] == [2, 1]
    (received,) = page.context["received"]
    assert (received.payments, received.received) == (2, 1200)
    assert first.tag in page.text
    assert second.tag in page.text
    assert "/edit/" not in page.text  # an auditor reads


@pytest.mark.parametrize("line", [999_999, 10**30])
@pytest.mark.parametrize("path", ["/links/{}/", "/links/{}/qr.svg", "/links/{}/qr.png"])
def test_a_link_that_is_not_there_is_not_found(reader, line, path):
    assert reader.get(path.format(line)).status_code == 404


def test_a_link_of_the_other_mode_is_not_found(reader):
    assert reader.get(f"/links/{make_link(url=LIVE).line}/").status_code == 404


def test_the_qr_code_is_downloaded_by_the_saved_link(reader):
    link = make_link(utm_source="a")
    svg, png = (reader.get(f"/links/{link.line}/qr.{kind}") for kind in ("svg", "png"))
    assert (svg["Content-Type"], png["Content-Type"]) == ("image/svg+xml", "image/png")
    assert b"<svg" in svg.content
    assert b"style=" not in svg.content
    assert png.content.startswith(b"\x89PNG")
    assert svg["Content-Disposition"] == f'attachment; filename="link-{link.line}.svg"'


def test_a_name_changes_and_an_empty_one_does_not(client, marketer):
    client.force_login(marketer)
    link = make_link(utm_source="a", name="Old")
    path = f"/links/{link.line}/name/"
    assert "Name changed." in client.post(path, {"name": "New"}, follow=True).text
    assert "needs a name" in client.post(path, {"name": "\0 "}, follow=True).text
    assert listed(client) == ["New"]
    assert client.post("/links/999999/name/", {"name": "x"}).status_code == 404


def test_names_are_text_and_never_markup(reader):
    link = make_link(utm_source="a", name="<script>alert(1)</script>")
    for path in ("/links/", f"/links/{link.line}/"):
        assert "<script>alert" not in reader.get(path).text


@pytest.mark.parametrize("path", ["/links/", "/links/export/", "/links/1/", "/links/1/qr.svg"])
def test_strangers_see_no_links(client, stranger, path):
    assert client.get(path).headers["Location"].startswith("/accounts/login/")
    client.force_login(stranger)
    assert client.get(path).status_code == 403


def test_an_auditor_changes_no_name(reader):
    link = make_link(utm_source="a", name="Old")
    assert reader.post(f"/links/{link.line}/name/", {"name": "New"}).status_code == 403
    assert PAYMENT_LINK in reader.get(f"/links/{link.line}/").text
