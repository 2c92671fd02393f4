"""The link builder without script: the same form as a page, and what it refuses."""

import json

import pytest
from django.urls import reverse

from campaigns.models import TrackedLink
from campaigns.queries import builder
from linktracker.simulator.catalogue import CATALOGUE
from linktracker.simulator.chance import Chance
from linktracker.simulator.publishing import link_created
from tests.factories import PAYMENT_LINK, make_link
from tests.stripe_events import deliver

pytestmark = pytest.mark.django_db
NEW = "/links/new/"
LIVE_LINK = "https://buy.stripe.com/eVa5nPg1j1wmfXq5kr"
HOSTED = next(link for link in CATALOGUE if link.confirmation == "hosted")


def form(do="save", payment_link=PAYMENT_LINK, mode="", tag="7q2m9x", rows=(), **fields):
    return {
        "do": do,
        "payment_link": payment_link,
        "reference_mode": mode,
        "tag": tag,
        "parameter": [name for name, _ in rows],
        "value": [value for _, value in rows],
        **fields,
    }


CODES = (("client_reference_id", ""), ("utm_source", "newsletter"), ("utm_medium", "email"))


@pytest.fixture
def maker(client, marketer):
    client.force_login(marketer)
    return client


def test_a_link_is_saved_and_its_page_shows_it(maker):
    answer = maker.post(NEW, form(rows=CODES), follow=True)
    link = TrackedLink.objects.get()
    assert link.url == (
        f"{PAYMENT_LINK}?client_reference_id=lt17q2m9xzv&utm_source=newsletter&utm_medium=email"
    )
    assert answer.redirect_chain == [(reverse("link", args=[link.line]), 302)]
    assert "Link saved." in answer.text
    assert link.url.replace("&", "&amp;") in answer.text


@pytest.mark.parametrize(
    ("own", "asked", "carried"),
    [
        ("INV-1", "", "INV-1"),
        ("", "", "lt17q2m9xzv"),
        ("INV-1", "own and tag", "INV-1-lt17q2m9xzv"),
        ("", "none", ""),
    ],
)
def test_the_reference_carries_what_was_chosen_and_else_what_is_usual(maker, own, asked, carried):
    maker.post(NEW, form(mode=asked, rows=[("client_reference_id", own), ("utm_source", "a")]))
    assert TrackedLink.objects.get().client_reference_id == carried


def test_a_chosen_payment_link_counts_where_none_was_pasted(maker):
    maker.post(NEW, form(payment_link="", known=PAYMENT_LINK, rows=CODES))
    assert TrackedLink.objects.get().url.startswith(f"{PAYMENT_LINK}?")


def test_parameters_of_a_pasted_address_count_and_stand_in_rows(maker):
    pasted = f"{PAYMENT_LINK}?foo=1&utm_source=paper&utm_term=old"
    checked = maker.post(NEW, form("check", pasted, rows=[("utm_source", ""), ("utm_term", "new")]))
    assert 'value="paper"' in checked.text
    assert 'value="old"' not in checked.text
    assert f'value="{PAYMENT_LINK}?foo=1"' in checked.text
    maker.post(NEW, form(payment_link=pasted, rows=[("utm_source", ""), ("utm_term", "new")]))
    link = TrackedLink.objects.get()
    assert (link.utm_source, link.utm_term) == ("paper", "new")
    assert "?foo=1&" in link.url


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        (form(payment_link=""), "Nothing here. A payment link looks like"),
        (form(payment_link="https://checkout.stripe.com/c/pay/cs_test_1"), "Checkout Session"),
        (form(payment_link="http://buy.stripe.com/a"), "payment links begin with https://"),
        (form(payment_link="\0"), "This holds a character that cannot be written down"),
        (form(payment_link="https://buy.stripe.com/" + "a" * 10_000), "8192 fit"),
        (form(payment_link="https://pay.example.com/b/x1"), "no payment link on it is known yet"),
        (form(rows=[("utm_campaign", "été launch!")]), "Not allowed: &quot;é&quot;, space"),
        (form(rows=[("utm_source", "a"), ("utm_source", "b")]), "Source is there twice"),
        (form(rows=[("utm_source", "a\0b")]), "Not allowed: U+0000"),
        (form(mode="own"), "Your reference is empty"),
        (form(mode="tag", rows=[("client_reference_id", "INV-1")]), "would not be in the link"),
        (form(mode="other"), "Select a valid choice"),
        (form(mode="own and tag", rows=[("client_reference_id", "a" * 189)]), "188 fit beside"),
        (form(mode="own", rows=[("client_reference_id", "a-lt17q2m9xzv")]), "leave the tag out"),
        (form(name="a" * 201), "200 fit"),
        (form(name="a\0"), "This holds a character that cannot be written down"),
    ],
)
def test_what_cannot_be_saved_is_answered_with_a_sentence(maker, sent, sentence):
    answer = maker.post(NEW, sent)
    assert answer.status_code == 200
    assert sentence in answer.text
    assert not TrackedLink.objects.exists()


