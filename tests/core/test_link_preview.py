"""The address in pieces: nothing that was typed goes missing, and the pieces are the address."""

from hypothesis import given
from hypothesis import strategies as st

from campaigns.core.link_draft import LinkDraft
from campaigns.core.link_preview import pieces
from campaigns.core.payment_url import take_apart

BASE = "https://buy.stripe.com/test_eVa5nPg1j1wmfXq5kr"
TAG = "7q2m9x"


def test_pieces_tell_what_stays_what_is_kept_and_what_is_dropped():
    draft = LinkDraft(
        take_apart(f"{BASE}?foo=1#part"), {"utm_source": "news", "utm_campaign": "été"}, "tag"
    )
    drawn = [(piece.text, piece.kind) for piece in pieces(draft, TAG)]
    assert drawn == [
        (BASE, "plain"),
        ("?foo=", "plain"),
        ("1", "plain"),
        ("&client_reference_id=", "plain"),
        ("lt17q2m9xzv", "kept"),
        ("&utm_source=", "plain"),
        ("news", "kept"),
        ("&utm_campaign=", "plain"),
        ("été", "dropped"),
        ("#part", "plain"),
    ]


def test_pieces_of_a_bare_payment_link_are_the_link():
    draft = LinkDraft(take_apart(BASE), {}, "none")
    assert [piece.text for piece in pieces(draft, TAG)] == [BASE]


@given(st.text(alphabet="ab-_ é&", max_size=6), st.text(alphabet="ab.", max_size=6))
def test_the_pieces_that_are_not_dropped_are_the_address(own, term):
    draft = LinkDraft(
        take_apart(f"{BASE}?x=1"), {"client_reference_id": own, "utm_term": term}, "own and tag"
    )
    drawn = pieces(draft, TAG)
    cut = next((place for place, one in enumerate(drawn) if one.kind == "dropped"), len(drawn) + 1)
    kept = "".join(piece.text for piece in drawn[: cut - 1])
    assert kept == draft.without_what_is_left_out().url(TAG)
    assert {piece.text for piece in drawn if piece.kind == "dropped"} == {
        draft.parameters[name] for name in draft.left_out
    }
