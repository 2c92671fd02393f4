"""manage.py build_links: a file of links issued whole or not at all, and its rows back with addresses."""

import csv
import json

import pytest
from django.core.management import CommandError, call_command

from campaigns.management.commands import build_links
from campaigns.models import Campaign, Conversion, TrackedLink
from campaigns.queries import links_file
from tests.factories import PAYMENT_LINK, make_link
from tests.stripe_events import drain, pay

pytestmark = pytest.mark.django_db

OTHER = "https://buy.stripe.com/test_4gw14Yl61xwmfXq5kz"
HEADER = (
    "payment_link,utm_source,utm_medium,utm_campaign,utm_term,utm_content,client_reference_id\n"
)
GOOD = (
    f"{PAYMENT_LINK},newsletter,email,autumn,,top,\n"
    f"{PAYMENT_LINK},newsletter,email,autumn,,foot,\n"
    f"{OTHER},invoice,email,,,,INV-1\n"
)


@pytest.fixture
def build(tmp_path, capsys):
    """Run the command on this text; gives its rows, its exit code and what it printed."""

    def run(text, *options):
        file, answer = tmp_path / "in.csv", tmp_path / "out.csv"
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        code = 0
        try:
            call_command("build_links", str(file), str(answer), *options)
        except SystemExit as end:
            code = end.code
        rows = list(csv.DictReader(answer.read_text(encoding="utf-8").splitlines()))
        return rows, code, capsys.readouterr().out

    return run


def test_every_row_comes_back_with_its_address(build):
    rows, code, said = build(HEADER + GOOD)
    assert code == 0
    assert "Links: 3 new, 0 as before." in said
    assert list(rows[0]) == [*HEADER.strip().split(","), "url", "problem"]
    assert [row["url"] for row in rows] == list(
        TrackedLink.objects.order_by("pk").values_list("url", flat=True)
    )
    assert rows[2]["url"] == (
        f"{OTHER}?client_reference_id=INV-1&utm_source=invoice&utm_medium=email"
    )
    assert {row["problem"] for row in rows} == {""}
    assert Campaign.objects.get().code == "autumn"
    assert {link.issuer for link in TrackedLink.objects.all()} == {"build_links"}


def test_the_same_file_again_changes_nothing_and_gives_the_same_addresses(build):
    first, _, _ = build(HEADER + GOOD + GOOD)
    again, code, said = build(HEADER + GOOD + GOOD)
    assert (again, code, TrackedLink.objects.count()) == (first, 0, 3)
    assert "Links: 0 new, 6 as before." in said


def test_a_link_that_the_builder_made_is_found(build):
    issued = make_link(utm_source="a")
    rows, _, _ = build(f"payment_link;utm_source\n{PAYMENT_LINK};a\n")
    assert rows[0]["url"] == issued.url


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (f"{PAYMENT_LINK},spring sale,,,,,\n", "Source: Not allowed: space."),
        ("https://pay.example.com/b/x,a,,,,,\n", "pay.example.com is not a host of Stripe"),
        ("nonsense,a,,,,,\n", "payment_link: It has no valid host name."),
        (f"{PAYMENT_LINK},a\n", "It has 2 values; the header names 7 columns."),
        (f"{PAYMENT_LINK},a\0b,,,,,\n", "utm_source holds a control character"),
    ],
)
def test_one_row_with_a_problem_and_nothing_is_issued(build, row, problem):
    rows, code, said = build(HEADER + GOOD + row)
    assert code == 1
    assert rows[3]["problem"].startswith(problem)
    assert {(one["url"], one["problem"]) for one in rows[:3]} == {("", "")}
    assert "1 refused, 3 new, 0 as before; nothing was issued." in said
    assert not TrackedLink.objects.exists()
    assert not Campaign.objects.exists()


def test_a_problem_in_a_later_batch_undoes_the_earlier_ones(build, monkeypatch):
    monkeypatch.setattr("campaigns.actions.links_file.BATCH", 2)
    rows, code, _ = build(HEADER + GOOD + "nonsense,,,,,,\n")
    assert (code, [bool(row["problem"]) for row in rows]) == (1, [False] * 3 + [True])
    assert not TrackedLink.objects.exists()