def test_a_dropped_value_is_struck_through_and_a_better_one_is_offered(maker):
    answer = maker.post(NEW, form("check", rows=[("utm_campaign", "été launch!")]))
    assert "<del>été launch!</del>" in answer.text
    assert "<code>ete_launch</code>" in answer.text
    assert "1 value left out until corrected" in answer.text


def test_rows_are_added_and_removed_without_script(maker):
    sent = [("utm_source", "a"), ("utm_medium", "b")]
    assert rows_of(maker.post(NEW, form("add", rows=sent))) == ["utm_source", "utm_medium", ""]
    assert rows_of(maker.post(NEW, form("remove-0", rows=sent))) == ["utm_medium"]
    for nothing in ("remove-9", "remove-", "remove--1", "remove-" + "9" * 5_000, "0"):
        assert rows_of(maker.post(NEW, form(nothing, rows=sent))) == ["utm_source", "utm_medium"]
    assert not TrackedLink.objects.exists()


def test_save_and_make_another_keeps_all_but_the_content_and_the_name(maker):
    rows = [("utm_source", "a"), ("utm_content", "blue")]
    answer = maker.post(NEW, form("another", rows=rows, name="Blue button"))
    assert TrackedLink.objects.get().utm_content == "blue"
    assert answer.context["form"].values == {"utm_source": "a"}
    assert answer.context["form"]["tag"].value() != "7q2m9x"
    assert 'value="blue"' not in answer.text.replace('<option value="blue">', "")
    assert "Link saved." in answer.text


def test_the_form_is_filled_from_its_address(maker):
    answer = maker.get(NEW, {"payment_link": PAYMENT_LINK, "reference": "INV-1", "name": "June"})
    assert answer.context["form"].values == {"client_reference_id": "INV-1"}
    assert answer.context["preview"].url.endswith("?client_reference_id=INV-1")
    assert 'value="June"' in answer.text
    assert "is not saved yet" not in answer.text


@pytest.mark.parametrize(
    "asked",
    [
        "payment_link=%00&reference=%00&name=%00",
        "payment_link=https://buy.stripe.com/" + "a" * 10_000,
        "payment_link=%FF&utm_source=%FF%FE",
        "reference_mode=nonsense&utm_source=" + "a" * 10_000,
        "utm_source=a&utm_source=b",
    ],
)
def test_any_address_of_the_form_is_answered(maker, asked):
    assert maker.get(f"{NEW}?{asked}").status_code == 200


def test_the_dialog_gets_the_fragment_and_caches_know(maker):
    page, fragment = maker.get(NEW), maker.get(NEW, headers={"HX-Request": "true"})
    assert "<html" in page.text
    assert "<html" not in fragment.text
    assert "HX-Request" in page["Vary"]
    rules = fragment.text.split('data-rules="')[1].split('"')[0].replace("&quot;", '"')
    assert json.loads(rules.replace("&amp;", "&").replace("&#x27;", "'"))["mostNamed"] == 5


def test_the_script_gets_the_saved_address_and_a_tag_for_the_next_link(maker):
    told = maker.post(NEW, form(rows=CODES), headers={"Accept": "application/json"}).json()
    link = TrackedLink.objects.get()
    assert (told["url"], told["page"]) == (link.url, f"/links/{link.line}/")
    assert told["tag"] != link.tag
    again = maker.post(NEW, form(rows=CODES), headers={"Accept": "application/json"}).json()
    assert again["sentence"] == "This very link was saved before; here it is."
    assert again["url"] == link.url


def test_the_script_gets_the_sentences(maker):
    answer = maker.post(NEW, form(mode="own"), headers={"Accept": "application/json"})
    assert answer.json()["problems"][0].startswith("Your reference is empty")


def test_a_link_of_the_other_mode_says_so_and_switches(maker):
    checked = maker.post(NEW, form("check", LIVE_LINK, rows=CODES))
    assert "This is a live payment link, and you are looking at test data." in checked.text
    saved = maker.post(NEW, form(payment_link=LIVE_LINK, rows=CODES), follow=True)
    assert "You are looking at live data now." in saved.text
    assert TrackedLink.objects.get().livemode
    assert 'data-mode="live"' in saved.text


