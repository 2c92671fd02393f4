"""The link builder in a real browser: the same verdicts as Python, and copied is what is saved."""

import json
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from campaigns.core.reference import ALPHABET, write
from campaigns.models import TrackedLink
from tests.factories import PAYMENT_LINK, make_link, make_person

VECTORS = json.loads((Path(__file__).parents[1] / "data" / "url-parameters.json").read_text())
RULES = "Linktracker.linkRules(JSON.parse(document.querySelector('[data-builder]').dataset.rules))"


@pytest.fixture
def builder(page, live_server, sign_in):
    """The page of the form, signed in as somebody of marketing."""
    sign_in(page, make_person("Marketing"))
    page.goto(f"{live_server.url}/links/new/")
    return page


def paste(page, text):
    """What a person does with Ctrl+V, as the browser tells it to the page."""
    page.locator("#builder-address").focus()
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    with page.expect_response("**/links/preview/"):
        page.keyboard.press("Control+V")


def fill(page, place, value):
    page.locator("[data-row] input").nth(place).fill(value)


def shown(page):
    return page.locator("#builder-url").inner_text().replace("\n", "")


def test_the_browser_passes_the_vectors_that_python_passes(builder):
    judged = builder.evaluate(
        f"asked => JSON.stringify(JSON.parse(asked).map(({{name, value}}) => {RULES}.judge(name, value)))",
        json.dumps(VECTORS),
    )
    assert json.loads(judged) == VECTORS


def test_the_browser_writes_references_as_python_does(builder):
    tags = [ALPHABET[number % 32] * 3 + ALPHABET[-number % 32] * 3 for number in range(32)]
    written = builder.evaluate(
        f"tags => tags.map((tag) => {RULES}.reference('own and tag', 'cart_1', tag))", tags
    )
    assert written == [write("cart_1", tag) for tag in tags]


@pytest.mark.parametrize(
    ("pasted", "typed"),
    [
        (PAYMENT_LINK, ["", "newsletter", "email", ""]),
        (PAYMENT_LINK, ["INV-1", "newsletter", "", "été launch!"]),
        (f"{PAYMENT_LINK}?foo=a%20b&&x=%7B#part", ["", "newsletter", "email", ""]),
        (f"  <{PAYMENT_LINK}?utm_source=pasted&prefilled_email=jenny%2Ba%40example.com>", [""] * 4),
        (f"{PAYMENT_LINK}?", ["{{contact.id}}", "*|SOURCE|*", "", ""]),
        (f"{PAYMENT_LINK}?client_reference_id=cart_1-lt17q2m9xzv", ["", "b", "", ""]),
    ],
)
def test_the_address_that_is_shown_is_the_one_that_is_saved(builder, pasted, typed):
    paste(builder, pasted)
    for place, value in enumerate(typed):
        if value:
            fill(builder, place, value)
    dropped = builder.locator("#builder-url del").all_inner_texts()
    for use in builder.locator("[data-use]").all():
        use.click()
    before = shown(builder)
    with builder.expect_navigation():
        builder.get_by_role("button", name="Save link").last.click()
    assert before == TrackedLink.objects.get().url
    assert dropped == [value for value in typed if "é" in value]


def test_the_sentences_tell_of_the_reference_that_was_pasted(builder):
    paste(builder, f"{PAYMENT_LINK}?client_reference_id=cart_48213&utm_source=news")
    side = builder.locator("[data-side]")
    expect(side).to_contain_text("The webhook will carry the reference cart_48213, and no UTM code")


def test_copying_saves_first_and_copies_what_was_saved(builder):
    paste(builder, PAYMENT_LINK)
    fill(builder, 1, "newsletter")
    builder.get_by_role("button", name="Copy link").click()
    expect(builder.locator("[data-saved]")).to_contain_text("Copied and saved.")
    link = TrackedLink.objects.get()
    assert builder.evaluate("navigator.clipboard.readText()") == link.url == shown(builder)
    builder.get_by_role("button", name="Copy link").click()
    expect(builder.locator("[data-saved]")).to_contain_text("Copied and saved.")
    assert TrackedLink.objects.count() == 1


def test_an_answer_that_comes_in_after_saving_does_not_show_another_address(builder):
    """The question was asked before Copy was pressed, and its answer comes after."""
    paste(builder, PAYMENT_LINK)
    asked = []
    builder.route("**/links/preview/", lambda route: asked.append(route))
    with builder.expect_request("**/links/preview/"):
        fill(builder, 1, "newsletter")
    builder.get_by_role("button", name="Copy link").click()
    expect(builder.locator("[data-saved]")).to_contain_text("Copied and saved.")
    with builder.expect_response("**/links/preview/"):
        asked.pop().continue_()
    link = TrackedLink.objects.get()
    expect(builder.locator("#builder-url")).to_have_text(link.url)
    assert builder.evaluate("navigator.clipboard.readText()") == link.url


