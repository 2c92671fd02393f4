"""Changing links from the list and from a link's page: what is asked, what is done, who may not."""

import re

import pytest

from campaigns.models import Campaign, LinkChange, TrackedLink
from campaigns.queries import link_choices
from tests.factories import NOON, make_link, make_person

pytestmark = pytest.mark.django_db
LIVE = "https://buy.stripe.com/eVa5nPg1j1wmfXq5kr"
DOINGS = ("campaign", "owner", "label", "unlabel", "archive", "restore")


@pytest.fixture
def marketing(client, marketer):
    client.force_login(marketer)
    return client


def address(do, *links, **more):
    lines = "".join(f"&line={link.line}" for link in links)
    return f"/links/change/?do={do}{lines}" + "".join(f"&{key}={more[key]}" for key in more)


def now(link):
    return TrackedLink.objects.get(line=link.line, superseded_at=None)


def test_ticked_links_are_shown_and_then_changed(marketing):
    links = [make_link(utm_source=source, name=f"Link {source}") for source in "abc"]
    page = marketing.get(address("label", *links[:2]))
    assert "2 links" in page.text
    assert "Link a" in page.text
    assert "Link c" not in page.text
    answer = marketing.post(
        address("label", *links[:2]), {"label": "Print", "seen": 2}, follow=True
    )
    assert answer.request["PATH_INFO"] == "/links/"
    assert "2 links changed." in answer.text
    assert [now(link).labels for link in links] == [["Print"], ["Print"], []]


def test_a_campaign_is_chosen_and_the_page_says_what_becomes_of_payments(marketing):
    link = make_link(utm_source="a", utm_campaign="autumn")
    winter = Campaign.objects.create(livemode=False, name="Winter", code="winter", created_at=NOON)
    Campaign.objects.create(livemode=True, name="Live one", code="live", created_at=NOON)
    page = marketing.get(address("campaign", link))
    assert "those made before stay with the campaign they were counted for" in page.text
    assert "Live one" not in page.text
    marketing.post(address("campaign", link), {"chosen": winter.pk})
    assert now(link).campaign == winter
    marketing.post(address("campaign", link), {"chosen": "none"})
    assert now(link).campaign is None


def test_an_owner_is_somebody_who_may_sign_in_or_nobody(marketing):
    link = make_link(utm_source="a")
    colleague = make_person("Marketing", name="Kim")
    gone = make_person("Marketing", name="Robin", is_active=False)
    page = marketing.get(address("owner", link))
    assert "Kim" in page.text
    assert "Robin" not in page.text
    marketing.post(address("owner", link), {"chosen": gone.pk})
    assert now(link).owner == link.owner
    marketing.post(address("owner", link), {"chosen": colleague.pk})
    assert now(link).owner == colleague
    marketing.post(address("owner", link), {"chosen": "none"})
    assert "may not sign in" not in marketing.get(f"/links/{link.line}/").text
    assert now(link).owner is None


@pytest.fixture
def few_offered(monkeypatch):
    """Lists of choices end after the first, as they do after 200."""
    monkeypatch.setattr(link_choices, "MOST_OFFERED", 1)
    for code, name in (("a", "A"), ("winter", "Winter"), ("w2", "WINTER"), ("w3", "Sale")):
        Campaign.objects.create(livemode=False, name=name, code=code, created_at=NOON)
    Campaign.objects.create(livemode=True, name="Live one", code="live", created_at=NOON)


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"named": "winter"}, "winter"),
        ({"named": " sale "}, "w3"),
        ({"chosen": "none"}, None),
    ],
)
def test_a_campaign_beyond_those_offered_is_named(marketing, few_offered, sent, code):
    link = make_link(utm_campaign="autumn")
    marketing.post(address("campaign", link), sent)
    assert (now(link).campaign and now(link).campaign.code) == code


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "Choose one from the list or type one, not both."),
        ({"named": "sale", "chosen": "none"}, "not both."),
        ({"named": "Winter"}, "Several are called “Winter”"),
        ({"named": "Live one"}, "Nothing is called “Live one”."),
        ({"named": "winte"}, "Nothing is called"),
    ],
)
def test_a_name_that_is_not_clear_changes_nothing(marketing, few_offered, sent, sentence):
    link = make_link(utm_campaign="autumn")
    assert sentence in marketing.post(address("campaign", link), sent).text
    assert now(link).campaign.code == "autumn"


