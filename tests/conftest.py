"""What every test shares: a real PostgreSQL, people with roles, and no time limit on properties."""

import pytest
from hypothesis import settings as hypothesis_settings

from tests.factories import make_person

# A loaded machine is no reason to fail a property.
hypothesis_settings.register_profile("linktracker", deadline=None)
hypothesis_settings.load_profile("linktracker")


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
