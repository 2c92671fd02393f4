"""The builder and a link's page say what Stripe told us of the payment link: what it sells, and what hurts."""

from datetime import timedelta

import pytest

from campaigns.actions import payment_links
from campaigns.core.payment_link_warnings import NO_PROMOTION_CODES, SWITCHED_OFF
from linktracker.demo import stripe_account
from linktracker.simulator.catalogue import CATALOGUE, LIVE_CATALOGUE, WITH_A_HITCH
from tests.factories import NOON, make_link
from tests.stripe_events import fetch

pytestmark = pytest.mark.django_db
TICKET, _, _, DEPOSIT, SUPPORTER, _, _, _, DONATION = CATALOGUE
OFF_SEASON, RECORDING = WITH_A_HITCH
HIDDEN = "buyers of this payment link stay on Stripe&#x27;s own page"
WRITTEN_IN = "has utm_source and utm_medium written into it"


@pytest.fixture
def shop(client, marketer):
    """A marketer's browser, once the payment links were fetched."""
    fetch(stripe_account.account())
    client.force_login(marketer)
    return client


def side(shop, url, **values):
    rows = {"parameter": list(values), "value": list(values.values())}
    answer = shop.post("/links/preview/", {"payment_link": url, "reference_mode": "tag", **rows})
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_chooser_shows_product_price_period_and_mode(shop):
    page = shop.get("/links/new/").content.decode()
    assert f'<option value="{TICKET.url}">Workshop ticket · €49.00 · Test</option>' in page
    assert ">Supporter subscription · €12.00 a month · Test</option>" in page
    assert ">Handbook, Japanese edition · ¥6,800 · Test</option>" in page
    assert ">Donation to the scholarship fund · EUR · Test</option>" in page
    assert not any(link.url in page for link in LIVE_CATALOGUE)


def test_what_is_switched_off_comes_last_and_says_so_however_much_it_was_used(shop, marketer):
    make_link(by=marketer, url=OFF_SEASON.url)
    page = shop.get("/links/new/").content.decode()
    assert ">Spring workshop ticket · €45.00 · Test · switched off</option>" in page
    assert all(page.index(OFF_SEASON.url) > page.index(link.url) for link in CATALOGUE)


def test_an_address_that_stripe_has_not_told_of_is_no_choice_that_is_switched_off(shop, marketer):
    pasted = make_link(by=marketer).payment_link.url
    page = shop.get("/links/new/").content.decode()
    assert "switched off" not in page.partition(f'value="{pasted}"')[2].partition("</option>")[0]
    assert page.index(pasted) < page.index(OFF_SEASON.url)


@pytest.mark.parametrize(
    ("link", "sold"),
    [
        (TICKET, "Workshop ticket, €49.00"),
        (SUPPORTER, "Supporter subscription, €12.00 a month"),
        (DONATION, "Donation to the scholarship fund, an amount that the buyer chooses"),
    ],
)
def test_the_side_says_what_buyers_pay_for(shop, link, sold):
    assert f"<dd>{sold}" in side(shop, link.url)


def test_the_side_of_an_unknown_payment_link_does_not_guess(shop):
    assert "Buyers pay for" not in side(shop, "https://buy.stripe.com/test_unheardOf123")


@pytest.mark.parametrize(
    ("link", "values", "sentences"),
    [
        (TICKET, {"utm_source": "news"}, ()),
        (TICKET, {"prefilled_promo_code": "SAVE20"}, ()),
        (OFF_SEASON, {}, (SWITCHED_OFF.sentence,)),
        (DEPOSIT, {"utm_source": "news"}, (HIDDEN,)),
        (DEPOSIT, {"locale": "de"}, ()),
        (DEPOSIT, {"utm_source": "not legal"}, ()),
        (RECORDING, {"utm_source": "news"}, (WRITTEN_IN,)),
        (RECORDING, {"client_reference_id": "INV-1"}, ()),
    ],
)
def test_the_builder_warns_of_what_would_hurt_this_link(shop, link, values, sentences):
    said = side(shop, link.url, **values)
    for sentence in (SWITCHED_OFF.sentence, HIDDEN, WRITTEN_IN, NO_PROMOTION_CODES.sentence):
        assert (sentence in said) == (sentence in sentences)


@pytest.mark.parametrize(
    ("link", "values", "sentence"),
    [
        (OFF_SEASON, {}, SWITCHED_OFF.sentence),
        (DEPOSIT, {"utm_source": "news"}, HIDDEN),
        (RECORDING, {"utm_source": "news"}, WRITTEN_IN),
    ],
)
def test_the_page_of_a_saved_link_warns_too(shop, marketer, link, values, sentence):
    saved = make_link(by=marketer, url=link.url, **values)
    page = shop.get(f"/links/{saved.line}/").content.decode()
    assert sentence in page
    assert f"<dd>{link.product}" in page


MISTYPED = f"{TICKET.url}x"
UNHEARD = "and none has this address"


def listed(*links):
    urls = [link.url for link in links]
    payment_links.compare(listed=urls, livemode=False, at=NOON + timedelta(days=1))


def test_an_address_that_stripe_never_told_of_is_warned_of_in_builder_list_and_page(shop, marketer):
    mistyped, known = (make_link(by=marketer, url=url) for url in (MISTYPED, TICKET.url))
    assert UNHEARD not in shop.get(f"/links/{mistyped.line}/").text
    listed(*CATALOGUE)
    for page in (f"/links/{mistyped.line}/", "/links/?warning=yes"):
        assert UNHEARD in shop.get(page).text
    assert UNHEARD not in shop.get(f"/links/{known.line}/").text
    rows = shop.get("/links/?warning=yes").context["rows"]
    assert [row.link.line for row in rows] == [mistyped.line]
    assert UNHEARD in side(shop, MISTYPED)
    assert UNHEARD in side(shop, f"{MISTYPED}y")


@pytest.mark.parametrize(
    "url",
    [
        TICKET.url,
        TICKET.url.replace(
            "buy.stripe.com/", "pay.example.com/b/"
        ),  # the other address of the same
        LIVE_CATALOGUE[0].url,
        f"{LIVE_CATALOGUE[0].url}x",  # live payment links were not listed
    ],
)
def test_an_address_that_may_be_right_is_not_warned_of(shop, url):
    listed(*CATALOGUE)
    assert UNHEARD not in side(shop, url)


def test_it_is_not_warned_of_before_a_list_was_asked_for_since(shop, marketer):
    assert UNHEARD not in side(shop, MISTYPED)
    saved = make_link(by=marketer, url=MISTYPED, at=NOON + timedelta(days=2))
    listed(*CATALOGUE)
    assert UNHEARD not in shop.get(f"/links/{saved.line}/").text
    payment_links.compare(listed=[MISTYPED], livemode=False, at=NOON + timedelta(days=3))
    assert UNHEARD not in shop.get(f"/links/{saved.line}/").text


def test_the_page_of_a_link_without_a_hitch_is_quiet(shop, marketer):
    saved = make_link(by=marketer, url=TICKET.url, utm_source="news")
    page = shop.get(f"/links/{saved.line}/").content.decode()
    assert not any(sentence in page for sentence in (SWITCHED_OFF.sentence, HIDDEN, WRITTEN_IN))