def test_an_owner_beyond_those_offered_is_named(marketing, few_offered):
    link = make_link()
    kim = make_person("Marketing", name="Kim", email="kim@example.com")
    marketing.post(address("owner", link), {"named": "KIM@example.com"})
    assert now(link).owner == kim
    answer = marketing.get("/links/?owner_named=kim&after=x&utm_source=a", follow=True)
    assert answer.redirect_chain == [(f"/links/?utm_source=a&owner={kim.pk}", 302)]
    for typed in ("nobody", "%00"):
        assert marketing.get(f"/links/?owner_named={typed}", follow=True).status_code == 200


def test_the_list_is_limited_to_a_campaign_beyond_those_offered(marketing, few_offered):
    sale = Campaign.objects.get(code="w3")
    make_link()
    assert 'name="campaign_named"' in marketing.get("/links/").text
    answer = marketing.get("/links/?campaign_named=w3&campaign=none")
    assert answer["Location"] == f"/links/?campaign={sale.pk}"
    unclear = marketing.get("/links/?campaign_named=winter2", follow=True)
    assert "Nothing is called “winter2”." in unclear.text


def test_archived_links_leave_the_list_and_come_back(marketing):
    link = make_link(utm_source="a", name="Autumn news")
    marketing.post(address("archive", link))
    assert "Autumn news" not in marketing.get("/links/").text
    assert "Show 1 archived link that fits" in marketing.get("/links/?q=autumn").text
    assert "Autumn news" in marketing.get("/links/?shelf=archived").text
    assert "It still works" in marketing.get(f"/links/{link.line}/").text
    marketing.post(address("restore", link))
    assert "Autumn news" in marketing.get("/links/").text


def undo_of(page):
    fields = page.partition('action="/links/undo/"')[2].partition("</form>")[0]
    return dict(re.findall(r'name="(what|at|back)" value="([^"]*)"', fields))


def test_what_was_done_is_undone_from_where_it_is_told(marketing):
    links = [make_link(utm_source=source) for source in "ab"]
    done = marketing.post(address("archive", *links, utm_source="a"), {"seen": 2}, follow=True)
    told = undo_of(done.text)
    assert told["back"] == "/links/?utm_source=a"
    back = marketing.post("/links/undo/", told, follow=True)
    assert back.redirect_chain == [("/links/?utm_source=a", 302)]
    assert "Undone: 2 links changed." in back.text
    assert not any(now(link).archived_at for link in links)
    again = marketing.post("/links/undo/", told, follow=True)
    assert "Not changed: 2 changed again since." in again.text


@pytest.mark.parametrize(
    "sent", [{}, {"what": "archived", "at": "2026-09-01"}, {"what": "name", "at": "2026-09-01T00:00Z"}, {"what": "owner", "at": "\0"}, {"what": "owner", "at": "2026-09-01T00:00+23:59"}, {"what": "owner", "at": "0001-01-01T00:00+10:00"}, {"what": "owner", "at": "2026-09-01T00:00Z", "back": "//evil.example"}],
)  # fmt: skip
def test_what_nobody_did_is_not_undone(marketing, sent):
    page = marketing.post("/links/undo/", sent, follow=True)
    assert page.redirect_chain == [("/links/", 302)]
    assert "There is nothing to undo." in page.text or "No link changed." in page.text


def test_no_undo_is_offered_where_nothing_changed_or_payments_came_along(marketing):
    link = make_link()
    winter = Campaign.objects.create(livemode=False, name="Winter", code="winter", created_at=NOON)
    for do, sent in (("campaign", {"chosen": winter.pk}), ("restore", {})):
        page = marketing.post(address(do, link), sent, follow=True)
        assert undo_of(page.text) == {}


def test_all_of_a_search_is_changed_and_nothing_else(marketing):
    for number in range(60):
        make_link(utm_source=f"s{number}", utm_medium="print" if number < 55 else "mail")
    asked = "?do=label&all=yes&utm_medium=print&sort=name"
    page = marketing.get(f"/links/change/{asked}")
    assert "55 links" in page.text
    assert "and 43 more" in page.text
    answer = marketing.post(f"/links/change/{asked}", {"label": "paper", "seen": 55})
    assert answer.headers["Location"] == "/links/?utm_medium=print&sort=name"
    assert set(TrackedLink.objects.filter(labels=["paper"]).values_list("utm_medium")) == {
        ("print",)
    }
    assert LinkChange.objects.count() == 55