def test_copies_in_different_batches_are_one_link(build, monkeypatch):
    monkeypatch.setattr("campaigns.actions.links_file.BATCH", 1)
    rows, _, said = build(HEADER + GOOD + GOOD)
    assert "3 new, 3 as before" in said
    assert [row["url"] for row in rows[:3]] == [row["url"] for row in rows[3:]]


def test_a_dry_run_issues_nothing_and_names_what_is_there(build):
    issued = make_link(mode="own", client_reference_id="INV-1", url=OTHER, utm_source="invoice", utm_medium="email")  # fmt: skip
    rows, code, said = build(HEADER + GOOD, "--dry-run")
    assert (code, [row["url"] for row in rows]) == (0, ["", "", issued.url])
    assert "Nothing was issued. It would be: 2 new, 1 as before." in said
    assert TrackedLink.objects.count() == 1


@pytest.mark.parametrize("batch", [1, 2_000])
def test_a_dry_run_counts_a_second_copy_as_the_issue_does(build, monkeypatch, batch):
    monkeypatch.setattr(links_file, "BATCH", batch)
    other = f"{PAYMENT_LINK},newsletter,email,autumn,,side,\n"
    text = HEADER + GOOD + GOOD + other
    _, _, looked = build(text, "--dry-run")
    _, _, issued = build(text)
    assert "It would be: 4 new, 3 as before." in looked
    assert "Links: 4 new, 3 as before." in issued


def test_counts_are_one_json_document(build):
    _, _, said = build(HEADER + GOOD, "--json")
    assert json.loads(said) == {"new": 3, "unchanged": 0, "refused": 0}


def test_cells_that_would_run_as_formulas_are_defused(build):
    rows, _, _ = build(f"payment_link,note\n{PAYMENT_LINK},=cmd|x\n")
    assert rows[0]["note"] == "'=cmd|x"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty"),
        (b"\xff\xfep\x00", "Line 1 is not written in UTF-8"),
        (b"payment_link\n\"open\n", "Row 2 cannot be read"),
        (b"payment_link\n" + b"x" * 200_000, "a value is far too long"),
        (b"payment_link\n", "no rows below its header"),
        (b"url\nx\n", "does not name the column payment_link"),
    ],
)  # fmt: skip
def test_what_is_no_file_of_links_gets_a_sentence_and_no_answer(build, tmp_path, content, sentence):
    (tmp_path / "out.csv").write_text("before")
    with pytest.raises(CommandError, match=sentence):
        build(content)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "out.csv"]
    assert (tmp_path / "out.csv").read_text() == "before"


def test_too_many_rows_issue_nothing(build, monkeypatch):
    monkeypatch.setattr(build_links, "MOST_ROWS", 2)
    with pytest.raises(CommandError, match="more than 2 rows"):
        build(HEADER + GOOD)
    assert not TrackedLink.objects.exists()


def test_files_that_are_not_there_are_named(tmp_path):
    with pytest.raises(CommandError, match=r"in\.csv: No such file"):
        call_command("build_links", str(tmp_path / "in.csv"), str(tmp_path / "out.csv"))
    with pytest.raises(CommandError, match=r"nowhere/out\.csv\.part: No such file"):
        call_command("build_links", __file__, str(tmp_path / "nowhere" / "out.csv"))


def test_a_person_may_put_their_name_to_it(build, marketer):
    build(HEADER + GOOD, "--by", marketer.email.upper())
    assert {link.issued_by for link in TrackedLink.objects.all()} == {marketer}
    with pytest.raises(CommandError, match="Nobody active has the e-mail address x@y"):
        build(HEADER + GOOD, "--by", "x@y")


def test_payments_that_came_before_are_attributed(build):
    pay(f"{OTHER}?client_reference_id=INV-1")
    build(HEADER + GOOD)
    drain()
    assert Conversion.objects.get().link_line == TrackedLink.objects.get(own_reference="INV-1").line
