"""What every test shares: a real PostgreSQL, and people with roles."""

import pytest
from django.conf import settings

from tests.factories import make_person


def pytest_configure() -> None:
    """Hashed file names need a build; one test runs the real one, all others do without."""
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES["staticfiles"]["BACKEND"] = plain
    settings.WHITENOISE_USE_FINDERS = True


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that commits begins with the rows of the migrations, which the one before has flushed."""
    with_migrated_rows = pytest.mark.django_db(transaction=True, serialized_rollback=True)
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker is not None and marker.kwargs.get("transaction"):
            item.add_marker(with_migrated_rows, append=False)


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
