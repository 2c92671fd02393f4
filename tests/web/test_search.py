"""One search for everything: each kind by its permission, by whole ids, beginnings and words."""

import pytest
from django.urls import reverse

from campaigns.models import Conversion
from linktracker.simulator.catalogue import LIVE_CATALOGUE
from reconciliation.models import Buyer
from tests.factories import PAYMENT_LINK, make_link
from tests.open_items import record
from tests.stripe_events import pay

pytestmark = pytest.mark.django_db
SEARCH = "/search/"


@pytest.fixture
def as_finance(client, finance):
    client.force_login(finance)
    return client


@pytest.fixture
def as_marketer(client, marketer):
    client.force_login(marketer)
    return client


def found(client, typed):
    """What was found, by the name of its kind."""
    kinds = client.get(SEARCH, {"q": typed}).context["kinds"]
    return {kind.label: [str(hit.row) for hit in kind.hits] for kind in kinds}


@pytest.mark.parametrize(
    "typed",
    ["Spring mail", "mail spring", "SPRI", "news", "autumn_launch", "INV-2026-0042", "0042",
     "{tag}", "{url}", "{reference}", "buy.stripe.com/test_eVa5nPg1"],
)  # fmt: skip
def test_a_link_is_found_by_any_part_of_it(as_marketer, typed):
    link = make_link(
        name="Spring mail",
        mode="own and tag",
        client_reference_id="INV-2026-0042",
        utm_source="newsletter",
        utm_campaign="autumn_launch",
    )
    make_link(url="https://buy.stripe.com/test_other", name="Another", utm_source="x")
    typed = typed.format(tag=link.tag, url=link.url, reference=link.client_reference_id)
    assert found(as_marketer, typed)["Links"] == ["Spring mail"]


@pytest.mark.parametrize("typed", ["pring", "Spring xmail", "winter", "%", "' OR 1=1", "':* | a"])
def test_a_near_miss_finds_no_link(as_marketer, typed):
    make_link(name="Spring mail", utm_source="newsletter")
    assert "Links" not in found(as_marketer, typed)


def test_an_older_version_finds_its_link(as_marketer):
    first = make_link(name="Old", utm_source="first_source")
    make_link(name="New", utm_source="b", line=first.line)
    assert found(as_marketer, "first_source")["Links"] == ["New"]
    assert found(as_marketer, first.tag)["Links"] == ["New"]


def test_a_campaign_is_found_by_its_code(as_marketer):
    make_link(utm_campaign="autumn_launch")
    make_link(utm_campaign="winter")
    assert found(as_marketer, "autumn")["Campaigns"] == ["autumn_launch"]
    hit = as_marketer.get(SEARCH, {"q": "autumn"}).context["kinds"][1].hits[0]
    assert hit.url == "/links/?utm_campaign=autumn_launch"
    assert as_marketer.get(hit.url).status_code == 200


def test_a_payment_is_found_by_each_of_its_ids_and_by_how_they_begin(as_marketer):
    link = make_link(mode="own", client_reference_id="INV-1001")
    told = pay(link.url)
    pay(PAYMENT_LINK, seed="another")
    aliases = Conversion.objects.get(pk=told.payment_intent).aliases
    charge = next(name for name in aliases if name.startswith("ch_"))
    for whole in (told.payment_intent, told.session, charge):
        for typed in (whole, whole[:-4], f" {whole} "):
            assert found(as_marketer, typed)["Payments"] == [told.payment_intent], typed
    for typed in ("INV-1001", "INV-10", told.events[-1].id):
        assert found(as_marketer, typed)["Payments"] == [told.payment_intent], typed


def test_an_id_that_is_not_quite_one_finds_no_payment(as_marketer):
    id = pay(PAYMENT_LINK).payment_intent
    for typed in (id[1:], f"{id[:-4]}____", id.upper(), f"{id}x", id[3:], id.replace("pi_", "ch_")):
        assert "Payments" not in found(as_marketer, typed), typed


def test_finance_finds_a_payment_by_its_buyer_and_marketing_never_does(client, finance, marketer):
    told = pay(PAYMENT_LINK)
    buyer = Buyer.objects.get(pk=told.session)
    typed = (buyer.email, buyer.email.upper(), buyer.email[:-5], buyer.name, buyer.name.split()[-1])
    client.force_login(finance)
    for words in typed:
        assert found(client, words)["Payments"] == [told.payment_intent], words
    client.force_login(marketer)
    for words in typed:
        page = client.get(SEARCH, {"q": words})
        assert not {"Payments", "Open items"} & {kind.label for kind in page.context["kinds"]}, (
            words
        )
        assert told.payment_intent not in page.text
    assert buyer.email not in client.get(SEARCH, {"q": told.payment_intent}).text


@pytest.mark.parametrize("email", ["x{}", "{}x", "@", "nobody@example.com"])
def test_another_address_finds_no_payment(as_finance, email):
    told = pay(PAYMENT_LINK)
    typed = email.format(Buyer.objects.get(pk=told.session).email)
    assert "Payments" not in found(as_finance, typed)


def test_an_open_item_is_found_by_number_reference_and_words(as_finance):
    record("INV-7001", reference="ORDER-55", description="Oak chair, second hand")
    record("INV-7002", reference="ORDER-56", description="Lamp")
    for typed in ("INV-7001", "7001", "inv-7001", "ORDER-55", "oak", "chair second"):
        assert found(as_finance, typed)["Open items"] == ["INV-7001"], typed
    for typed in ("INV-7003", "hair", "lamp chair"):
        assert "Open items" not in found(as_finance, typed), typed


