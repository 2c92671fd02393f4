"""Links in a real browser: rows are ticked and labelled together, with and without script."""

import pytest
from playwright.sync_api import expect

from campaigns.models import TrackedLink
from tests.factories import make_link, make_person


@pytest.fixture
def marketing(page, live_server, sign_in):
    for source in "abcd":
        make_link(utm_source=source, name=f"Link {source}")
    sign_in(page, make_person("Marketing"))
    return page


def labels() -> dict[str, list[str]]:
    return dict(TrackedLink.objects.values_list("name", "labels"))


def test_a_range_is_ticked_counted_and_labelled(marketing, live_server):
    page = marketing
    page.goto(f"{live_server.url}/links/")
    bar = page.locator("#bulk")
    expect(bar).to_be_hidden()
    boxes = page.get_by_role("checkbox", name="Choose Link")
    boxes.nth(0).click()
    boxes.nth(2).click(modifiers=["Shift"])
    expect(bar).to_contain_text("3 chosen")
    page.keyboard.press("x")
    expect(bar).to_contain_text("2 chosen")
    bar.get_by_role("button", name="Add label").click()
    page.get_by_label("Label").fill("Print")
    page.get_by_role("button", name="Add label").click()
    expect(page.locator("#toasts")).to_contain_text("2 links changed.")
    assert labels() == {
        "Link a": [],
        "Link b": [],
        "Link c": ["Print"],
        "Link d": ["Print"],
    }


def test_all_of_the_page_are_ticked_at_once_and_x_rests_while_typing(marketing, live_server):
    page = marketing
    page.goto(f"{live_server.url}/links/")
    page.get_by_role("checkbox", name="Choose all links of this page").click()
    expect(page.locator("#bulk")).to_contain_text("4 chosen")
    page.get_by_role("checkbox", name="Choose all links of this page").click()
    expect(page.locator("#bulk")).to_be_hidden()
    page.locator("main input[type=search]").press("x")
    expect(page.locator("#bulk")).to_be_hidden()


def test_a_links_page_changes_it_in_a_dialog(marketing, live_server):
    page = marketing
    link = TrackedLink.objects.get(name="Link a")
    page.goto(f"{live_server.url}/links/{link.line}/")
    page.get_by_role("link", name="Add a label").click()
    dialog = page.get_by_role("dialog", name="Add a label")
    dialog.get_by_label("Label").fill("Print")
    dialog.get_by_role("button", name="Add label").click()
    expect(page.locator("#toasts")).to_contain_text("1 link changed.")
    assert labels()["Link a"] == ["Print"]


def test_everything_works_without_script(browser, live_server, sign_in):
    for source in "ab":
        make_link(utm_source=source, name=f"Link {source}")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, make_person("Marketing"))
    page.goto(f"{live_server.url}/links/")
    page.get_by_role("checkbox", name="Choose Link a").check()
    page.get_by_role("button", name="Archive", exact=True).click()
    page.get_by_role("button", name="Archive", exact=True).click()
    expect(page.get_by_role("link", name="Link b")).to_be_visible()
    expect(page.get_by_role("link", name="Link a")).to_have_count(0)
    context.close()
