"""The Campaigns page: what was earned in one period and one currency, by whom, and how surely."""

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal
from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.core.earnings_question import DIMENSIONS
from campaigns.models import Campaign
from linktracker.lib.money import to_decimal
from linktracker.simulator.catalogue import CATALOGUE, LIVE_CATALOGUE
from linktracker.simulator.histories import histories
from reconciliation.models import Buyer
from tests.factories import PAYMENT_LINK, make_link
from tests.stripe_events import deliver, pay

pytestmark = pytest.mark.django_db

PERIOD = "2026-09-01..2026-09-30"
AUGUST = int(datetime(2026, 8, 15, 12, tzinfo=UTC).timestamp())
LONG_AGO = int(datetime(2026, 7, 1, 12, tzinfo=UTC).timestamp())
LIVE_LINK = LIVE_CATALOGUE[0].url
YEN_LINK = next(link.url for link in CATALOGUE if link.currency == "jpy")


@pytest.fixture
def as_marketer(client, marketer):
    client.force_login(marketer)
    return client


@pytest.fixture
def a_world(db):
    """Sixty lives of every kind: refunds, failures, subscriptions, free orders."""
    deliver(event.body for world in histories(3, 60) for event in world.events)


def shown(client, **asked):
    response = client.get(reverse("campaigns"), {"period": PERIOD, **asked})
    assert response.status_code == 200
    return response


def words(response) -> str:
    return " ".join(response.content.decode().split())


def exported(client, **asked):
    response = client.get(reverse("campaigns-export"), {"period": PERIOD, **asked})
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def read_live(client):
    session = client.session
    session["livemode"] = True
    session.save()


def test_it_says_what_links_earned_and_who_earned_it(as_marketer):
    link = make_link(utm_source="newsletter", utm_campaign="spring")
    Campaign.objects.filter(code="spring").update(name="Spring sale")
    pay(link.url, amount=4900)
    pay(CATALOGUE[0].url, seed="two", amount=2500)
    page = words(shown(as_marketer))
    for said in (
        "€74.00",
        "€37.00",
        "Spring sale",
        "(none)",
        "Certain",
        "Days are those of UTC.",
        "A refund counts on the day it moved",
    ):
        assert said in page
    rows = shown(as_marketer).context["lines"]
    assert [(row.step.name, row.row.now.paid) for row in rows] == [
        ("Spring sale", 4900),
        ("(none)", 2500),
    ]


def test_it_compares_with_the_days_before(as_marketer):
    pay(PAYMENT_LINK, seed="first", amount=100, at=LONG_AGO)
    pay(PAYMENT_LINK, amount=4000, at=AUGUST)
    pay(PAYMENT_LINK, seed="two", amount=5000)
    response = shown(as_marketer)
    assert response.context["received_change"] == 0.25
    assert "against the 30 days before" in words(response)
    assert "nothing to compare with" in words(shown(as_marketer, period="all"))


def test_nothing_is_compared_with_a_period_that_payments_began_in(as_marketer):
    pay(PAYMENT_LINK, amount=100, at=AUGUST)
    pay(PAYMENT_LINK, seed="two", amount=500000)
    page = words(shown(as_marketer))
    assert "nothing to compare with" in page
    assert "▲" not in page
    assert "Against before" not in page
    assert "The 30 days before" not in page


def test_the_row_without_a_value_is_there_when_all_payments_have_one(as_marketer):
    pay(make_link(utm_source="newsletter").url)
    for by in ("source", "link"):
        assert shown(as_marketer, by=by).context["lines"][-1].step.name == "(none)"


def test_rows_on_the_screen_and_in_the_file_add_up_to_the_headline(as_marketer, a_world):
    for by, then, refunds in product(DIMENSIONS, ("", "source"), ("moved", "sale")):
        asked = {"by": by, "then": then, "refunds": refunds, "currency": "eur"}
        context = shown(as_marketer, **asked).context
        outer = [line.row.now for line in context["lines"] if not line.is_nested]
        rows = exported(as_marketer, **asked)
        now = context["now"]
        assert now.payments > 10
        assert sum(row.payments for row in outer) == now.payments
        assert sum(row.received for row in outer) == now.received
        assert sum(int(row["Payments"]) for row in rows) == now.payments
        assert sum(Decimal(row["Received"]) for row in rows) == to_decimal(now.received, "eur")
        assert sum(line.sum.received for line in context["grade_lines"]) == now.received
        assert context["trend"].chart.total == now.received


