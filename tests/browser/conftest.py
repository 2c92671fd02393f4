"""A real Chromium: its page fails the test on any console message or request that leaves the origin."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from playwright.sync_api import ConsoleMessage, Page, Request

from linktracker.models import User
from tests.factories import SignedInClient

# Playwright's synchronous API runs a loop in this thread, which Django would take for async code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


def find_chromium() -> str | None:
    """CHROMIUM_PATH, then the system's; "" leaves it to Playwright's own download."""
    if named := os.environ.get("CHROMIUM_PATH"):
        return named
    if found := next(filter(None, map(shutil.which, NAMES)), None):
        return found
    downloaded = Path.home() / ".cache" / "ms-playwright"
    return "" if list(downloaded.glob("chromium-*")) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True, serialized_rollback=True))


@pytest.fixture(scope="session", autouse=True)
def migrated(django_db_setup: None) -> str:
    """The rows that migrations made, asked for before Playwright's loop runs; see `restorable`."""
    rows: str = connection._test_serialized_contents  # type: ignore[attr-defined]
    return rows


@pytest.fixture(scope="session", autouse=True)
def restorable(migrated: str, playwright: Any) -> None:
    """While a loop runs, Django gives this thread another connection object, which restores too."""
    connection._test_serialized_contents = migrated  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def base_url() -> None:
    """Addresses are whole here; the plugin's own fixture is of a kind that pytest warns about."""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    path = find_chromium()
    if path is None:
        sentence = "No Chromium found: set CHROMIUM_PATH, or install chromium."
        if os.environ.get("CI"):
            pytest.fail(sentence)
        pytest.skip(sentence)
    found = {"executable_path": path} if path else {}
    return {**browser_type_launch_args, **found, "args": FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {
        **browser_context_args,
        "viewport": {"width": 1280, "height": 860},
        "permissions": ["clipboard-read", "clipboard-write"],
    }


@pytest.fixture
def page(page: Page, live_server: Any) -> Iterator[Page]:
    """Silent and at home: what it says or asks elsewhere is a failure at the end of the test."""
    yield from watched(page, live_server.url)


def watched(page: Page, origin: str) -> Iterator[Page]:
    heard: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        heard.append(f"console: {message.text}")

    def look(request: Request) -> None:
        if not request.url.startswith((f"{origin}/", "data:", "blob:")):
            heard.append(f"request: {request.url}")

    page.on("console", listen)
    page.on("request", look)
    page.on("pageerror", lambda error: heard.append(f"error: {error}"))
    yield page
    assert heard == []


SignIn = Callable[[Page, User], None]


@pytest.fixture
def sign_in(live_server: Any) -> SignIn:
    """Give a page somebody's session, without the sign-in form."""

    def give_session(page: Page, person: User) -> None:
        client = SignedInClient()
        client.force_login(person)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
        )

    return give_session
