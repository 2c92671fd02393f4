"""Two open items with one reference: the second is refused, and told of the first."""

import pytest

from reconciliation.core.namesakes import Standing, refusals
from reconciliation.core.open_items import OpenItem, compare

KNOWN = Standing("file", "OLD", "X", "eur")


def open_item(external_id, *, reference="INV-1", currency="eur", kind="single"):
    return OpenItem(external_id, reference, kind, currency, 4900, None, "")


def refused(*items, known=(), others=(KNOWN,)):
    changes = compare(items, {item.external_id: item for item in known})
    return refusals(changes, others, "file")


def test_it_refuses_the_reference_and_currency_of_another_item_and_names_it():
    assert refused(open_item("A", reference="X")) == {
        "A": "Open item OLD has the reference X in EUR; "
        "a payment could not be told to be for one of the two."
    }


@pytest.mark.parametrize("kinds", [("single", "many"), ("many", "single"), ("many", "many")])
def test_it_refuses_either_kind_as_matching_would_choose_none(kinds):
    one, two = kinds
    items = (open_item("A", reference="Y", kind=one), open_item("B", reference="Y", kind=two))
    assert list(refused(*items)) == ["B"]


@pytest.mark.parametrize(
    "item",
    [
        open_item("A", reference="X", currency="usd"),
        open_item("A", reference="x"),
        open_item("A", reference="X-1"),
    ],
)
def test_it_lets_another_reference_or_currency_through(item):
    assert refused(item) == {}


def test_it_refuses_a_changed_item_before_a_new_one_and_never_one_that_stays():
    stays, changes = open_item("S", reference="X"), open_item("C", reference="Y")
    told = refused(open_item("N", reference="Y"), stays, changes, known=(stays, open_item("C")))
    assert list(told) == ["N"]
    assert told["N"].startswith("Open item C has")


def test_one_that_is_refused_stands_in_nobodys_way():
    told = refused(open_item("A", reference="X"), open_item("B", reference="X"))
    assert [sentence[:13] for sentence in told.values()] == ["Open item OLD"] * 2


def test_it_says_where_the_other_comes_from_if_elsewhere():
    told = refused(open_item("A", reference="X"), others=[Standing("branch", "A", "X", "eur")])
    assert told["A"].startswith("Open item A (branch) has the reference X")
