"""Own id and link tag in one value: what is written is read, what is damaged is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.core.reference import (
    ALPHABET,
    LINK_TAGS,
    LONGEST_OWN,
    LONGEST_OWN_WITH_CLICK,
    BadReference,
    Reference,
    is_link_tag,
    link_tag,
    read,
    write,
)
from campaigns.core.url_parameters import ALPHABETS

LINK, CLICK = "7q2m9x", "0c4hq8w2v6zk"
LINKS = st.text(ALPHABET, min_size=6, max_size=6)
CLICKS = st.none() | st.text(ALPHABET, min_size=12, max_size=12)
OWNS = st.text(ALPHABETS["code"], min_size=1, max_size=LONGEST_OWN_WITH_CLICK)


@pytest.mark.parametrize(
    ("own", "link", "click", "raw"),
    [
        (None, LINK, None, "lt17q2m9xzv"),
        ("cart_48213", LINK, None, "cart_48213-lt17q2m9xzv"),
        (None, LINK, CLICK, "lt27q2m9x0c4hq8w2v6zkk0"),
        ("INV-2026-0042", "k3p0aa", CLICK, "INV-2026-0042-lt2k3p0aa0c4hq8w2v6zk6c"),
        ("-", LINK, None, "--lt17q2m9xzv"),
        ("{{contact.id}}", LINK, None, "{{contact.id}}-lt17q2m9xzv"),
    ],
)
def test_vectors_are_written_and_read(own, link, click, raw):
    assert write(own, link, click) == raw
    assert read(raw) == Reference(raw, "tagged", own, link, click)


def test_write_of_an_empty_own_id_is_the_tag_alone():
    assert write("", LINK) == write(None, LINK)


def test_read_takes_a_merge_tag_that_came_to_nothing():
    assert read("-lt17q2m9xzv") == Reference("-lt17q2m9xzv", "tagged", None, LINK)


@given(OWNS | st.none(), LINKS, CLICKS)
def test_read_gives_back_what_was_written(own, link, click):
    raw = write(own, link, click)
    assert len(raw) <= 200
    assert read(raw) == Reference(raw, "tagged", own, link, click)


@given(LINKS, CLICKS, LINKS, CLICKS)
def test_read_gives_back_an_own_id_that_ends_in_a_tag(inner_link, inner_click, link, click):
    own = write("cart", inner_link, inner_click)
    assert read(write(own, link, click)) == Reference(
        write(own, link, click), "tagged", own, link, click
    )


@given(st.sampled_from(["", "cart-"]), LINKS, CLICKS, st.data())
def test_read_refuses_every_wrong_character(front, link, click, data):
    tag = write(None, link, click)
    place = data.draw(st.integers(0, len(tag) - 1))
    wrong = data.draw(st.sampled_from(ALPHABETS["code"].replace(tag[place], "")))
    damaged = read(front + tag[:place] + wrong + tag[place + 1 :])
    assert damaged.reading in {"check failed", "plain"}
    assert damaged.link is None


def test_read_refuses_every_wrong_character_and_every_swap_of_one_tag():
    tag = write(None, LINK, CLICK)
    wrong = {tag[:at] + other + tag[at + 1 :] for at in range(len(tag)) for other in ALPHABET}
    swapped = {tag[:at] + tag[at + 1] + tag[at] + tag[at + 2 :] for at in range(len(tag) - 1)}
    assert [raw for raw in wrong | swapped if read(raw).link is not None] == [tag]


@given(LINKS, CLICKS, st.data())
def test_read_refuses_every_swap_of_neighbours(link, click, data):
    tag = write(None, link, click)
    swaps = [at for at in range(len(tag) - 1) if tag[at] != tag[at + 1]]
    at = data.draw(st.sampled_from(swaps))
    assert read(f"cart-{tag[:at]}{tag[at + 1]}{tag[at]}{tag[at + 2 :]}").link is None


@given(st.text(max_size=30))
def test_read_never_throws_and_keeps_the_raw_value(raw):
    assert read(raw).raw == raw
    assert read(f"{raw}-lt17q2m9xzv").link == LINK


@pytest.mark.parametrize("raw", [None, ""])
def test_read_of_nothing_is_absent(raw):
    assert read(raw) == Reference(raw, "absent")


@pytest.mark.parametrize(
    "raw",
    [
        "cart_48213",
        "ultimate",
        "lt",
        "lt1",
        "-",
        "adult1990",
        "LT123456789",
        "lt17q2m9xz",  # one short
        "lt17q2m9xzvv",  # one long
        "lt17q2m9xzv-",
        "lt17q2m9xzv\n",
        "LT17Q2M9XZV",
        "lt37q2m9xzv",  # no such version
        "lt17q2m9xzl",  # l is not in the alphabet
        "lt17q2m9xz٣",
        "lt27q2m9xzv",  # a click must follow
        "1t17q2m9xzv",
        "default17q2m9xzw",  # looks like a tag by chance, and its check is wrong
        "cart-lt1-7q2m9xzv",
        "0f8fad5b-d9cb-469f-a165-70867728950e",
    ],
)
def test_read_leaves_an_ordinary_reference_plain(raw):
    assert read(raw) == Reference(raw, "plain", own=raw)


@pytest.mark.parametrize(
    "raw",
    [
        "lt17q2m9xzw",
        "lt17q2m9zxv",
        "cart-lt17q2m9x00",
        "-lt17q2m9x00",
        "cart-lt27q2m9x0c4hq8w2v6zkk1",
        "cart_48213lt17q2m9xzv",  # right, but the - is gone
        "cart_lt17q2m9xzv",
        "cart-xlt27q2m9x0c4hq8w2v6zkk0",
    ],
)
def test_read_says_that_the_check_failed(raw):
    assert read(raw) == Reference(raw, "check failed")


@pytest.mark.parametrize(("click", "longest"), [(None, 188), (CLICK, 176)])
def test_write_takes_an_own_id_that_fits_beside_the_tag(click, longest):
    assert longest in {LONGEST_OWN, LONGEST_OWN_WITH_CLICK}
    assert len(write("a" * longest, LINK, click)) == 200
    with pytest.raises(BadReference, match=f"{longest + 1} characters; {longest} fit"):
        write("a" * (longest + 1), LINK, click)


def test_write_cannot_count_what_a_mail_tool_will_fill_in():
    assert write("a" * 188 + "{{contact.id}}", LINK).endswith("}}-lt17q2m9xzv")


@pytest.mark.parametrize("own", ["a b", "é", "INV/42", "a\n", "{{contact.id}} "])
def test_write_refuses_an_own_id_that_stripe_would_drop(own):
    with pytest.raises(BadReference, match=r"cannot be written\. Not allowed: "):
        write(own, LINK)


@pytest.mark.parametrize("link", ["", "7q2m9", "7q2m9xx", "7q2m9l", "7Q2M9X", "7q2m9x\n"])
def test_write_refuses_what_is_no_link_tag(link):
    assert not is_link_tag(link)
    with pytest.raises(BadReference, match="link tag of 6"):
        write(None, link)


@pytest.mark.parametrize("click", ["", CLICK[:-1], CLICK + "0", CLICK.upper()])
def test_write_refuses_what_is_no_click_tag(click):
    with pytest.raises(BadReference, match="click tag of 12"):
        write(None, LINK, click)


@pytest.mark.parametrize(
    ("chance", "tag"),
    [(0, "000000"), (1, "000001"), (32, "000010"), (LINK_TAGS - 1, "zzzzzz")],
)
def test_link_tag_spells_chance(chance, tag):
    assert link_tag(chance) == tag
    assert is_link_tag(tag)


@given(st.integers(0, LINK_TAGS - 1))
def test_link_tag_loses_nothing_of_chance(chance):
    spelt = link_tag(chance)
    assert sum(ALPHABET.index(spelt[5 - place]) << 5 * place for place in range(6)) == chance


@pytest.mark.parametrize("chance", [-1, LINK_TAGS])
def test_link_tag_refuses_chance_out_of_range(chance):
    with pytest.raises(ValueError, match="not in the range"):
        link_tag(chance)
