"""The inspector explains any text, and takes over the links in it."""

import pytest

from campaigns.actions import link_changes
from campaigns.core.link_choice import LinkChoice
from campaigns.models import Campaign, Conversion, TrackedLink
from tests.factories import NOON, PAYMENT_LINK, make_link
from tests.stripe_events import drain, pay

pytestmark = pytest.mark.django_db

PAGE, SAVE = "/inspect/", "/inspect/save/"
LIVE = "https://buy.stripe.com/eVa5nPg1j1wmfXq5kr"


@pytest.fixture
def maker(client, marketer):
    client.force_login(marketer)
    return client


def test_one_link_is_explained_parameter_by_parameter(maker):
    url = f"{PAYMENT_LINK}?utm_source=News Letter&utm_campaign=a&gclid=1&client_reference_id=cart 1"
    page = maker.post(PAGE, {"text": url}).text
    assert "2 values would be lost" in page
    assert "Not allowed: space. Stripe would drop this value." in page
    assert "News_Letter" in page
    assert "Not a parameter that Stripe documents." in page
    assert "The webhook will carry nothing" in page
    right = f"{PAYMENT_LINK}?utm_source=News_Letter&amp;utm_campaign=a&amp;gclid=1"
    assert right in page.replace("<wbr>", "")
    assert 'value="a"' in page  # the suggested name


def test_a_link_in_the_address_is_explained_too(maker):
    page = maker.get(PAGE, {"url": f"{PAYMENT_LINK}?utm_source=a"})
    assert "Everything arrives" in page.text
    assert "Save link" in page.text


def test_an_empty_page_has_nothing_to_say_and_nothing_to_save(maker):
    page = maker.get(PAGE)
    assert page.status_code == 200
    assert "Save" not in page.text
    assert "Nothing to show" not in page.text


def test_a_saved_link_is_opened_from_its_copy(maker):
    link = make_link(utm_source="a", name="Autumn news")
    page = maker.post(PAGE, {"text": link.url}).text
    assert f'href="/links/{link.line}/"' in page
    assert "Autumn news" in page
    assert "Save link" not in page


def test_an_archived_link_is_said_to_be_and_can_be_restored(maker, marketer):
    link = make_link(utm_source="a")
    choice = LinkChoice((link.line,))
    link_changes.archive(choice=choice, livemode=False, by=marketer, at=NOON)
    page = maker.post(PAGE, {"text": link.url}).text
    assert "This link is archived" in page
    assert f"do=restore&amp;line={link.line}" in page
    several = maker.post(PAGE, {"text": f"{link.url}\n{PAYMENT_LINK}?utm_source=b"}).text
    assert several.count("It is archived since") == 1
    link_changes.restore(choice=choice, livemode=False, by=marketer, at=NOON)
    assert "archived" not in maker.post(PAGE, {"text": link.url}).text


@pytest.mark.parametrize("text", ["", " \n", "hello", "Thanks for paying."])
def test_what_holds_nothing_to_explain_is_told_what_can_be_pasted(maker, text):
    page = maker.post(PAGE, {"text": text}).text
    assert "https://buy.stripe.com/…" in page.partition("Nothing to show")[2]


def test_ids_of_stripe_lead_to_the_payment_and_to_the_payment_link(maker):
    pay(f"{PAYMENT_LINK}?utm_source=a")
    sold = Conversion.objects.get()
    text = (
        f"paid {sold.pk}\n{sold.session_id} on {sold.plink_id}, not pi_unheard0f or plink_unheard0f"
    )
    page = maker.post(PAGE, {"text": text}).text
    assert page.count(f'href="/payments/{sold.pk}/"') == 2
    assert f'href="/payments/?plink={sold.plink_id}&amp;period=all"' in page
    assert 'href="/payments/pi_unheard0f/"' in page
    assert page.count("Stripe has not told us of this payment link") == 1
    maker.post("/mode/", {"livemode": "true"})
    other = maker.post(PAGE, {"text": sold.pk}).text
    assert "Switch to test data" in other
    assert f'href="/payments/{sold.pk}/"' not in other


def test_the_script_gets_the_answer_alone(maker):
    answer = maker.post(PAGE, {"text": PAYMENT_LINK}, headers={"HX-Request": "true"})
    assert "<html" not in answer.text
    assert "It carries no parameters" in answer.text
    assert "HX-Request" in answer["Vary"]


