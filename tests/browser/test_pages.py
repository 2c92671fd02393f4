"""Every page in a real browser: light, dark and at 390 px, with nothing for axe to find."""

from collections.abc import Set
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from campaigns.models import Conversion, TrackedLink
from linktracker.models import User
from reconciliation.models import ExpectedPayment, InboxEvent
from tests import demo_world

PHONE = {"width": 390, "height": 844}
LINES = (
    "https://buy.stripe.com/test_eVa5nPg1j1wmfXq5kr?utm_source=spring sale&fbclid=1\n"
    "https://buy.stripe.com/test_eVa5nPg1j1wmfXq5kr?utm_source=newsletter&utm_medium=email\n"
    "https://checkout.stripe.com/c/pay/cs_test_a1\n"
)


def addresses() -> list[str]:
    payment = Conversion.objects.filter(livemode=False, grade="A").order_by("payment_id")[0]
    unknown = Conversion.objects.filter(livemode=False, grade="U").order_by("payment_id")[0]
    link = TrackedLink.objects.filter(livemode=False).order_by("pk")[0]
    record = ExpectedPayment.objects.order_by("pk")[0]
    warned = TrackedLink.objects.filter(payment_link__active=False).order_by("pk")[0]
    event = InboxEvent.objects.filter(livemode=False).order_by("pk")[0]
    return [
        reverse("campaigns"),
        reverse("campaigns") + "?period=90d&by=link&refunds=sale",
        reverse("links"),
        reverse("links") + "?shelf=all&owner=none&warning=yes",
        reverse("links-change") + f"?do=campaign&line={link.line}",
        reverse("links-change") + "?do=label&all=yes",
        reverse("link-new"),
        reverse("link", args=[link.line]),
        reverse("link-edit", args=[link.line]),
        reverse("links-import"),
        reverse("inspector"),
        reverse("inspector")
        + f"?url={quote(link.payment_link.url)}%3Futm_source%3DNews Letter%26x=1",
        reverse("inspector") + f"?url={quote(LINES)}",
        reverse("payments"),
        reverse("payments") + "?grade=U&scope=links",
        reverse("payments") + "?q=nothing-like-this",
        reverse("payment", args=[payment.payment_id]),
        reverse("payment", args=[unknown.payment_id]),
        reverse("reconciliation"),
        reverse("search"),
        reverse("search") + "?q=mail",
        reverse("search") + "?q=nothing-like-this",
        reverse("records"),
        reverse("record-new"),
        reverse("record", args=[record.pk]),
        reverse("records-import"),
        reverse("link", args=[warned.line]),
        reverse("link-new") + f"?payment_link={warned.payment_link.url}&utm_source=news",
        reverse("data-health"),
        reverse("health-replay") + "?state=kept",
        reverse("health-event", args=[event.source_id]),
        reverse("health-event-raw", args=[event.source_id]),
    ]


# Unfold's scrolled boxes, two of a list's page, come from a script that names both alike.
OF_UNFOLD = {"landmark-unique"}
ADMINISTRATION = (
    "/admin/",
    "/admin/campaigns/trackedlink/",
    "/admin/reconciliation/inboxevent/?mode=both",
)


def found_by_axe(
    page, origin: str, addresses: list[str], beside: Set[str] = frozenset()
) -> list[str]:
    """What axe finds, each with its page, beside rules that are known to be broken."""
    found = []
    for address in addresses:
        page.goto(origin + address)
        for violation in Axe().run(page).response["violations"]:
            if violation["id"] in beside:
                continue
            nodes = [node["html"][:120] for node in violation["nodes"][:3]]
            found.append(f"{address}: {violation['id']} {nodes}")
    return found


def wider_than_the_screen(page, origin: str, addresses: list[str]) -> list[str]:
    found = []
    for address in addresses:
        page.goto(origin + address)
        wide, screen = page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        if wide > screen:
            found.append(f"{address}: {wide} px wide on a screen of {screen} px")
    return found


@pytest.fixture
def person(tmp_path) -> User:
    staff, _ = demo_world.load(tmp_path, visits=60)
    finance = staff["Finance"]
    for role in ("Marketing", "Administrator"):
        finance.groups.add(*staff[role].groups.all())
    return finance


def test_no_page_has_anything_for_axe_to_find_or_scrolls_sideways(
    page, live_server, sign_in, person
):
    page.goto(f"{live_server.url}/accounts/login/")
    assert Axe().run(page).response["violations"] == []
    sign_in(page, person)
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found += found_by_axe(page, live_server.url, addresses())
    page.set_viewport_size(PHONE)
    found += wider_than_the_screen(page, live_server.url, addresses())
    assert found == []


def lists_cut_off(page, origin: str, addresses: list[str]) -> list[str]:
    """Lists that are wider than the place beside Unfold's sidebar."""
    found = []
    for address in addresses:
        page.goto(origin + address)
        wide, place = page.locator("#result_list").evaluate(
            "list => [list.scrollWidth, list.parentElement.clientWidth]"
        )
        if wide > place:
            found.append(f"{address}: {wide} px in {place} px")
    return found


def test_the_administration_reads_well_for_axe_and_cuts_nothing_off(
    page, live_server, sign_in, person
):
    sign_in(page, person)
    event = InboxEvent.objects.filter(type="checkout.session.completed").order_by("pk")[0]
    change = reverse("admin:reconciliation_inboxevent_change", args=[event.pk])
    pages = [*ADMINISTRATION, change]
    found = lists_cut_off(page, live_server.url, pages[1:3])
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found += found_by_axe(page, live_server.url, pages, beside=OF_UNFOLD)
    found += wider_than_the_screen(page, live_server.url, pages)
    page.set_viewport_size(PHONE)
    found += wider_than_the_screen(page, live_server.url, pages)
    assert found == []
