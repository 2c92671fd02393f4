"""The Payments list: every payment of this mode, filtered by its address; CSV equals the screen."""

import csv
import io
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.models import Conversion
from linktracker.simulator.catalogue import CATALOGUE, LIVE_CATALOGUE
from linktracker.simulator.histories import histories
from reconciliation.models import Buyer
from reconciliation.queries import payments
from tests.factories import PAYMENT_LINK, make_link
from tests.stripe_events import deliver, pay

pytestmark = pytest.mark.django_db
YEAR = "2026-01-01..2026-12-31"


def listed(client, **asked):
    """The page's rows, as payment ids in order."""
    response = client.get(reverse("payments"), {"period": YEAR, **asked})
    assert response.status_code == 200
    return [row.payment_id for row in response.context["page"].rows]


def exported(client, **asked):
    response = client.get(reverse("payments-export"), {"period": YEAR, **asked})
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def as_finance(client, finance):
    client.force_login(finance)
    return client


@pytest.fixture
def as_marketer(client, marketer):
    client.force_login(marketer)
    return client


@pytest.fixture
def a_world(db):
    """Forty lives of every kind: refunds, failures, subscriptions, several currencies."""
    deliver(event.body for world in histories(7, 40) for event in world.events)


def test_each_payment_is_a_row_that_opens_in_a_drawer(as_finance):
    link = make_link(name="Spring mail", utm_source="mail", utm_campaign="spring")
    told = pay(link.url, amount=4900)
    page = as_finance.get(reverse("payments"), {"period": YEAR}).content.decode()
    buyer = Buyer.objects.get(pk=told.session)
    address = reverse("payment", args=[told.payment_intent])
    assert f'href="{address}" data-drawer' in page
    for words in (
        "€49.00",
        "Paid",
        link.client_reference_id,
        "Spring mail",
        "Certain",
        buyer.email,
    ):
        assert words in page
    assert "<strong>1 payment</strong> · received <strong>€49.00</strong> in 1 of EUR" in page


def test_a_marketer_sees_no_buyer_anywhere(as_marketer):
    told = pay(PAYMENT_LINK)
    buyer = Buyer.objects.get(pk=told.session)
    page = as_marketer.get(reverse("payments"), {"period": YEAR}).content.decode()
    assert told.payment_intent in page
    assert buyer.email not in page
    assert buyer.name not in page
    assert "Buyer" not in page
    assert not {"buyer_name", "buyer_email"} & set(exported(as_marketer)[0])


def test_an_anonymous_visitor_signs_in_first_and_a_stranger_is_refused(client, stranger):
    for name in ("payments", "payments-export"):
        assert client.get(reverse(name)).status_code == 302
    client.force_login(stranger)
    for name in ("payments", "payments-export"):
        assert client.get(reverse(name)).status_code == 403


def test_the_other_mode_is_never_shown(as_finance):
    test = pay(PAYMENT_LINK)
    live = pay(LIVE_CATALOGUE[0].url, seed="live")
    assert listed(as_finance) == [test.payment_intent]
    assert listed(as_finance, q=live.session) == []
    assert [row["payment_id"] for row in exported(as_finance)] == [test.payment_intent]
    session = as_finance.session
    session["livemode"] = True
    session.save()
    assert listed(as_finance) == [live.payment_intent]


def test_currencies_are_never_added(as_finance):
    pay(PAYMENT_LINK, amount=4900, currency="eur")
    pay(PAYMENT_LINK, seed="two", amount=700, currency="jpy")
    response = as_finance.get(reverse("payments"), {"period": YEAR})
    totals = response.context["totals"]
    assert [(one.currency, one.received) for one in totals.by_currency] == [
        ("eur", 4900),
        ("jpy", 700),
    ]
    assert "¥700" in response.content.decode()