def test_who_looked_at_other_links_than_fit_now_looks_again(marketing):
    make_link(utm_source="a")
    answer = marketing.post("/links/change/?do=archive&all=yes", {"seen": "12"})
    assert "By now 1 fit, which is not what you looked at" in answer.text
    assert not TrackedLink.objects.exclude(archived_at=None).exists()


@pytest.mark.parametrize("label", ["", " \0", "x" * 41])
def test_what_is_no_label_is_said_beside_the_field(marketing, label):
    link = make_link(utm_source="a")
    answer = marketing.post(address("label", link), {"label": label})
    assert answer.status_code == 200
    assert answer.context["form"].errors["label"]
    assert now(link).labels == []


def test_only_labels_that_the_links_have_can_be_removed(marketing):
    link, other = make_link(utm_source="a"), make_link(utm_source="b")
    marketing.post(address("label", link), {"label": "print"})
    marketing.post(address("label", other), {"label": "mail"})
    page = marketing.get(address("unlabel", link))
    assert 'value="print"' in page.text
    assert 'value="mail"' not in page.text
    marketing.post(address("unlabel", link), {"chosen": "mail"})
    marketing.post(address("unlabel", link), {"chosen": "print"})
    assert (now(link).labels, now(other).labels) == ([], ["mail"])


def test_the_page_of_a_link_asks_and_gets_its_answer_back(marketing):
    link = make_link(utm_source="a")
    path = f"{address('label', link)}&from=link"
    assert path.replace("&", "&amp;") in marketing.get(f"/links/{link.line}/").text
    answer = marketing.post(path, {"label": "print"}, follow=True)
    assert answer.request["PATH_INFO"] == f"/links/{link.line}/"
    assert "print" in answer.text
    assert [change.what for change in answer.context["changes"]] == ["labels"]


def test_a_dialog_gets_the_form_alone(marketing):
    link = make_link(utm_source="a")
    fragment = marketing.get(address("archive", link), headers={"HX-Request": "true"})
    assert fragment.text.lstrip().startswith("<form")
    assert "HX-Request" in fragment.headers["Vary"]


@pytest.mark.parametrize(
    "chosen", ["", "&line=x", "&line=999999", "&line=%00", f"&line={10**40}", "&all=yes&q=nothing"]
)
@pytest.mark.parametrize("do", DOINGS)
def test_where_nothing_is_chosen_it_says_so(marketing, do, chosen):
    answer = marketing.get(f"/links/change/?do={do}{chosen}", follow=True)
    assert answer.request["PATH_INFO"] == "/links/"
    assert "Choose links first" in answer.text


def test_a_link_of_the_other_mode_is_not_there_to_change(marketing):
    live = make_link(url=LIVE, utm_source="a")
    answer = marketing.post(address("archive", live), follow=True)
    assert "Choose links first" in answer.text
    assert now(live).archived_at is None


@pytest.mark.parametrize("do", ["", "delete", "\0", "__class__"])
def test_what_is_no_change_is_not_found(marketing, do):
    assert marketing.get("/links/change/", {"do": do, "line": 1}).status_code == 404


@pytest.mark.parametrize("value", ["", "x", "-1", "\0", "999999", "1e9", str(10**40)])
@pytest.mark.parametrize("do", ["campaign", "owner", "unlabel"])
def test_a_choice_that_is_not_offered_changes_nothing(marketing, do, value):
    link = make_link(utm_source="a")
    assert marketing.post(address(do, link), {"chosen": value}).status_code == 200
    assert now(link) == link
    assert not LinkChange.objects.exists()


def test_labels_are_text_and_never_markup(marketing):
    link = make_link(utm_source="a")
    marketing.post(address("label", link), {"label": "<b>&amp;'\""})
    for path in ("/links/", f"/links/{link.line}/", "/links/?label=%3Cb%3E%26amp%3B%27%22"):
        page = marketing.get(path).text
        assert "&lt;b&gt;" in page
        assert "<b>&amp;" not in page


@pytest.mark.parametrize("do", DOINGS)
def test_an_auditor_sees_labels_and_owners_and_changes_none(client, auditor, do):
    link = make_link(utm_source="a")
    client.force_login(auditor)
    assert client.get(address(do, link)).status_code == 403
    assert client.post(address(do, link), {"label": "x", "chosen": "none"}).status_code == 403
    assert now(link) == link
    for path in ("/links/", f"/links/{link.line}/"):
        page = client.get(path).text
        assert str(link.owner) in page.replace("&#x27;", "'")
        assert "/links/change/" not in page
        assert 'name="line"' not in page