def test_marketing_finds_no_open_items(as_marketer):
    record("INV-7001")
    assert "Open items" not in found(as_marketer, "INV-7001")


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("reconc", ["Reconciliation"]),
        ("import items", ["Import open items"]),
        ("new", ["New tracked link", "New open item"]),
        ("econciliation", []),
        ("reconciliation x", []),
    ],
)
def test_pages_and_actions_are_found_by_name(as_finance, typed, names):
    assert found(as_finance, typed).get("Pages and actions", []) == names


def test_nobody_is_led_to_a_page_that_would_refuse_them(client, auditor, marketer, stranger):
    client.force_login(auditor)
    assert "Pages and actions" not in found(client, "import")
    client.force_login(marketer)
    assert "Pages and actions" not in found(client, "reconciliation")
    client.force_login(stranger)
    assert found(client, "") == {"Pages and actions": ["Change password"]}
    for person in (auditor, marketer):
        client.force_login(person)
        for kind in client.get(SEARCH).context["kinds"]:
            assert [client.get(hit.url).status_code for hit in kind.hits] == [200] * len(kind.hits)


def test_a_stranger_finds_nothing_of_the_company(client, stranger):
    make_link(name="Spring mail")
    told = pay(PAYMENT_LINK)
    client.force_login(stranger)
    assert found(client, "spring") == {}
    assert found(client, told.payment_intent) == {}


def test_who_is_not_signed_in_signs_in_first(client):
    assert client.get(SEARCH).headers["Location"] == "/accounts/login/?next=/search/"


def test_the_other_mode_is_hinted_at_and_never_shown(as_finance):
    told = pay(LIVE_CATALOGUE[0].url, seed="live")
    page = as_finance.get(SEARCH, {"q": told.session})
    assert page.context["kinds"] == []
    assert "live mode has" in page.text
    assert told.payment_intent not in page.text
    address = f"{SEARCH}?q={told.session}"
    answer = as_finance.post("/mode/", {"livemode": "true", "next": address})
    assert answer.headers["Location"] == address
    assert found(as_finance, told.session)["Payments"] == [told.payment_intent]


def test_there_is_no_hint_where_this_mode_has_something_or_neither_has(as_finance):
    pay(LIVE_CATALOGUE[0].url, seed="live")
    make_link(name="Live wire")
    for typed in ("live", "nothing like it"):
        assert "mode has" not in as_finance.get(SEARCH, {"q": typed}).text


def test_more_than_are_shown_are_a_way_to_all_of_them(as_marketer):
    for number in range(8):
        make_link(name=f"Mail {number}", utm_source=f"s{number}")
    (kind,) = as_marketer.get(SEARCH, {"q": "mail"}).context["kinds"]
    assert (len(kind.hits), kind.all_words) == (6, "All 8 in Links")
    assert len(as_marketer.get(kind.all_url).context["rows"]) == 8


def test_exactly_as_many_as_are_shown_need_no_way(as_marketer):
    for number in range(6):
        make_link(name=f"Mail {number}", utm_source=f"s{number}")
    (kind,) = as_marketer.get(SEARCH, {"q": "mail"}).context["kinds"]
    assert (len(kind.hits), kind.all_url) == (6, "")


def test_an_amount_leads_to_its_payments(as_marketer):
    told = pay(PAYMENT_LINK, amount=12345)
    page = as_marketer.get(SEARCH, {"q": "123.45"})
    assert page.context["amount"] == "/payments/?q=123.45"
    rows = as_marketer.get(page.context["amount"]).context["page"].rows
    assert [row.payment_id for row in rows] == [told.payment_intent]
    assert as_marketer.get(SEARCH, {"q": "12x"}).context["amount"] == ""


@pytest.mark.parametrize("typed", ["a", "7", "%", ""])
def test_one_letter_looks_for_no_rows(as_marketer, django_assert_num_queries, typed):
    make_link(name="a")
    as_marketer.get(SEARCH)
    with django_assert_num_queries(5):  # session, person, two of permissions and signs of life
        assert "Links" not in found(as_marketer, typed)


def test_a_search_asks_as_often_however_many_rows_there_are(as_finance, django_assert_num_queries):
    pay(make_link(name="Mail").url)
    with django_assert_num_queries(9):
        as_finance.get(SEARCH, {"q": "mail"})
    for number in range(9):
        pay(make_link(name=f"Mail {number}", utm_source=f"s{number}").url, seed=f"s{number}")
        record(f"MAIL-{number}")
    with django_assert_num_queries(9):
        as_finance.get(SEARCH, {"q": "mail"})


@pytest.mark.parametrize(
    "typed", ["\0", "a\0b", "x" * 5000, "😀😀", "<script>alert(1)</script>", "\\'\"", "'':*&|!()", "pi_", "pi_\0", "\ud800"]
)  # fmt: skip
def test_a_hostile_search_is_answered(as_finance, typed):
    page = as_finance.get(SEARCH, {"q": typed.encode("utf-8", "surrogatepass")})
    assert page.status_code == 200
    assert "<script>alert" not in page.text


def test_the_palette_gets_the_fragment_alone(as_finance):
    make_link(name="Spring mail")
    fragment = as_finance.get(SEARCH, {"q": "spring"}, headers={"HX-Request": "true"}).text
    assert "Spring mail" in fragment
    assert "<html" not in fragment


def test_every_page_has_the_box(as_finance, stranger):
    assert f'action="{reverse("search")}"' in as_finance.get("/payments/").text
    as_finance.force_login(stranger)
    assert f'action="{reverse("search")}"' not in as_finance.get("/").text


def test_only_reading_is_answered(as_finance):
    assert as_finance.post(SEARCH, {"q": "x"}).status_code == 405
