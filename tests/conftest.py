"""What every test shares: a real PostgreSQL, and people with roles."""

import threading
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from linktracker.middleware import FirstAdministrator
from reconciliation.actions import worker
from tests.factories import SignedInClient, make_person


def pytest_configure() -> None:
    """Hashed file names need a build; one test runs the real one, all others do without."""
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES["staticfiles"]["BACKEND"] = plain
    settings.WHITENOISE_USE_FINDERS = True
    settings.SECOND_FACTOR_DEMANDED = False  # as in the demo; its tests ask for it


@pytest.fixture(autouse=True)
def not_the_first_day(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if somebody had an account already; the tests of the first administrator say otherwise."""
    is_first = request.node.get_closest_marker("first_day") is not None
    monkeypatch.setattr(FirstAdministrator, "over", not is_first)


@pytest.fixture
def client() -> SignedInClient:
    """Its `force_login` counts as a sign-in of this moment."""
    return SignedInClient()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that commit come last, since each ends by emptying the database for all after it.

    Each of them begins with the rows of the migrations again. Plugins order tests too, whichever of
    them was installed last; so this is said after all of theirs.
    """
    with_migrated_rows = pytest.mark.django_db(transaction=True, serialized_rollback=True)
    for item in items:
        if _commits(item) and item.get_closest_marker("django_db"):
            item.add_marker(with_migrated_rows, append=False)
    items.sort(key=_commits)


def _commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    asked = set(getattr(item, "fixturenames", ()))
    return bool(marker and marker.kwargs.get("transaction")) or bool(
        asked & {"transactional_db", "live_server"}
    )


@pytest.fixture
def quick_passwords(settings: Any) -> None:
    """For tests that sign in many times: the product's own hasher is slow on purpose, and allauth
    counts the requests of one address in this process's memory."""
    cache.clear()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def with_mail(settings):
    settings.MAIL_REACHES_PEOPLE = True


@pytest.fixture
def marketer(db):
    return make_person("Marketing")


@pytest.fixture
def finance(db):
    return make_person("Finance")


@pytest.fixture
def auditor(db):
    return make_person("Auditor")


@pytest.fixture
def administrator(db):
    return make_person("Administrator", is_staff=True)


@pytest.fixture
def stranger(db):
    """Signed in, and in no group."""
    return make_person(None)


@pytest.fixture
def running_worker():
    """A worker beside the web server, as in life: another connection, polling the inbox."""
    stop = threading.Event()

    def run() -> None:
        while not stop.is_set():
            if not worker.work_once(at=timezone.now()):
                stop.wait(0.2)
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    yield
    stop.set()
    thread.join()