def test_each_search_finds_its_payment(as_finance):
    make_link(utm_source="other")
    link = make_link(mode="own and tag", client_reference_id="INV-2026-0042", utm_source="mail")
    told = pay(link.url, amount=12345)
    pay(PAYMENT_LINK, seed="another", amount=4900)
    buyer = Buyer.objects.get(pk=told.session)
    charge = next(name for name in stored_aliases(told) if name.startswith("ch_"))
    for typed in (
        told.payment_intent, told.session, charge, told.events[-1].id, link.client_reference_id,
        "INV-2026-0042", "INV-2026", link.tag, "123.45", "€123.45", "123.45 EUR",
        told.payment_intent[:-3], told.session[:-3], charge[:-3],
        buyer.email.upper(), buyer.email[:-4], buyer.name[:6].lower(),
        " ".join(reversed(buyer.name.split())),
        f"  {told.payment_intent} ",
    ):  # fmt: skip
        assert listed(as_finance, q=typed) == [told.payment_intent], typed


def stored_aliases(told):
    return Conversion.objects.get(pk=told.payment_intent).aliases


@pytest.mark.parametrize(
    "typed", ["inv-2026", "123.45 USD", "12345 JPY", "nobody@example.com", "pi_x", "%"]
)
def test_a_near_miss_finds_nothing(as_finance, typed):
    link = make_link(mode="own", client_reference_id="INV-2026-0042")
    pay(link.url, amount=12345)
    assert listed(as_finance, q=typed) == []


def test_a_marketer_cannot_find_out_who_a_buyer_is_by_searching(as_marketer):
    told = pay(PAYMENT_LINK)
    buyer = Buyer.objects.get(pk=told.session)
    assert listed(as_marketer, q=told.session) == [told.payment_intent]
    for typed in (buyer.email, buyer.name, buyer.name[:3]):
        assert listed(as_marketer, q=typed) == []


@pytest.mark.parametrize("column", ["name", "email"])
def test_a_search_that_means_very_many_buyers_says_that_it_is_for_none(
    as_finance, monkeypatch, column
):
    """As many as there may be are found; one more, and only what is no buyer is."""
    named = make_link(mode="own", client_reference_id="Sam-1")
    told = [pay(PAYMENT_LINK, seed="one"), pay(PAYMENT_LINK, seed="two")]
    referred = pay(named.url, seed="three")
    Buyer.objects.filter(pk__in=[one.session for one in told]).update(**{column: "sam@1 Example"})
    monkeypatch.setattr(payments, "MOST_BUYERS", 2)
    ids = {one.payment_intent for one in told}
    typed = "sam@1" if column == "email" else "Sam"
    assert set(listed(as_finance, q=typed)) >= ids
    monkeypatch.setattr(payments, "MOST_BUYERS", 1)
    page = as_finance.get(reverse("payments"), {"period": YEAR, "q": typed})
    assert "More than 1 buyers have a name or an address like" in page.content.decode()
    others = {referred.payment_intent} if column == "name" else set()
    assert {row.payment_id for row in page.context["page"].rows} == others
    assert page.context["totals"].payments == len(others)
    assert {row["payment_id"] for row in exported(as_finance, q=typed)} == others


def test_a_marketer_is_not_told_how_many_buyers_have_a_name(as_marketer, monkeypatch):
    pay(PAYMENT_LINK)
    Buyer.objects.update(name="Sam Example")
    monkeypatch.setattr(payments, "MOST_BUYERS", 0)
    page = as_marketer.get(reverse("payments"), {"q": "Sam"})
    assert page.context["asked"].problems == ()


def test_a_renewal_is_shown_and_found_with_who_began_it(as_finance, a_world):
    renewal = Conversion.objects.filter(renewal=True, livemode=False).order_by("pk").first()
    assert renewal is not None
    first = Conversion.objects.get(subscription_id=renewal.subscription_id, renewal=False)
    buyer = Buyer.objects.get(pk=first.session_id)
    found = listed(as_finance, q=buyer.email)
    assert {renewal.pk, first.pk} <= set(found)
    assert found == listed(as_finance, q=renewal.subscription_id)
    rows = {row["payment_id"]: row for row in exported(as_finance, q=renewal.subscription_id)}
    assert rows[renewal.pk]["buyer_email"] == buyer.email


