"""An administrator's first day, in a real browser: come in, invite a colleague, replay an event."""

import json
import time

import pytest
from axe_playwright_python.sync_playwright import Axe

from linktracker.lib import one_time_codes
from linktracker.models import User
from linktracker.simulator.deliver import post_all
from tests.people import PASSWORD, first_code

PHONE = {"width": 390, "height": 844}
SCREEN = {"width": 1280, "height": 860}


def look(page):
    """Light, dark and narrow: nothing for axe to find, nothing to scroll sideways."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found = [violation["id"] for violation in Axe().run(page).response["violations"]]
        assert found == [], (page.url, scheme)
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], page.url
    page.set_viewport_size(SCREEN)


def choose_password(page):
    page.fill("[name=password1]", PASSWORD)
    page.fill("[name=password2]", PASSWORD)
    page.click("button.primary")


def set_up_second_factor(page):
    page.wait_for_url("**/accounts/second-factor/")
    look(page)
    secret = page.inner_text("#secret").replace("-", "").strip()
    page.fill("[name=code]", one_time_codes.code_at(secret, int(time.time()) // 30))
    page.click("button.primary")
    page.wait_for_selector("#recovery-codes")
    look(page)
    codes = page.locator("#recovery-codes li").all_inner_texts()
    page.click("text=I have kept them")
    return codes


UNREADABLE = {
    "id": "evt_unreadable",
    "object": "event",
    "type": "checkout.session.completed",
    "created": 1_788_264_000,
    "livemode": False,
    "data": {"object": {"id": "cs_1", "object": "checkout.session", "amount_total": "many"}},
}


def send(live_server, event, secret):
    report = post_all(
        f"{live_server.url}/webhooks/stripe/", [json.dumps(event).encode()], secret=secret, tries=1
    )
    assert (report.refused, report.unreached) == (0, 0)


@pytest.mark.first_day
def test_the_first_administrator_comes_in_invites_a_colleague_and_replays_an_event(
    page, live_server, settings, caplog, running_worker
):
    settings.STRIPE_WEBHOOK_SECRETS = "whsec_of_the_first_day"
    settings.SECOND_FACTOR_DEMANDED = True
    settings.PUBLIC_URL = live_server.url
    page.goto(f"{live_server.url}/campaigns/")
    page.wait_for_url("**/accounts/first-administrator/")
    look(page)
    page.fill("[name=code]", first_code(caplog))
    page.fill("[name=email]", "ada@example.com")
    page.fill("[name=name]", "Ada Brandt")
    choose_password(page)
    codes = set_up_second_factor(page)

    page.wait_for_selector("text=First steps")
    assert page.inner_text("#webhook-address") == f"{live_server.url}/webhooks/stripe/"
    look(page)
    page.click("#content >> text=All people")
    look(page)
    page.click("text=Invite a colleague")
    look(page)
    page.fill("[name=email]", "femi@example.com")
    page.select_option("[name=role]", label="Finance")
    page.click("text=Make invitation")
    page.wait_for_selector("#invitation-link")
    look(page)
    link = page.inner_text("#invitation-link").strip()
    page.goto(f"{live_server.url}/people/")
    look(page)

    page.goto(link)
    page.wait_for_selector("text=You are signed in as Ada Brandt")
    look(page)
    page.click("text=Sign out and accept")
    page.wait_for_url(link)
    look(page)
    page.fill("[name=name]", "Femi Okafor")
    choose_password(page)
    set_up_second_factor(page)
    page.goto(f"{live_server.url}/accounts/")
    look(page)
    page.goto(f"{live_server.url}/accounts/password/change/")
    look(page)
    page.goto(f"{live_server.url}/accounts/reauthenticate/")
    look(page)

    page.context.clear_cookies()
    page.goto(f"{live_server.url}/accounts/login/")
    page.fill("[name=login]", "ada@example.com")
    page.fill("[name=password]", PASSWORD)
    page.click("button.primary")
    page.wait_for_url("**/accounts/login/code/")
    look(page)
    page.fill("[name=code]", codes[0])
    page.click("button.primary")
    page.wait_for_selector("text=First steps")
    page.goto(f"{live_server.url}/people/{User.objects.get(email='femi@example.com').pk}/")
    look(page)

    send(live_server, UNREADABLE, "whsec_of_the_first_day")
    page.goto(f"{live_server.url}/health/data/")
    page.click("text=evt_unreadable")
    page.wait_for_selector("text=amount_total is “many”")
    page.fill("[name=reason]", "A newer version may read it.")
    page.click("text=Replay this event")
    page.wait_for_selector("text=it was “set aside” before")
    page.wait_for_selector("main .pill >> text=Needs you")  # the worker's answer, without a reload
    look(page)
    page.click("#sidebar >> text=Linktracker")
    page.wait_for_url("**/campaigns/**")