def test_fifty_links_of_a_log_are_saved_and_two_refused_with_the_reason(maker, marketer):
    lines = [f'10.0.0.1 - "GET {PAYMENT_LINK}?utm_source=s{n} HTTP/1.1" 200' for n in range(48)]
    lines += [f"see {lines[0]}", "https://checkout.stripe.com/c/pay/cs_test_a1", "http://buy.stripe.com/test_1", "nothing here"]  # fmt: skip
    text = "\n".join(lines)
    pay(f"{PAYMENT_LINK}?utm_source=s7")
    shown = maker.post(PAGE, {"text": text}).text
    assert "Save all 48 links" in shown
    assert "1 line without an address." in shown
    assert "2 copies" in shown
    saved = maker.post(SAVE, {"text": text})
    assert [len(saved.context[name]) for name in ("new", "already", "refused")] == [48, 0, 2]
    assert "Checkout Session" in saved.text
    assert "begins with http://" in saved.text
    links = TrackedLink.objects.all()
    assert {(link.adopted, link.issued_by) for link in links} == {(True, marketer)}
    drain()
    sold = links.get(utm_source="s7")
    assert "1 " in maker.get(f"/links/{sold.line}/").text
    again = maker.post(SAVE, {"text": text})
    assert [len(again.context[name]) for name in ("new", "already", "refused")] == [0, 48, 2]


def test_a_single_link_is_saved_under_its_name_and_opened(maker):
    url = f"{PAYMENT_LINK}?utm_source=spring sale&fbclid=1"
    page = maker.post(SAVE, {"text": url, "name": "Flyer"}, follow=True)
    link = TrackedLink.objects.get()
    assert page.redirect_chain == [(f"/links/{link.line}/", 302)]
    assert (link.url, link.name) == (url, "Flyer")
    assert "Taken over" in page.text
    assert "stays as it was found" in page.text
    again = maker.post(SAVE, {"text": url, "name": "Other"}, follow=True)
    assert "It was saved before." in again.text
    assert TrackedLink.objects.get().name == "Flyer"


def test_an_adopted_link_is_edited_in_the_builder(maker):
    maker.post(SAVE, {"text": f"{PAYMENT_LINK}?utm_source=a&client_reference_id=INV-1"})
    line = TrackedLink.objects.get().line
    form = maker.get(f"/links/{line}/edit/")
    assert form.status_code == 200
    assert 'value="INV-1"' in form.text
    sent = {
        "payment_link": PAYMENT_LINK,
        "parameter": ["utm_source", "client_reference_id"],
        "value": ["b", "INV-1"],
        "reference_mode": "own",
    }
    maker.post(f"/links/{line}/edit/", sent)
    versions = TrackedLink.objects.filter(line=line).order_by("version")
    assert [(one.version, one.adopted, one.utm_source) for one in versions] == [
        (1, True, "a"),
        (2, False, "b"),
    ]


def test_links_go_into_the_campaign_that_was_chosen(maker):
    make_link(utm_campaign="autumn")
    chosen = Campaign.objects.get()
    maker.post(SAVE, {"text": f"{PAYMENT_LINK}?utm_campaign=x", "campaign": chosen.pk})
    assert TrackedLink.objects.get(utm_campaign="x").campaign == chosen


def test_a_campaign_beyond_those_offered_is_named(maker, monkeypatch):
    monkeypatch.setattr("campaigns.queries.inspector.MOST_CAMPAIGNS", 1)
    make_link(utm_campaign="autumn")
    text = f"{PAYMENT_LINK}?utm_campaign=x"
    assert 'name="campaign_named"' in maker.post(PAGE, {"text": text}).text
    refused = maker.post(SAVE, {"text": text, "campaign_named": "autum"})
    assert "Nothing is called “autum”." in refused.text
    maker.post(SAVE, {"text": text, "campaign_named": "Autumn"})
    assert TrackedLink.objects.get(utm_campaign="x").campaign.code == "autumn"


@pytest.mark.parametrize("campaign", ["0", "999999", "x", "\0", "1" * 40])
def test_a_campaign_that_is_none_saves_nothing(maker, campaign):
    answer = maker.post(SAVE, {"text": PAYMENT_LINK, "campaign": campaign})
    assert answer.status_code == 200
    assert not TrackedLink.objects.exists()


