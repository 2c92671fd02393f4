"""The simulated account answers as Stripe's API does: pages, filters, expansion, refusals."""

import json

import pytest

from linktracker.simulator.account import SimAccount, SimKey
from linktracker.simulator.catalogue import CATALOGUE, LIVE_CATALOGUE, WITH_A_HITCH

ACCOUNT = SimAccount(
    (*CATALOGUE, *LIVE_CATALOGUE, *WITH_A_HITCH),
    {"rk_test_a": SimKey(), "rk_live_a": SimKey(livemode=True), "rk_test_b": SimKey(False, frozenset())},
)  # fmt: skip
ALL = [link.id for link in (*CATALOGUE, *WITH_A_HITCH)]


def ask(query="", key="rk_test_a", path="/v1/payment_links"):
    answer = ACCOUNT.answer(f"{path}?{query}", key)
    return answer.status, json.loads(answer.body)


@pytest.mark.parametrize(
    ("query", "ids", "has_more"),
    [
        ("", ALL[:10], True),
        ("limit=100", ALL, False),
        ("limit=11", ALL, False),
        ("limit=10", ALL[:10], True),
        (f"limit=2&starting_after={ALL[0]}", ALL[1:3], True),
        (f"starting_after={ALL[-2]}", ALL[-1:], False),
        (f"starting_after={ALL[-1]}", [], False),
        ("limit=100&active=false", [WITH_A_HITCH[0].id], False),
        ("limit=100&active=true", [id for id in ALL if id != WITH_A_HITCH[0].id], False),
    ],
)
def test_a_page_holds_what_was_asked_for(query, ids, has_more):
    status, page = ask(query)
    assert (status, page["object"], page["has_more"]) == (200, "list", has_more)
    assert [link["id"] for link in page["data"]] == ids


def test_a_key_sees_its_own_mode():
    _, page = ask("limit=100", key="rk_live_a")
    assert [link["id"] for link in page["data"]] == [link.id for link in LIVE_CATALOGUE]
    assert {link["livemode"] for link in page["data"]} == {True}


def test_lines_are_shown_to_those_who_ask():
    _, bare = ask("limit=1")
    _, expanded = ask("limit=1&expand%5B0%5D=data.line_items")
    assert "line_items" not in bare["data"][0]
    (line,) = expanded["data"][0]["line_items"]["data"]
    assert (line["description"], line["price"]["unit_amount"]) == ("Workshop ticket", 4900)


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"key": "rk_test_unknown"}, 401),
        ({"key": ""}, 401),
        ({"key": "rk_test_b"}, 403),
        ({"path": "/v1/account"}, 403),
        ({"query": "limit=101"}, 400),
        ({"query": "limit=0"}, 400),
        ({"query": "limit=x"}, 400),
        ({"query": "starting_after=plink_unknown"}, 400),
        ({"query": f"starting_after={LIVE_CATALOGUE[0].id}"}, 400),
    ],
)
def test_it_refuses_as_stripe_does(asked, status):
    found, body = ask(**asked)
    assert found == status
    assert set(body["error"]) == {"message", "type"}