def test_a_search_without_a_period_looks_through_all_time(as_finance):
    told = pay(PAYMENT_LINK, at=1_600_000_000)
    asked = as_finance.get(reverse("payments"), {"q": told.payment_intent})
    assert [row.payment_id for row in asked.context["page"].rows] == [told.payment_intent]
    assert "All time" in asked.content.decode()
    assert not as_finance.get(reverse("payments")).context["page"].rows


FILTERS = [
    ({"state": "partly_refunded"}, {"state": "partly_refunded"}),
    ({"state": "failed"}, {"state": "failed"}),
    ({"currency": "usd"}, {"currency": "usd"}),
    ({"grade": "U"}, {"grade": "U"}),
    ({"grade": "B"}, {"grade": "B"}),
    ({"scope": "links"}, {"through_link": True}),
    ({"scope": "other"}, {"through_link": False}),
    ({"link": "none"}, {"link_line": None}),
    ({"utm_source": "newsletter"}, {"utm_source": "newsletter"}),
    ({"utm_source": "(none)"}, {"utm_source": ""}),
    ({"utm_campaign": "(none)", "state": "paid"}, {"utm_campaign": "", "state": "paid"}),
    ({"basis": "paid"}, {"paid_at__isnull": False}),
]


def test_each_filter_means_what_it_says_and_the_csv_is_the_same(as_finance, a_world):
    pay_directly()
    for asked, meant in FILTERS:
        expected = Conversion.objects.filter(**meant)
        assert expected.exists(), asked
        rows, table = listed(as_finance, **asked), exported(as_finance, **asked)
        assert [row["payment_id"] for row in table][:50] == rows, asked
        assert {row["payment_id"] for row in table} == {one.pk for one in expected}, asked
        totals = as_finance.get(reverse("payments"), {"period": YEAR, **asked}).context["totals"]
        assert totals.payments == len(expected)
        for total in totals.by_currency:
            received = (one.received for one in expected if one.currency == total.currency)
            assert total.received == sum(received), asked


def pay_directly():
    """An intent that no checkout session names."""
    told = pay(PAYMENT_LINK, seed="direct")
    deliver_again = [event.body for event in told.events if event.type.startswith("charge.")]
    renamed = [body.replace(b"pi_", b"pi_9").replace(b"ch_", b"ch_9") for body in deliver_again]
    deliver(body.replace(b"evt_", b"evt_9") for body in renamed)


def test_a_link_and_its_payment_link_filter(as_finance):
    links = [make_link(utm_source=source, name=source) for source in ("a", "b")]
    ours, theirs = (pay(link.url, seed=link.name).payment_intent for link in links)
    assert listed(as_finance, link=links[0].line) == [ours]
    assert listed(as_finance, link=links[1].line) == [theirs]
    plink = Conversion.objects.get(pk=ours).plink_id
    assert set(listed(as_finance, plink=plink)) == {ours, theirs}


def test_a_period_holds_whole_days_of_the_moment_that_is_asked_for(as_finance):
    day = int(datetime(2026, 9, 1, tzinfo=UTC).timestamp())
    told = pay(PAYMENT_LINK, at=day + 30)
    payment = Conversion.objects.get(pk=told.payment_intent)
    assert (payment.created_at.day, payment.paid_at.day) == (31, 1)
    begun, paid = "2026-08-31..2026-08-31", "2026-09-01..2026-09-01"
    assert listed(as_finance, period=begun) == [told.payment_intent]
    assert listed(as_finance, period=begun, basis="paid") == []
    assert listed(as_finance, period=paid) == []
    assert listed(as_finance, period=paid, basis="paid") == [told.payment_intent]


def test_unknown_payments_are_counted_and_say_why(as_marketer):
    links = [make_link(utm_source=source) for source in ("a", "b")]
    known, unknown = pay(links[0].url), pay(PAYMENT_LINK, seed="bare")
    response = as_marketer.get(reverse("payments"), {"period": YEAR, "grade": "U"})
    assert [row.payment_id for row in response.context["page"].rows] == [unknown.payment_intent]
    totals = response.context["totals"]
    assert (totals.everything, totals.unknown, totals.payments) == (2, 1, 1)
    page = response.content.decode()
    assert "Several saved links use its payment link" in page
    assert known.payment_intent not in page