def test_a_figure_opens_exactly_the_payments_behind_it(as_marketer, a_world):
    make_link(utm_source="newsletter")
    pay(make_link(utm_source="google", utm_medium="cpc").url, seed="google")

    def listed(query):
        response = as_marketer.get(f"{reverse('payments-export')}?{query}")
        return len(b"".join(response.streaming_content).splitlines()) - 1

    for by, then in (("source", "medium"), ("link", "")):
        context = shown(as_marketer, by=by, then=then, currency="eur").context
        for line in context["lines"]:
            assert listed(line.payments) == line.row.now.payments
        for grade in context["grade_lines"]:
            assert listed(grade.payments) == grade.sum.payments
    narrowed = shown(as_marketer, currency="eur", grade="U", scope="links").context
    assert listed(narrowed["question"].payments_query()) == narrowed["now"].payments


def test_a_file_has_the_rows_of_the_screen_and_says_what_it_is(as_marketer, a_world):
    context = shown(as_marketer, by="source", currency="eur").context
    rows = exported(as_marketer, by="source", currency="eur")
    assert [row["Source"] for row in rows] == [line.step.name for line in context["lines"]]
    assert {row["Currency"] for row in rows} == {"EUR"}
    response = as_marketer.get(reverse("campaigns-export"), {"period": PERIOD, "currency": "eur"})
    assert response["Content-Disposition"] == (
        'attachment; filename="campaigns-2026-09-01-to-2026-09-30-eur.csv"'
    )


def test_a_name_is_no_formula_in_a_file_and_no_markup_on_a_page(as_marketer):
    pay(make_link(utm_campaign="spring").url)
    Campaign.objects.filter(code="spring").update(name="=1+1<script>")
    assert exported(as_marketer)[0]["Campaign"] == "'=1+1<script>"
    assert "=1+1&lt;script&gt;" in words(shown(as_marketer))


def test_a_file_of_nothing_has_its_columns(as_marketer):
    assert exported(as_marketer) == []


def test_one_currency_is_never_added_to_another(as_marketer):
    pay(PAYMENT_LINK, amount=4900)
    pay(PAYMENT_LINK, seed="two", amount=4900)
    pay(YEN_LINK, seed="three", amount=6800)
    euros, yen = shown(as_marketer), shown(as_marketer, currency="jpy")
    assert euros.context["now"].paid == 9800
    assert "JPY 1 payment</a>" in words(euros)
    assert yen.context["now"].paid == 6800
    assert "¥6,800" in words(yen)
    assert "EUR 2 payments</a>" in words(yen)
    assert {row["Currency"] for row in exported(as_marketer, currency="jpy")} == {"JPY"}


def test_the_other_mode_is_never_shown(as_marketer):
    pay(LIVE_LINK, amount=4900)
    assert "No payments yet" in words(shown(as_marketer))
    assert exported(as_marketer) == []
    read_live(as_marketer)
    assert shown(as_marketer).context["now"].paid == 4900
    pay(PAYMENT_LINK, seed="two", amount=2500)
    assert shown(as_marketer).context["now"].paid == 4900


def test_before_the_first_payment_it_says_what_will_be_here(as_marketer):
    page = words(shown(as_marketer))
    assert "No payments yet" in page
    assert "test mode" in page
    assert "Breakdown" not in page


def test_a_period_without_payments_says_what_was_checked(as_marketer):
    pay(PAYMENT_LINK)
    page = words(shown(as_marketer, period="2026-01-01..2026-01-31", grade="B"))
    assert "No payment matches" in page
    assert "EUR, test mode, 1 Jan 2026 to 31 Jan 2026, grade Strong" in page
    assert "(none)" in page


def test_all_time_begins_with_the_first_payment(as_marketer):
    pay(PAYMENT_LINK, at=AUGUST)
    period = shown(as_marketer, period="all").context["question"].period
    assert str(period.first) == "2026-08-15"


def test_a_grade_filters_every_figure(as_marketer):
    pay(make_link(utm_source="newsletter").url, amount=4900)
    pay(CATALOGUE[0].url, seed="two", amount=2500)
    whole, unknown = shown(as_marketer), shown(as_marketer, grade="U")
    assert round(whole.context["coverage"], 3) == 0.662
    assert "€25.00 unknown: why?" in words(whole)
    assert unknown.context["now"].paid == 2500
    assert "only with payments of all grades" in words(unknown)


