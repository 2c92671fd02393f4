"""A link before it is issued: which values count, what stops it, and the address it gets."""

import pytest

from campaigns.core.link_draft import (
    LinkDraft,
    ReferenceMode,
    pasted_mode,
    pasted_values,
    shape_of,
    usual_mode,
)
from campaigns.core.payment_url import take_apart
from campaigns.core.reference import read

BASE = "https://buy.stripe.com/test_eVa5nPg1j1wmfXq5kr"
TAG = "7q2m9x"


def draft(mode: ReferenceMode = "tag", url: str = BASE, **values: str) -> LinkDraft:
    return LinkDraft(take_apart(url), values, mode)


def test_the_address_carries_the_codes_in_stripes_order_after_the_reference():
    made = draft(utm_medium="email", utm_source="newsletter")
    assert made.url(TAG) == (
        f"{BASE}?client_reference_id=lt17q2m9xzv&utm_source=newsletter&utm_medium=email"
    )
    assert made.problem == ""
    assert (made.base, made.livemode) == (BASE, False)


def test_what_was_pasted_stays_and_what_was_typed_wins():
    made = draft(url=f"{BASE}?foo=a%20b&utm_source=old&utm_term=kept#part", utm_source="new")
    assert made.url(TAG) == (
        f"{BASE}?foo=a%20b&utm_source=new&utm_term=kept&client_reference_id=lt17q2m9xzv#part"
    )


def test_of_a_repeated_parameter_the_first_counts_as_it_does_at_stripe():
    assert pasted_values(take_apart(f"{BASE}?utm_source=a&utm_source=b")) == {"utm_source": "a"}


@pytest.mark.parametrize(
    ("pasted", "own", "mode"),
    [
        ("cart_48213-lt17q2m9xzv", "cart_48213", "own and tag"),
        ("lt17q2m9xzv", None, "tag"),
        ("lt27q2m9x0c4hq8w2v6zkk0", None, "tag"),
    ],
)
def test_a_pasted_link_tag_stays_with_the_link_it_was_made_for(pasted, own, mode):
    url = take_apart(f"{BASE}?client_reference_id={pasted}")
    assert pasted_values(url).get("client_reference_id") == own
    assert pasted_mode(url) == mode


@pytest.mark.parametrize("pasted", ["", "?client_reference_id=cart_1", "?utm_source=lt17q2m9xzv"])
def test_a_pasted_address_without_a_link_tag_says_no_mode(pasted):
    assert pasted_mode(take_apart(BASE + pasted)) is None


@pytest.mark.parametrize(
    ("mode", "own", "carried"),
    [
        ("own", "INV-1", "INV-1"),
        ("own and tag", "INV-1", "INV-1-lt17q2m9xzv"),
        ("tag", "INV-1", "lt17q2m9xzv"),
        ("tag", "", "lt17q2m9xzv"),
        ("none", "INV-1", None),
    ],
)
def test_the_reference_carries_what_its_mode_says(mode, own, carried):
    made = draft(mode, client_reference_id=own)
    assert made.reference(TAG) == carried
    assert made.own_reference == (own if mode in {"own", "own and tag"} else "")
    if carried is None:
        assert "client_reference_id" not in made.url(TAG)


def test_the_usual_mode_leaves_an_own_id_alone():
    assert (usual_mode("INV-1"), usual_mode("")) == ("own", "tag")


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (draft(utm_source="a b"), "Source: Not allowed: space"),
        (draft(url=f"{BASE}?utm_term=a.b"), 'Term: Not allowed: "."'),
        (draft("own"), "Your reference is empty"),
        (draft("own and tag"), "Your reference is empty"),
        (draft("own and tag", client_reference_id="a" * 189), "188 fit beside the link tag"),
        (draft("own", client_reference_id="x-lt17q2m9xzv"), "leave the tag out"),
        (draft(utm_term="{{" + "x" * 160 + "}}"), "164 characters with its merge tags"),
    ],
)
def test_a_draft_says_why_it_cannot_be_issued(made, sentence):
    assert sentence in made.problem


@pytest.mark.parametrize(
    "made",
    [
        draft("none"),
        draft("own", client_reference_id="a" * 200),
        draft("own and tag", client_reference_id="a" * 188),
        draft("own and tag", client_reference_id="{{contact.id}}"),
        draft("own", client_reference_id="x-lt17q2m9xzw"),  # a wrong check is no link's tag
        draft(utm_term="{{keyword}}", prefilled_email="a" * 60 + "@" + "b" * 60 + ".example.com"),
    ],
)
def test_a_draft_that_stripe_would_keep_has_no_problem(made):
    assert made.problem == ""


@pytest.mark.parametrize(
    ("made", "left_out"),
    [
        (draft(utm_source="a b", utm_medium="email"), ("utm_source",)),
        (draft("own", client_reference_id="a b"), ("client_reference_id",)),
        (draft("own and tag", client_reference_id="a b"), ("client_reference_id",)),
        (draft("own and tag", client_reference_id="a" * 189), ("client_reference_id",)),
        (draft(url=f"{BASE}?utm_term=a.b"), ("utm_term",)),
        (draft(utm_source="a"), ()),
    ],
)
def test_what_cannot_be_written_is_named_and_left_out_of_a_preview(made, left_out):
    assert made.left_out == left_out
    seen = take_apart(made.without_what_is_left_out().url(TAG))
    assert {name for name, _ in seen.pairs} - {"client_reference_id"} == set(made.codes)
    assert read(dict(seen.pairs).get("client_reference_id")).own is None


@pytest.mark.parametrize(
    ("made", "name"),
    [
        (draft(utm_source="b", utm_campaign="a", utm_content="c"), "a · b · c"),
        (draft("own", client_reference_id="INV-1"), "INV-1"),
        (draft("none"), "test_eVa5nPg1j1wmfXq5kr"),
    ],
)
def test_a_draft_suggests_a_name_people_recognise(made, name):
    assert made.called == name


@pytest.mark.parametrize(
    ("code", "campaign"), [("autumn", "autumn"), ("{{a}}", ""), ("x_{{a}}", ""), ("", "")]
)
def test_a_code_with_a_merge_tag_names_no_campaign(code, campaign):
    assert draft(utm_campaign=code).campaign_code == campaign


def test_its_row_holds_what_the_link_will_be():
    row = draft("own and tag", utm_source="a", client_reference_id="INV-1").columns("7q2m9x")
    assert row["url"] == f"{BASE}?client_reference_id=INV-1-lt17q2m9xzv&utm_source=a"
    assert row["client_reference_id"] == "INV-1-lt17q2m9xzv"
    assert (row["own_reference"], row["utm_source"], row["utm_term"]) == ("INV-1", "a", "")
    assert (row["name"], row["livemode"]) == ("a", False)


@pytest.mark.parametrize(
    ("mode", "values", "same"),
    [
        ("tag", {"utm_source": "a"}, True),
        ("none", {"utm_source": "a"}, False),
        ("tag", {"utm_source": "b"}, False),
        ("tag", {"utm_source": "a", "locale": "de"}, False),
    ],
)
def test_two_links_have_one_shape_where_only_their_tags_differ(mode, values, same):
    saved = shape_of("tag", draft(utm_source="a").url("7q2m9x"), "7q2m9x")
    assert (draft(mode, **values).shape == saved) is same


def test_a_card_number_stops_a_draft():
    assert draft(utm_source="4242424242424242").problem.startswith("Source: It looks like a card")