@pytest.mark.parametrize("basis", ["created", "paid"])
def test_pages_go_through_every_row_once(as_finance, basis):
    deliver(event.body for world in histories(3, 90) for event in world.events)
    seen, cursor = [], ""
    while True:
        asked = {"period": YEAR, "cursor": cursor, "basis": basis}
        page = as_finance.get(reverse("payments"), asked).context["page"]
        seen += [row.payment_id for row in page.rows]
        if not page.next:
            break
        cursor = page.next
    expected = (
        Conversion.objects.all() if basis == "created" else Conversion.objects.exclude(paid_at=None)
    )
    assert len(seen) > 50
    assert sorted(seen) == sorted(expected.values_list("pk", flat=True))


@pytest.mark.parametrize(
    "asked",
    [
        {"cursor": "garbage"},
        {"cursor": "WyJhIiwiYiJd"},
        {"cursor": "W251bGwsbnVsbF0"},
        {"cursor": "W3t9LHt9XQ"},
        {"cursor": "\x00"},
        {"q": "a\x00b"},
        {"q": "x" * 10_000},
        {"period": "9999-99-99..1"},
        {"link": "9" * 18},
        {"grade": "Z", "state": "<script>alert(1)</script>", "currency": "€€€"},
        {"utm_source": "'; DROP TABLE campaigns_conversion; --"},
        {"utm_source": "😀", "q": "\u202e%_\\"},
    ],
)
def test_a_hostile_address_shows_a_page(as_finance, asked):
    pay(PAYMENT_LINK)
    for name in ("payments", "payments-export"):
        response = as_finance.get(reverse(name), {"period": YEAR, **asked})
        assert response.status_code == 200
        body = b"".join(response) if response.streaming else response.content
        assert b"<script>alert" not in body


def test_bytes_that_are_no_text_show_a_page(as_finance):
    assert as_finance.get(reverse("payments") + "?q=%ff%fe&state=%80").status_code == 200


def test_a_value_that_was_left_out_is_told(as_finance):
    response = as_finance.get(reverse("payments"), {"state": "bogus"})
    assert "“bogus” is no state that we know" in response.content.decode()


def test_the_page_keeps_its_filters_when_somebody_searches(as_finance):
    asked = {"period": YEAR, "state": "paid", "q": "INV", "cursor": "x"}
    page = as_finance.get(reverse("payments"), asked).content.decode()
    assert '<input type="hidden" name="state" value="paid">' in page
    assert '<input type="hidden" name="cursor"' not in page
    assert page.count('name="q"') == 3  # the list's own, the box in the bar and the palette


def test_an_empty_list_says_what_was_looked_through(as_finance):
    for asked, words in (
        ({}, "No payments in this period"),
        ({"state": "paid"}, "No payment fits"),
        ({"grade": "U"}, "No unknown payments"),
    ):
        assert words in as_finance.get(reverse("payments"), asked).content.decode()


@pytest.mark.parametrize("name", ["payments", "payments-export"])
def test_the_number_of_queries_does_not_grow_with_the_rows(as_finance, name):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            response = as_finance.get(reverse(name), {"period": YEAR})
            b"".join(response)
        return len(captured)

    pay(CATALOGUE[0].url)
    few = queries()
    deliver(event.body for world in histories(5, 30) for event in world.events)
    make_link()
    assert queries() == few


def test_a_cell_that_would_run_in_a_spreadsheet_is_defused(as_finance):
    make_link(name="=1+1", utm_source="a")
    pay(PAYMENT_LINK)
    assert exported(as_finance)[0]["link_name"] == "'=1+1"


def test_only_reading_is_offered(as_finance):
    assert as_finance.post(reverse("payments")).status_code == 405
