"""A file of links: each row a draft, or the sentence that says why it is none."""

import io

import pytest

from campaigns.core import links_file
from campaigns.core.links_file import LinksFile
from linktracker.lib.csv_read import BadFile

LINK = "https://buy.stripe.com/test_a"
HEADER = (
    "payment_link,utm_source,utm_medium,utm_campaign,utm_term,utm_content,client_reference_id\n"
)


def opened(text, most=10):
    return LinksFile.open(io.BytesIO(text.encode()), most_rows=most)


def row(line, header="payment_link,utm_source,client_reference_id,reference_mode,name\n"):
    (read,) = opened(header + line).rows()
    return read


def test_a_row_is_a_draft():
    (read,) = opened(HEADER + f"{LINK}, newsletter ,email,autumn,,top,INV-1\n").rows()
    assert read.problem == ""
    assert read.number == 2
    assert read.draft is not None
    assert read.draft.url("7q2m9x") == (
        f"{LINK}?client_reference_id=INV-1&utm_source=newsletter&utm_medium=email"
        "&utm_campaign=autumn&utm_content=top"
    )


@pytest.mark.parametrize(
    ("line", "mode"),
    [
        (f"{LINK},a,,,", "tag"),
        (f"{LINK},a,INV-1,,", "own"),
        (f"{LINK},a,INV-1,own and tag,", "own and tag"),
        (f"{LINK},a,INV-1,OWN,", "own"),
        (f"{LINK},a,,none,", "none"),
        (f"{LINK}?client_reference_id=INV-1,a,,,", "own"),
        (f"{LINK}?client_reference_id=INV-1-lt17q2m9xzv,a,,,", "own and tag"),
    ],
)
def test_the_reference_carries_what_its_column_or_the_usual_says(line, mode):
    assert row(line).draft.reference_mode == mode
    assert row(line).problem == ""


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (",a,,,", "payment_link: Nothing here."),
        ("https://example.com/x,a,,,", "payment_link: This is not a payment link"),
        (f"{LINK},spring sale,,,", "Source: Not allowed: space. Stripe would drop this value."),
        (f"{LINK},4242424242424242,,,", "Source: It looks like a card number"),
        (f"{LINK},a,INV-1,tag,", "client_reference_id would not be in a link whose reference_mode"),
        (f"{LINK},a,,own,", "Your reference is empty"),
        (f"{LINK},a,,both,", "reference_mode “both” is none of own, own and tag, tag, none."),
        (f"{LINK},a,,,{'n' * 201}", "name has 201 characters; 200 are kept."),
        (f"{LINK},a\0,,,", "utm_source holds a control character"),
        (f'{LINK},"a\nb",,,', "utm_source holds a control character"),
        (f"{LINK},a", "It has 2 values; the header names 5 columns."),
        (f"{LINK},a,,,,", "It has 6 values; the header names 5 columns."),
    ],
)
def test_a_row_that_makes_no_link_says_why(line, sentence):
    assert row(line).problem.startswith(sentence)


def test_a_control_character_in_a_column_that_makes_no_link_is_carried_and_harmless():
    read = row(f"{LINK},a,x\ty\n", "payment_link;utm_source;note\n".replace(";", ","))
    assert (read.problem, read.cells) == ("", (LINK, "a", "x\ty"))


def test_rows_come_back_without_the_answer_of_another_time():
    read = opened(f"url,payment_link,Note,problem\nold,{LINK},n,oops\nx,{LINK}\n")
    first, ragged = read.rows()
    assert (read.carried, first.cells) == (("payment_link", "note"), (LINK, "n"))
    assert ragged.cells == (LINK, "")
    assert read.not_read == ("note",)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The file is empty"),
        ("url\nx\n", "does not name the column payment_link"),
        ("payment_link,utm_source,UTM_Source\n", "names the column utm_source twice"),
        ("payment_link\n", "no rows below its header"),
        ("payment_link" + ",x" * 100 + "\n", "names 101 columns; 100 can be read"),
        ("payment_link\n" + f"{LINK}\n" * 11, "more than 10 rows"),
    ],
)
def test_what_is_no_file_of_links_is_refused(text, sentence):
    with pytest.raises(BadFile, match=sentence):
        list(opened(text).rows())


def test_many_payment_links_are_read_again_rather_than_kept(monkeypatch):
    monkeypatch.setattr(links_file, "MOST_REMEMBERED", 2)
    read = opened("payment_link\n" + "".join(f"{LINK}{place % 3}\n" for place in range(9)))
    assert [one.draft.base for one in read.rows() if one.draft] == [
        f"{LINK}{place % 3}" for place in range(9)
    ]