def test_links_of_the_other_mode_are_kept_with_it_and_shown(maker):
    page = maker.post(SAVE, {"text": f"{LIVE}?utm_source=a"}, follow=True)
    assert "You are looking at live data now." in page.text
    assert TrackedLink.objects.get().livemode
    both = maker.post(SAVE, {"text": f"{LIVE}?utm_source=b\n{PAYMENT_LINK}?utm_source=b"})
    assert len(both.context["new"]) == 2
    assert "You are looking at" not in both.text


@pytest.mark.parametrize(
    "text",
    [
        "\0", f"{PAYMENT_LINK}?utm_source=\0", f"{PAYMENT_LINK}?utm_source=%00", "%ff%fe", "\ud7ff",
        f"{PAYMENT_LINK}?utm_source=" + "a" * 3_000, f"{PAYMENT_LINK}?utm_source=" + "a" * 9_000,
        f"{PAYMENT_LINK}?" + "&".join(f"p{n}={n}" for n in range(300)),
        f"{PAYMENT_LINK}?utm_source=<script>alert(1)</script>", f"{PAYMENT_LINK}?utm_source=%0d%0a",
        f"{PAYMENT_LINK}?utm_source[]=a&utm_source=%25%30%30", "//evil.example", "javascript:alert(1)",
        f"{PAYMENT_LINK}?utm_source==cmd|' /C calc'!A0", f"{PAYMENT_LINK}?utm_source=🎉",
        "https://buy.stripe.com.evil.example/test_1", "https://me@buy.stripe.com/test_1",
        "x\n" * 2_001, "a" * 900_000, "https://buy.strípe.com/test_1", f"{PAYMENT_LINK}#\u202e",
    ],
)  # fmt: skip
def test_hostile_text_is_answered_with_a_sentence(maker, text):
    for answer in (
        maker.post(PAGE, {"text": text}),
        maker.get(PAGE, {"url": text[:5_000]}),
        maker.post(SAVE, {"text": text, "name": "\0"}, follow=True),
    ):
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text


@pytest.mark.parametrize("asked", ["?url=%00", "?url=%ff", "?url=%ED%A0%80", "?url=a&url=b"])
def test_any_address_is_answered(maker, asked):
    assert maker.get(PAGE + asked).status_code == 200


def test_who_only_reads_inspects_and_saves_nothing(client, auditor):
    client.force_login(auditor)
    assert "Save link" not in client.post(PAGE, {"text": PAYMENT_LINK}).text
    assert client.post(SAVE, {"text": PAYMENT_LINK}).status_code == 403
    assert not TrackedLink.objects.exists()


def test_strangers_inspect_nothing(client, stranger):
    assert client.get(PAGE).headers["Location"].startswith("/accounts/login/")
    client.force_login(stranger)
    assert client.get(PAGE).status_code == 403
    assert client.post(SAVE, {"text": PAYMENT_LINK}).status_code == 403
    assert client.get(SAVE).status_code == 403


def test_the_number_of_queries_stays_as_links_grow(maker, django_assert_max_num_queries):
    maker.post(SAVE, {"text": "\n".join(f"{PAYMENT_LINK}?utm_source=s{n}" for n in range(100))})
    text = "\n".join(f"{PAYMENT_LINK}?utm_source=s{n}&client_reference_id=r{n}" for n in range(300))
    with django_assert_max_num_queries(12):
        maker.post(PAGE, {"text": text})
    with django_assert_max_num_queries(30):
        maker.post(SAVE, {"text": text})


@pytest.mark.parametrize("query", ["UTM_Source=a", "utm_sorce=a", "utm_source=a&amp;utm_medium=b"])
def test_a_name_that_is_nearly_right_does_not_arrive(maker, query):
    page = maker.post(PAGE, {"text": f"{PAYMENT_LINK}?{query}"}).text
    assert "1 value would be lost" in page
    assert "Everything arrives" not in page


def test_links_of_both_modes_say_where_each_is_kept(maker):
    page = maker.post(SAVE, {"text": f"{PAYMENT_LINK}?utm_source=a {LIVE}?utm_source=b"}).text
    test, live = TrackedLink.objects.order_by("livemode")
    assert f'href="/links/{test.line}/"' in page
    assert f'href="/links/{live.line}/"' not in page
    assert "It is kept with live data: switch at the top to open it." in page
