"""Fetched objects: a page is what was asked for or nothing, and equal objects have equal bytes."""

import json

import pytest

from reconciliation.core.events import UnreadableEvent, observations_of
from reconciliation.core.fetched import CannotFetch, Fetched, read_fetched, read_page

AT = 1_790_000_000
LINK = {"id": "plink_1", "object": "payment_link", "livemode": False, "active": True}


def page(*objects, **changes):
    body = {"object": "list", "has_more": False, "data": list(objects), **changes}
    return json.dumps(body).encode()


def read(raw, livemode=False):
    return read_page(raw, object_name="payment_link", livemode=livemode, at=AT, api_version="v")


def test_a_page_gives_its_objects_with_the_moment_of_the_answer():
    found = read(page(LINK, LINK | {"id": "plink_2"}, has_more=True))
    assert found.has_more
    assert [one.source_id for one in found.objects] == [f"plink_1@{AT}", f"plink_2@{AT}"]
    assert found.objects[0] == Fetched("plink_1", False, AT, "v", found.objects[0].body)
    assert json.loads(found.objects[0].body) == LINK


def test_an_empty_list_is_an_answer():
    assert read(page()).objects == ()


def test_the_order_of_keys_and_the_spaces_make_no_other_bytes():
    turned = json.dumps(json.loads(page(dict(reversed(LINK.items())))), indent=4).encode()
    assert read(turned) == read(page(LINK))


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"<html>", "not JSON"),
        (b"\xff", "not UTF-8"),
        (b"[]", "JSON list"),
        (b"{}", "not a page of a list"),
        (page(LINK, object="balance"), "not a page of a list"),
        (page(LINK, has_more=None), "not a page of a list"),
        (page(LINK, has_more=1), "not a page of a list"),
        (page(LINK | {"object": "price"}), "no payment_link"),
        (page("plink_1"), "no payment_link"),
        (page(None), "no payment_link"),
        (page(LINK | {"livemode": True}), "not of test mode"),
        (page(LINK | {"livemode": None}), "not of test mode"),
        (page(LINK | {"livemode": 0}), "not of test mode"),
        (page(LINK | {"id": "plink/1"}), "not the id of an object"),
        (page(LINK | {"id": None}), "not the id of an object"),
        (page(LINK, LINK | {"object": "price"}), "no payment_link"),
        (page(has_more=True), "goes on without an object"),
        (page(data={"object": "list"}, has_more=True), "goes on without an object"),
    ],
)
def test_anything_else_is_refused_with_a_sentence(raw, sentence):
    with pytest.raises(CannotFetch, match=sentence):
        read(raw)


def test_a_test_object_is_none_of_live_mode():
    with pytest.raises(CannotFetch, match="not of live mode"):
        read(page(LINK), livemode=True)


def test_a_stored_object_is_read_back_as_it_was_fetched():
    (one,) = read(page(LINK)).objects
    event = read_fetched(one.body, one.source_id)
    assert (event.type, event.created, event.livemode, event.is_kept) == ("", AT, False, False)
    (seen,) = observations_of(event, one.source_id, fetched=True)
    assert (seen.kind, seen.object_id, seen.source_id) == ("payment_link", "plink_1", one.source_id)
    assert (seen.stripe_at, seen.rank, seen.fetched) == (AT, 0, True)


@pytest.mark.parametrize("name", ["balance", None, 5])
def test_an_object_of_no_kind_that_is_folded_is_kept_and_says_nothing(name):
    event = read_fetched(json.dumps(LINK | {"object": name}).encode(), f"x_1@{AT}")
    assert event.is_kept
    assert observations_of(event, event.id, fetched=True) == ()


@pytest.mark.parametrize(
    ("raw", "source_id", "sentence"),
    [
        (b"{}", "plink_1", "when the object was fetched"),
        (b"{}", "plink_1@", "when the object was fetched"),
        (b"{}", "plink_1@-5", "when the object was fetched"),
        (b"{}", "plink_1@999999999999", "when the object was fetched"),
        (b"{", "plink_1@5", "not JSON"),
        (b"{}", "plink_1@5", "test or live"),
        (b'{"livemode": 1}', "plink_1@5", "test or live"),
    ],
)
def test_a_stored_row_that_cannot_be_read_says_why(raw, source_id, sentence):
    with pytest.raises(UnreadableEvent, match=sentence):
        read_fetched(raw, source_id)