def test_a_payment_link_without_redirect_is_warned_about(maker):
    deliver([link_created(HOSTED, 1_788_000_000, Chance("hosted"), "2026-10-28.endive").body])
    checked = maker.post(NEW, form("check", HOSTED.url, rows=CODES))
    assert "UTM codes will not reach your site" in checked.text
    assert "nothing: buyers stay on Stripe&#x27;s page after paying." in checked.text
    saved = maker.post(NEW, form(payment_link=HOSTED.url, rows=CODES), follow=True)
    assert "UTM codes will not reach your site" in saved.text


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([("utm_source", "LinkedIn")], "saved links say &quot;linkedin&quot;"),
        ([("utm_source", "linkedin")], "This very link is saved already; saving opens it."),
        ([("utm_source", "linkedin"), ("client_reference_id", "X-1")], "The same codes exist on"),
        ([("utm_source", "email"), ("utm_medium", "news")], "source and medium swapped?"),
        ([("utm_content", "jenny-at-home"), ("utm_term", "Sale")], "Term has capital letters"),
    ],
)
def test_warnings_are_said_and_stop_nothing(maker, rows, sentence):
    make_link(utm_source="linkedin")
    assert sentence in maker.post("/links/preview/", form(rows=rows)).text
    assert maker.post(NEW, form(rows=rows)).status_code == 302


def test_values_offer_what_was_used_before_most_used_first(maker):
    for term in ("a", "b"):
        make_link(utm_source="zeta", utm_term=term)
    make_link(utm_source="alpha")
    make_link(url=LIVE_LINK, utm_source="live_only")
    offered = (
        maker.get(NEW).text.split('<datalist id="used-utm_source">')[1].split("</datalist>")[0]
    )
    assert offered == '<option value="zeta"></option><option value="alpha"></option>'


def test_an_edit_is_a_version_that_supersedes(maker):
    link = make_link(utm_source="a", client_reference_id="INV-1", mode="own and tag")
    edit = f"/links/{link.line}/edit/"
    shown = maker.get(edit)
    assert shown.context["form"].values == {"client_reference_id": "INV-1", "utm_source": "a"}
    answer = maker.post(
        edit, form(mode="own", rows=[("client_reference_id", "INV-2")]), follow=True
    )
    newest, oldest = TrackedLink.objects.order_by("-version")
    assert (newest.version, newest.own_reference, oldest.own_reference) == (2, "INV-2", "INV-1")
    assert "superseded" in answer.text


def test_a_link_of_the_other_mode_or_none_cannot_be_edited(maker):
    live = make_link(url=LIVE_LINK)
    for line in (live.line, 999_999, 10**30):
        assert maker.get(f"/links/{line}/edit/").status_code == 404
        assert maker.post(f"/links/{line}/edit/", form()).status_code == 404


@pytest.mark.parametrize("path", [NEW, "/links/preview/", "/links/1/edit/"])
def test_only_people_who_make_links_may(client, auditor, stranger, path):
    assert client.post(path, form()).headers["Location"].startswith("/accounts/login/")
    for person in (auditor, stranger):
        client.force_login(person)
        assert client.post(path, form()).status_code == 403
    assert not TrackedLink.objects.exists()


@pytest.mark.parametrize("line", ["", "1", "x", "-1", "9" * 40, "9" * 18, "9" * 5_000, "١"])
def test_a_preview_answers_whatever_is_sent(maker, line):
    answer = maker.post("/links/preview/", {**form(rows=CODES, tag="?"), "line": line})
    assert answer.status_code == 200
    assert maker.post("/links/preview/", {}).status_code == 200
    assert maker.get("/links/preview/").status_code == 405


def test_a_long_address_has_no_qr_code_and_still_a_page(maker):
    pasted = f"{PAYMENT_LINK}?note={'n' * 4_000}"
    saved = maker.post(NEW, form(payment_link=pasted, rows=CODES), follow=True)
    assert "too many for a QR code" in saved.text
    line = TrackedLink.objects.get().line
    assert maker.get(f"/links/{line}/qr.png").status_code == 404


def test_the_number_of_queries_stays_as_links_grow(maker, django_assert_num_queries):
    make_link(utm_source="a")
    maker.get(NEW)
    with django_assert_num_queries(QUERIES):
        maker.get(NEW, {"payment_link": PAYMENT_LINK, "utm_source": "a"})
    for number in range(5):
        make_link(utm_source=f"s{number}")
    with django_assert_num_queries(QUERIES):
        maker.get(NEW, {"payment_link": PAYMENT_LINK, "utm_source": "a"})


# Session, person, two of permissions, signs of life; a free tag, payment links, used values twice; the payment
# link and the link with the same codes.
QUERIES = 11


def rows_of(answer):
    rows = answer.context["rows"]
    return [row.name if row.value else "" for row in rows]


def test_values_are_offered_from_the_latest_links_of_this_mode(monkeypatch):
    make_link(utm_source="old")
    make_link(utm_source="new", utm_term="boots")
    monkeypatch.setattr(builder, "LATEST_LINKS", 1)
    assert builder.used_values(livemode=False)["utm_source"] == ["new"]
    assert builder.used_values(livemode=False)["utm_term"] == ["boots"]
    assert builder.used_values(livemode=True) == {}
