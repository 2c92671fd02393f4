"""How figures and moments are written, and what the shell shows to whom."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory, override_settings
from django.utils import timezone
from django_cotton.compiler_regex import CottonCompiler

from linktracker.lib.charts import BridgeStep, DailyValue, bridge, trend
from linktracker.shell import menu, shell
from linktracker.templatetags import display

NOW = datetime(2026, 11, 24, 9, 14, tzinfo=UTC)


def component(written: str, **context: object) -> str:
    return Template(CottonCompiler().process(written)).render(Context(context))


@pytest.mark.parametrize(
    ("minor", "currency", "written"),
    [
        (4900, "eur", "€49.00"),
        (123456789, "eur", "€1,234,567.89"),
        (4900, "JPY", "¥4,900"),
        (1500, "kwd", "KWD\u00a01.500"),
        (-2000, "eur", "−€20.00"),
        (0, "usd", "$0.00"),
        (500, "isk", "ISK\u00a05"),
        (550, "isk", "ISK\u00a05.50"),
        (12345, "rsd", "RSD\u00a0123.45"),
        (4900, "xyz", "XYZ\u00a049.00"),
        (4900, "", "49.00"),
        (None, "eur", "–"),
    ],
)
def test_money_is_written_in_units_of_its_currency(minor, currency, written):
    assert display.money(minor, currency) == written


@pytest.mark.parametrize(
    ("minor", "written"), [(4900, "+€49.00"), (-4900, "−€49.00"), (0, "€0.00"), (None, "–")]
)
def test_money_change_says_its_direction(minor, written):
    assert display.money_change(minor, "eur") == written


@pytest.mark.parametrize(
    ("minor", "currency", "written"),
    [
        (800_000, "eur", "€8K"),
        (150_000, "eur", "€1.5K"),
        (50_000, "eur", "€500"),
        (50, "eur", "€0.50"),
        (-100_000, "eur", "−€1K"),
        (5000, "jpy", "¥5K"),
        (0, "eur", "€0"),
        (1500, "", "1,500"),
    ],
)
def test_money_short_fits_an_axis_without_rounding_small_steps_away(minor, currency, written):
    assert display.money_short(minor, currency) == written


@pytest.mark.parametrize(
    ("share", "written"),
    [
        (0.912, "91.2\u00a0%"),
        (Decimal("0.124"), "12.4\u00a0%"),
        (1, "100.0\u00a0%"),
        (0.9999, "99.9\u00a0%"),
        (0, "0.0\u00a0%"),
        (-0.083, "−8.3\u00a0%"),
        (-0.0001, "0.0\u00a0%"),
        (12.5, "1,250.0\u00a0%"),
        (None, "–"),
    ],
)
def test_percent_never_rounds_up_to_all(share, written):
    assert display.percent(share) == written


@pytest.mark.parametrize(
    ("number", "written"), [(1533, "1,533"), ("90210", "90,210"), (-12, "−12"), (None, "–")]
)
def test_count_separates_thousands(number, written):
    assert display.count(number) == written


@pytest.mark.parametrize(
    ("before", "written"),
    [
        (timedelta(0), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=60), "1 min ago"),
        (timedelta(minutes=59, seconds=59), "59 min ago"),
        (timedelta(hours=1), "1 h ago"),
        (timedelta(hours=23), "23 h ago"),
        (timedelta(days=2, hours=23), "2 d ago"),
        (timedelta(days=-3), "in 3 d"),
    ],
)
def test_ago_counts_whole_units(before, written):
    assert display.ago(NOW - before, NOW) == written


@pytest.mark.parametrize("clock", [None, ""])
def test_ago_tells_the_moment_itself_where_the_page_has_no_clock(clock):
    with timezone.override("Europe/Amsterdam"):
        assert display.ago(NOW, clock) == "24 Nov 2026, 10:14"


def test_moments_are_told_in_the_time_zone_of_the_reader():
    late = datetime(2026, 11, 24, 23, 30, 5, tzinfo=UTC)
    with timezone.override("Europe/Amsterdam"):
        assert display.when(late) == "25 Nov 2026, 00:30"
        assert display.exact_time(late) == "25 Nov 2026, 00:30:05 CET"
        assert display.day(late) == "25 Nov 2026"
    assert display.day(date(2026, 11, 24)) == "24 Nov 2026"
    assert display.short_day(date(2026, 11, 4)) == "4 Nov"
    assert display.when(None) == display.exact_time(None) == display.day(None) == "–"


@pytest.mark.parametrize(
    ("tag", "written"),
    [
        ("{% query page=3 %}", "?q=a+b&amp;grade=A&amp;page=3"),
        ("{% query grade=None %}", "?q=a+b"),
        ("{% query grade='U' %}", "?q=a+b&amp;grade=U"),
        ("{% query q=None grade='' %}", "?"),
    ],
)
def test_query_changes_a_key_and_starts_at_the_first_page(tag, written):
    request = RequestFactory().get("/payments/?q=a+b&grade=A&page=7&after=x")
    assert Template(tag).render(Context({"request": request})) == written


def test_qr_code_is_drawn_without_the_text_of_its_url():
    drawn = display.qr_code("https://buy.stripe.com/x?client_reference_id=<script>")
    assert drawn.startswith("<svg")
    assert "script" not in drawn
    assert "style=" not in drawn


def test_menu_leaves_out_pages_that_do_not_exist_or_are_not_allowed():
    everything = menu("/admin/", lambda permission: True)
    assert "Administration" in [entry.label for entry in everything[-1].entries]
    assert everything[-1].entries[-1].current
    marketing = menu("/", lambda permission: permission.startswith("campaigns."))
    assert "Workspace" not in [section.label for section in marketing]
    assert menu("/", lambda permission: False) == ()


def test_shell_is_in_test_mode_and_shows_nothing_before_session_and_person_are_known():
    context = shell(RequestFactory().get("/"))
    assert context["livemode"] is False
    assert (context["menu"], context["search_url"]) == ((), "")


@pytest.mark.parametrize("livemode", [True, False])
def test_shell_takes_the_mode_from_the_session(livemode):
    request = RequestFactory().get("/")
    request.session = SessionStore()
    request.session["livemode"] = livemode
    assert shell(request)["livemode"] is livemode


def test_trend_is_drawn_by_class_alone_and_told_in_words_and_in_a_table():
    days = [DailyValue(date(2026, 11, 23), 4900), DailyValue(date(2026, 11, 24), 100)]
    page = component(
        "<c-trend :chart='chart' title='Received' currency='eur' />",
        chart=trend(days, today=days[1].on),
    )
    assert "€50.00 in 2 days; the most on 23 Nov, €49.00." in page
    assert "Show as table" in page
    assert "style=" not in page


def test_trend_says_so_when_nothing_happened():
    page = component("<c-trend :chart='chart' title='Received' />", chart=trend([]))
    assert "Nothing in this period." in page


@pytest.mark.parametrize("demo", [True, False])
@pytest.mark.parametrize("template", ["403.html", "404.html"])
def test_error_pages_wear_the_shell_without_a_person(template, demo):
    with override_settings(DEMO=demo):
        page = render_to_string(template, request=RequestFactory().get("/nowhere/"))
    assert page.count("<h1>") == 1
    assert "Go to the start page" in page
    assert ("Demo: sample data" in page) is demo
    assert "Sign out" not in page


def test_the_page_for_our_own_failure_needs_no_request():
    assert "Something broke on our side" in render_to_string("500.html")


def test_bridge_rows_carry_their_sign_and_link():
    bars = bridge([BridgeStep("Expected", 1000, 2, "/records/", True), BridgeStep("Short", -35, 1)])
    page = component("<c-bridge :bars='bars' currency='eur' title='Bridge' />", bars=bars)
    assert 'href="/records/"' in page
    assert "−€0.35" in page


def test_a_toast_escapes_what_people_typed():
    page = render_to_string(
        "404.html",
        {"messages": ["<b>saved</b>"]},
        request=RequestFactory().get("/"),
    )
    assert "<b>saved</b>" not in page
    assert "&lt;b&gt;saved&lt;/b&gt;" in page


def test_money_component_says_the_minor_units_and_greys_nothing_but_zero():
    page = component("<c-money :minor='minor' currency='jpy' />", minor=4900)
    assert 'title="4900 jpy in minor units"' in page
    assert "zero" not in page
    assert "zero" in component("<c-money :minor='0' currency='jpy' />")


@pytest.mark.parametrize(
    ("share", "good", "tone", "words"),
    [
        (0.124, "up", "good", "12.4\u00a0%"),
        (-0.083, "up", "bad", "8.3\u00a0%"),
        (0.124, "down", "bad", "12.4\u00a0%"),
        (-0.083, "none", "delta", "8.3\u00a0%"),
        (0, "up", "muted", "the same"),
        (None, "up", "muted", "nothing to compare with"),
    ],
)
def test_delta_colours_a_change_by_what_is_good_for_the_reader(share, good, tone, words):
    page = component(f"<c-delta :share='share' good='{good}' />", share=share)
    assert words in page
    assert tone in page.split('"')[1].split()
    assert "−" not in page


def test_a_component_escapes_what_it_is_given_once():
    page = component("<c-kpi label='A' value='{{ value }}' :note='value' />", value="<b>&</b>")
    assert page.count("&lt;b&gt;&amp;&lt;/b&gt;") == 2


def test_a_component_does_not_pick_up_names_of_the_page_around_it():
    page = component("<c-card>plain</c-card>", title="Stray", actions="Stray", id="Stray")
    assert "Stray" not in page


@pytest.mark.parametrize(
    ("url", "drawn"),
    [
        ("https://buy.stripe.com/test_a?b=c&d=e", "https://buy.stripe.com/<wbr>test_a<wbr>?b=c<wbr>&amp;d=e"),
        ("https://pay.example.com/b/test_a", "https://pay.example.com/<wbr>b/<wbr>test_a"),
        ("https://a.example/", "https://a.example/"),
        ("<b>?\"'", "&lt;b&gt;<wbr>?&quot;&#x27;"),
        ("", ""),
    ],
)  # fmt: skip
def test_an_address_breaks_before_its_parameters_and_is_never_markup(url, drawn):
    assert display.url_breaks(url) == drawn