def test_what_is_dropped_is_neither_saved_nor_copied(builder):
    builder.evaluate("navigator.clipboard.writeText('untouched')")
    builder.locator("#builder-address").fill(PAYMENT_LINK)
    with builder.expect_response("**/links/preview/"):
        builder.locator("#builder-address").blur()
    fill(builder, 3, "été launch!")
    expect(builder.locator("[data-left-out]")).to_have_text("1 value left out until corrected")
    builder.get_by_role("button", name="Copy link").click()
    expect(builder.locator("[data-problems]")).to_contain_text("Stripe would drop this value")
    assert builder.evaluate("navigator.clipboard.readText()") == "untouched"
    assert not TrackedLink.objects.exists()
    builder.get_by_role("button", name="Use ete_launch").click()
    builder.get_by_role("button", name="Copy link").click()
    expect(builder.locator("[data-saved]")).to_contain_text("Copied and saved.")
    assert TrackedLink.objects.get().utm_campaign == "ete_launch"


def test_a_chosen_parameter_disappears_from_the_other_rows(builder):
    offered = "row => [...row.querySelectorAll('option')].filter(o => !o.hidden).map(o => o.value)"
    second = builder.locator("[data-row]").nth(1)
    assert "utm_medium" not in second.evaluate(offered)
    builder.get_by_role("button", name="Remove this parameter").nth(2).click()
    assert "utm_medium" in second.evaluate(offered)
    builder.get_by_role("button", name="Add parameter").click()
    assert builder.locator("[data-row] select").last.input_value() == "utm_medium"


def test_the_verdict_and_the_counter_follow_every_key(builder):
    verdict = builder.locator("[data-verdict]").nth(1)
    fill(builder, 1, "news")
    expect(verdict).to_have_text("4 of 150 · letters, digits, - and _")
    fill(builder, 1, "a" * 151)
    expect(verdict).to_contain_text("Too long by 1: 151 characters")
    assert builder.locator("[data-row] input").nth(1).get_attribute("aria-invalid") == "true"
    fill(builder, 0, "a" * 189)
    builder.locator("#builder-mode").select_option("own and tag")
    expect(builder.locator("[data-verdict]").first).to_contain_text("at most 188 allowed")


def test_the_usual_mode_follows_until_somebody_chooses(builder):
    mode = builder.locator("#builder-mode")
    expect(mode).to_have_value("tag")
    fill(builder, 0, "INV-1")
    expect(mode).to_have_value("own")
    mode.select_option("own and tag")
    fill(builder, 0, "")
    expect(mode).to_have_value("own and tag")


def test_saving_and_making_another_stays_and_empties_the_content(builder):
    paste(builder, PAYMENT_LINK)
    fill(builder, 1, "newsletter")
    builder.get_by_role("button", name="Save and make another").click()
    expect(builder.locator("[data-saved]")).to_contain_text("Link saved. Now the next one.")
    builder.locator("[data-row] input").last.fill("blue")
    with builder.expect_navigation():
        builder.get_by_role("button", name="Save link").last.click()
    contents = TrackedLink.objects.order_by("pk").values_list("utm_source", "utm_content")
    assert list(contents) == [("newsletter", ""), ("newsletter", "blue")]
    assert len(set(TrackedLink.objects.values_list("tag", flat=True))) == 2


def test_the_dialog_opens_over_the_list_and_lends_it_its_address(page, live_server, sign_in):
    sign_in(page, make_person("Marketing"))
    make_link(utm_source="linkedin", name="Old one")
    page.goto(f"{live_server.url}/links/")
    page.keyboard.press("c")
    page.locator("#builder-known").select_option(PAYMENT_LINK)
    fill(page, 1, "LinkedIn")
    expect(page.locator("[data-side]")).to_contain_text('saved links say "linkedin"')
    assert page.url.endswith("/links/new/")
    page.get_by_role("button", name="Copy link", exact=True).click()
    expect(page.locator("[data-saved]")).to_contain_text("Copied and saved.")
    with page.expect_navigation():
        page.get_by_role("button", name="Cancel").click()
    assert page.url.endswith("/links/")
    expect(page.locator("tbody tr")).to_have_count(2)


def test_a_link_is_made_and_saved_without_script(browser, live_server, sign_in):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, make_person("Marketing"))
    page.goto(f"{live_server.url}/links/new/")
    page.locator("#builder-address").fill(PAYMENT_LINK)
    fill(page, 1, "a b")
    page.get_by_role("button", name="Check").click()
    expect(page.locator("#builder-url del")).to_have_text("a b")
    fill(page, 1, "newsletter")
    page.get_by_role("button", name="Save link").last.click()
    assert page.url.endswith(f"/links/{TrackedLink.objects.get().line}/")
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_is_hard_to_reach(page, live_server, sign_in, scheme, width):
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 844})
    sign_in(page, make_person("Marketing"))
    link = make_link(utm_source="linkedin")
    for path in ("/links/", "/links/?q=nothing", f"/links/{link.line}/", "/links/new/"):
        page.goto(live_server.url + path)
        assert Axe().run(page).violations_count == 0, path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    page.goto(f"{live_server.url}/links/")
    page.locator('[data-key="c"]').click()
    page.locator("#builder-known").select_option(PAYMENT_LINK)
    fill(page, 3, "été launch!")
    expect(page.locator("[data-left-out]")).to_have_text("1 value left out until corrected")
    answer = Axe().run(page)
    assert answer.violations_count == 0, answer.generate_report()
