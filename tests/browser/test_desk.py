"""Palette and keys in a real browser: what a hand on the keyboard can reach, and what typing leaves alone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.factories import PAYMENT_LINK, make_link, make_person
from tests.stripe_events import pay


@pytest.fixture
def payments(page, live_server, sign_in):
    """The list of payments, two of them, as finance sees it."""
    make_link(name="Spring mail", utm_source="mail")
    make_link(name="Autumn post", utm_source="post")
    for seed in ("one", "two"):
        pay(PAYMENT_LINK, seed=seed)
    sign_in(page, make_person("Finance"))
    page.goto(f"{live_server.url}/payments/?period=all")
    return page


def focused(page) -> str:
    return str(page.evaluate("document.activeElement.textContent.trim()"))


@pytest.mark.parametrize("opening", ["Control+k", "Meta+k", "click"])
def test_the_palette_finds_and_opens_by_keyboard(payments, live_server, opening):
    if opening == "click":
        payments.click(".jump input")
    else:
        payments.keyboard.press(opening)
    expect(payments.locator("#palette-found")).to_contain_text("Import open items")
    payments.keyboard.type("spring")
    expect(payments.locator("#palette-found")).to_contain_text("Spring mail")
    payments.keyboard.press("ArrowDown")
    assert focused(payments).startswith("Spring mail")
    payments.keyboard.press("ArrowDown")
    assert payments.evaluate("document.activeElement.name") == "q"
    payments.keyboard.press("ArrowUp")
    payments.keyboard.press("Enter")
    payments.wait_for_url(f"{live_server.url}/links/*/")


def test_enter_in_the_palette_leads_to_the_page(payments, live_server):
    payments.keyboard.press("Control+k")
    payments.keyboard.type("spring")
    payments.keyboard.press("Enter")
    payments.wait_for_url(f"{live_server.url}/search/?q=spring")
    expect(payments.locator("main .found")).to_contain_text("Spring mail")


def test_escape_closes_the_palette_at_once_and_gives_the_focus_back(payments):
    payments.keyboard.press("j")
    before = focused(payments)
    payments.keyboard.press("Control+k")
    payments.keyboard.type("spring")
    payments.keyboard.press("Escape")
    expect(payments.locator("#palette")).to_be_hidden()
    assert focused(payments) == before


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_palette_the_keys_and_the_export(payments, scheme):
    payments.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    for open_it, text in (("Control+k", "Import open items"), ("?", "Export the list")):
        payments.keyboard.press(open_it)
        expect(payments.locator("dialog[open]")).to_contain_text(text)
        assert Axe().run(payments).response["violations"] == []
        payments.keyboard.press("Escape")
        expect(payments.locator("dialog[open]")).to_have_count(0)
    payments.keyboard.press("e")
    assert Axe().run(payments).response["violations"] == []


def test_keys_walk_open_and_work_in_the_drawer(payments, live_server):
    payments.keyboard.press("j")
    first = focused(payments)
    payments.keyboard.press("j")
    assert focused(payments) != first
    payments.keyboard.press("k")
    assert focused(payments) == first
    payments.keyboard.press("Enter")
    expect(payments.locator("#drawer")).to_contain_text("Where it came from")
    details = payments.locator("#drawer details:has([data-key=m])")
    was_open = details.evaluate("one => one.open")
    payments.keyboard.press("m")
    assert details.evaluate("one => one.open") != was_open
    address = payments.url
    payments.keyboard.press("j")
    payments.wait_for_url(lambda url: url != address)
    payments.keyboard.press("Escape")
    expect(payments.locator("#drawer")).to_be_hidden()


def test_a_takes_the_first_link_that_is_suggested(payments):
    payments.keyboard.press("j")
    payments.keyboard.press("Enter")
    radio = payments.locator("#drawer [data-key=a]")
    expect(radio).not_to_be_checked()
    payments.keyboard.press("a")
    expect(radio).to_be_checked()


def test_e_opens_the_export_and_its_links_download(payments):
    payments.keyboard.press("e")
    for name, ending in (("CSV", ".csv"), ("Excel (XLSX)", ".xlsx")):
        with payments.expect_download() as download:
            payments.get_by_role("link", name=name, exact=True).click()
        assert download.value.suggested_filename.endswith(ending)
        if not payments.locator("details.export[open]").count():
            payments.keyboard.press("e")


def test_keys_rest_while_somebody_types_and_can_be_turned_off(payments, live_server):
    payments.keyboard.press("/")
    payments.keyboard.type("gc?e")
    assert payments.evaluate("document.activeElement.value") == "gc?e"
    assert not payments.locator("dialog[open], details.export[open]").count()
    payments.keyboard.press("Escape")
    payments.evaluate("document.activeElement.blur()")
    payments.keyboard.press("?")
    payments.get_by_label("Use single keys in this browser").uncheck()
    payments.keyboard.press("Escape")
    payments.reload()
    for key in ("?", "e", "g", "c"):
        payments.keyboard.press(key)
    assert not payments.locator("dialog[open], details.export[open]").count()
    assert "/payments/" in payments.url
    payments.keyboard.press("Control+k")
    expect(payments.locator("#palette")).to_be_visible()
    payments.keyboard.press("Escape")
    payments.get_by_role("button", name="Keyboard shortcuts").click()
    payments.get_by_label("Use single keys in this browser").check()
    payments.keyboard.press("Escape")
    payments.keyboard.press("e")
    assert payments.locator("details.export[open]").count() == 1


def test_every_key_of_the_list_that_works_here_has_a_control(payments):
    for key in ("e",):
        expect(payments.locator(f"[data-key={key}]")).to_be_visible()
    for key in ("c", "l", "p", "r", "o"):
        expect(payments.locator(f"#sidebar [data-go={key}]")).to_be_visible()
    expect(payments.get_by_role("button", name="Keyboard shortcuts")).to_be_visible()
    expect(payments.locator(".jump kbd")).to_have_text("Ctrl K")


def test_paper_has_the_list_and_its_filter_and_none_of_the_controls(payments, live_server):
    payments.goto(f"{live_server.url}/payments/?period=all&state=paid")
    payments.emulate_media(media="print", color_scheme="dark")
    for gone in (".sidebar", ".topbar", ".export", ".button"):
        assert payments.locator(f"{gone} >> visible=true").count() == 0, gone
    expect(payments.locator("a.chip.set, .chip.set > summary").first).to_be_visible()
    expect(payments.locator("p.print-only")).to_contain_text("state=paid · test data · printed")
    assert (
        payments.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    )
    expect(payments.locator("tbody tr").first).to_be_visible()
    payments.emulate_media(media="screen")
    expect(payments.locator("p.print-only")).to_be_hidden()