def test_nothing_unknown_is_said_too(as_marketer):
    pay(make_link(utm_source="newsletter").url)
    assert "nothing unknown" in words(shown(as_marketer))


def test_free_orders_are_told_apart(as_marketer, a_world):
    response = shown(as_marketer, currency="eur")
    free = response.context["free_orders"]
    assert free > 1
    assert f"{free} free orders were made in this period" in words(response)


def test_refunds_can_count_with_their_sale(as_marketer, a_world):
    page = words(shown(as_marketer, refunds="sale", currency="eur"))
    assert "A refund counts with its sale, whenever it moved." in page
    assert "Count it on the day it moved" in page


def test_a_link_opens_its_own_page(as_marketer):
    link = make_link(name="Spring mail", utm_source="newsletter")
    pay(link.url)
    page = words(shown(as_marketer, by="link"))
    assert f'href="{reverse("link", args=[link.line])}">Spring mail</a>' in page


def test_a_long_period_is_drawn_in_weeks(as_marketer):
    pay(PAYMENT_LINK)
    page = words(shown(as_marketer, period="2026-01-01..2026-09-30"))
    assert "Received per week" in page
    assert "Each point is 7 days together" in page


def test_two_dates_of_the_form_become_a_period(as_marketer):
    asked = {"first": "2026-09-01", "last": "2026-09-30", "by": "source", "period": "7d"}
    response = as_marketer.get(reverse("campaigns"), asked)
    assert response.status_code == 302
    assert response["Location"] == "?by=source&period=2026-09-01..2026-09-30"


def test_nothing_of_the_buyer_is_shown(as_marketer, a_world):
    page = shown(as_marketer, by="link", then="source", currency="eur").content.decode()
    buyers = Buyer.objects.exclude(email="").values_list("email", flat=True)
    assert len(buyers) > 10
    assert not [email for email in buyers if email in page]


def test_its_queries_are_as_many_however_many_rows_there_are(as_marketer):
    def queries(**asked):
        shown(as_marketer, **asked)
        with CaptureQueriesContext(connection) as few:
            shown(as_marketer, **asked)
        return len(few)

    asked = {"by": "link", "then": "campaign"}
    pay(make_link(utm_source="one", utm_campaign="one").url)
    few = queries(**asked), queries(by="source")
    for number in range(6):
        link = make_link(utm_source=f"s{number}", utm_campaign=f"c{number}")
        pay(link.url, seed=f"many {number}")
        pay(YEN_LINK, seed=f"yen {number}")
    assert (queries(**asked), queries(by="source")) == few
    assert few[0] <= 13


@pytest.mark.parametrize("group", ["marketer", "finance", "auditor", "administrator"])
def test_everybody_who_works_with_payments_may_see_it(client, group, request):
    client.force_login(request.getfixturevalue(group))
    assert shown(client).status_code == 200


def test_only_who_may_make_links_is_offered_one(client, marketer, auditor):
    client.force_login(marketer)
    assert 'data-key="c"' in words(shown(client))
    client.force_login(auditor)
    assert 'data-key="c"' not in words(shown(client))


@pytest.mark.parametrize("name", ["campaigns", "campaigns-export"])
def test_a_stranger_is_refused_and_the_world_signs_in_first(client, stranger, name):
    assert client.get(reverse(name)).status_code == 302
    client.force_login(stranger)
    assert client.get(reverse(name)).status_code == 403


@pytest.mark.parametrize("name", ["campaigns", "campaigns-export"])
def test_it_is_only_read(as_marketer, name):
    assert as_marketer.post(reverse(name)).status_code == 405


HOSTILE = ["\x00", "%", "'; --", "<script>", "x" * 10_000, "9" * 400, "١", "\ud7ff", "(none)", "-1"]


@pytest.mark.parametrize(
    "key",
    ["period", "currency", "by", "then", "grade", "scope", "refunds", "first", "last", "cursor"],
)
def test_a_hostile_address_is_passed_over(as_marketer, key):
    pay(PAYMENT_LINK)
    for name, value in product(("campaigns", "campaigns-export"), HOSTILE):
        assert as_marketer.get(reverse(name), {key: value}).status_code == 200


def test_bytes_that_are_no_text_are_passed_over(as_marketer):
    pay(PAYMENT_LINK)
    assert as_marketer.get(f"{reverse('campaigns')}?grade=%ff%fe&x=%00&by[]=%80").status_code == 200
