"""Keyset pages: every row once, in its order; a cursor that we never wrote is the first page."""

import base64
import json

import pytest

from campaigns.models import Conversion
from linktracker.lib.paging import page_of
from linktracker.models import User
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db

WHEN = "2026-01-01T00:00:00Z"
NEWEST_FIRST = ("-created_at", "-payment_id")


def written(values):
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@pytest.fixture
def five_people(db):
    return [PersonFactory(name=name) for name in ("A", "B", "B", "B", "C")]


def walk(order):
    """Every page of people after the other, by two."""
    cursor, seen = "", []
    while True:
        page = page_of(User.objects.all(), order=order, cursor=cursor, size=2)
        seen.append([person.pk for person in page.rows])
        if not (cursor := page.next):
            return seen


@pytest.mark.parametrize(("order", "step"), [(("name", "pk"), 1), (("-name", "-pk"), -1)])
def test_the_pages_hold_every_row_once_in_its_order(five_people, order, step):
    ids = [person.pk for person in five_people][::step]
    assert walk(order) == [ids[:2], ids[2:4], ids[4:]]


def test_a_full_last_page_leads_nowhere(five_people):
    assert page_of(User.objects.all(), order=("pk",), cursor="", size=5).next == ""


@pytest.mark.parametrize(
    "cursor",
    [
        "x", "é", "%", "x" * 10_000, written([]), written({}), written("ab"), written(["A"]),
        written(["A", 1, 1]), written([["A"], 1]), written([{"a": 1}, 1]), written([None, 1]),
        written([1.5, 1]), written([True, 1]), written(["A", True]), written(["A\x00", 1]),
        written(["\ud800", 1]), written(["A", "one"]), written(["A", "\x00"]),
    ],
)  # fmt: skip
def test_a_cursor_that_we_never_wrote_is_the_first_page(five_people, cursor):
    page = page_of(User.objects.all(), order=("name", "pk"), cursor=cursor, size=2)
    assert [person.pk for person in page.rows] == [person.pk for person in five_people[:2]]


@pytest.mark.parametrize("number", [2**63, 2**64 - 1, -(2**63) - 1])
def test_a_number_that_no_key_can_be_is_answered(five_people, number):
    page = page_of(User.objects.all(), order=("name", "pk"), cursor=written(["A", number]))
    assert len(page.rows) <= 5


@pytest.mark.parametrize(
    "values", [[WHEN, "\x00"], ["\x00", "pi_1"], ["soon", "pi_1"], [5, "pi_1"], ["2026-13-01", 1]]
)
def test_a_moment_or_a_key_that_is_none_is_answered(values):
    page = page_of(Conversion.objects.all(), order=NEWEST_FIRST, cursor=written(values))
    assert page.rows == []
