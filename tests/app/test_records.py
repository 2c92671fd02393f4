"""Open items in the books: whole files, revisions, voiding, and the command that imports them."""

import json
import threading
from contextlib import contextmanager
from datetime import UTC, date, datetime

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, OperationalError, connection, transaction

from reconciliation.actions import records, turn
from reconciliation.models import ExpectedPayment
from tests.open_items import AT, open_item

pytestmark = pytest.mark.django_db

LATER = datetime(2026, 9, 2, 12, tzinfo=UTC)
FILE = """external_id,reference,currency,amount,due_on,kind,description
INV-1,,EUR,49.00,2026-09-30,,
INV-2,cart_2,JPY,4900,,single,Room
MEMBER,,EUR,,,many,
"""


def record(*items, at=AT, **values):
    given = {"livemode": False, "source": "file", "by": None}
    return records.record(items=items, at=at, **(given | values))


def latest():
    rows = ExpectedPayment.objects.filter(latest=True).order_by("livemode", "source", "external_id")
    return list(rows.values_list("external_id", "revision", "amount"))


@pytest.fixture
def csv_file(tmp_path):
    def write(content, name="items.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    return write


def run(capsys, *arguments):
    """The command's exit code and its JSON document."""
    code = 0
    try:
        call_command("import_expected", *arguments, "--json")
    except SystemExit as ended:
        code = ended.code
    return code, json.loads(capsys.readouterr().out)


def test_it_records_a_file_and_nothing_the_second_time(csv_file, capsys):
    path = csv_file(FILE)
    first = {"new": 3, "unchanged": 0, "revised": 0}
    totals = {"refused": 0, "totals": {"eur": 4900, "jpy": 4900}, "problems": []}
    assert run(capsys, path) == (0, first | totals)
    before = list(ExpectedPayment.objects.order_by("pk").values())
    assert run(capsys, path) == (0, {"new": 0, "unchanged": 3, "revised": 0} | totals)
    assert list(ExpectedPayment.objects.order_by("pk").values()) == before
    assert latest() == [("INV-1", 1, 4900), ("INV-2", 1, 4900), ("MEMBER", 1, None)]
    row = ExpectedPayment.objects.get(external_id="INV-1")
    assert (row.reference, row.due_on, row.livemode) == ("INV-1", date(2026, 9, 30), False)


def test_it_records_a_changed_row_as_a_new_revision(csv_file, capsys):
    run(capsys, csv_file(FILE))
    code, told = run(capsys, csv_file(FILE.replace("49.00", "59.00")))
    assert (code, told["new"], told["revised"], told["unchanged"]) == (0, 0, 1, 2)
    rows = ExpectedPayment.objects.filter(external_id="INV-1").order_by("revision")
    assert [(row.revision, row.latest, row.amount) for row in rows] == [
        (1, False, 4900),
        (2, True, 5900),
    ]


def test_it_records_nothing_of_a_file_with_one_bad_row(csv_file, capsys):
    code, told = run(capsys, csv_file(FILE + "INV-3,,EUR,4 9,,,\n"))
    assert code == 1
    assert (told["new"], told["refused"]) == (0, 1)
    assert told["problems"][0].startswith("Row 5: ")
    assert not ExpectedPayment.objects.exists()


def test_a_dry_run_says_what_would_happen_and_does_nothing(csv_file, capsys):
    code, told = run(capsys, csv_file(FILE), "--dry-run")
    assert (code, told["new"]) == (0, 3)
    assert not ExpectedPayment.objects.exists()
    code, told = run(capsys, csv_file(FILE + ",,,,,,\nX,,EUR,y,,,\n"), "--dry-run")
    assert (code, told["refused"], told["new"]) == (1, 1, 3)


def test_it_keeps_live_and_test_apart(csv_file, capsys):
    run(capsys, csv_file(FILE))
    code, told = run(capsys, csv_file(FILE), "--live")
    assert (code, told["new"]) == (0, 3)
    assert ExpectedPayment.objects.filter(livemode=True).count() == 3


def test_it_says_the_same_in_words(csv_file, capsys):
    call_command("import_expected", csv_file(FILE.replace("due_on", "due")))
    told = capsys.readouterr().out
    assert "The column due was not read." in told
    assert "Control total EUR 49.00" in told
    assert "Recorded: 3 new, 0 revised, 0 unchanged." in told
    call_command("import_expected", csv_file(FILE), "--dry-run")
    assert "Nothing was recorded." in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["/nowhere.csv"], ["/tmp"], ["x.csv", "--source", ""]])
def test_it_says_what_keeps_it_from_reading(arguments):
    with pytest.raises(CommandError, match=r"cannot be read|1 to 60 characters"):
        call_command("import_expected", *arguments)


def test_items_of_two_sources_are_two_items(finance):
    record(open_item())
    record(open_item(amount=1, reference="B-1"), source="branch", by=finance)
    assert latest() == [("INV-1", 1, 1), ("INV-1", 1, 4900)]


def test_it_refuses_a_namesake_of_another_source_and_says_which(csv_file, capsys):
    record(open_item(), source="branch")
    code, told = run(capsys, csv_file(FILE))
    assert (code, told["refused"], told["new"]) == (1, 1, 0)
    assert told["problems"][0].startswith("Row 2: Open item INV-1 (branch) has the reference INV-1")
    assert latest() == [("INV-1", 1, 4900)]


@pytest.mark.parametrize("words", [[], ["--dry-run"]])
def test_it_refuses_each_row_with_the_reference_of_another_item(csv_file, capsys, words):
    record(open_item("OLD", reference="X"))
    rows = "A,X,EUR,1,,,\nB,Y,EUR,1,,,\nC,Y,EUR,2,,,\nD,X,USD,1,,,\nE,Z,EUR,-,,,\n"
    code, told = run(capsys, csv_file(FILE.splitlines()[0] + "\n" + rows), *words)
    assert (code, told["refused"], told["totals"]) == (1, 3, {"eur": 100, "usd": 100})
    assert told["new"] == (2 if words else 0)
    assert [problem[:20] for problem in told["problems"]] == [
        "Row 6: “-” is not an",
        "Row 2: Open item OLD",
        "Row 4: Open item B h",
    ]
    assert latest() == [("OLD", 1, 4900)]


def test_a_file_in_which_two_items_swap_their_references_is_recorded():
    record(open_item("A"), open_item("B"))
    assert record(open_item("A", reference="B"), open_item("B", reference="A")).revised == 2


def test_a_void_item_stands_in_nobodys_way_until_it_is_opened_again(finance):
    record(open_item("OLD", reference="X"))
    row = ExpectedPayment.objects.get()
    records.void(record_id=row.pk, livemode=False, by=finance, at=LATER)
    assert record(open_item("NEW", reference="X"), open_item("OLD", reference="X")).new == 1
    with pytest.raises(records.CannotRecord, match="Open item NEW has the reference X"):
        record(open_item("OLD", reference="X", amount=1))


def test_an_item_may_share_its_reference_with_the_other_mode():
    record(open_item("A", reference="X"))
    assert record(open_item("B", reference="X"), livemode=True).new == 1


@pytest.mark.parametrize("work", ["record", "void"])
def test_it_waits_for_a_rebuild_before_it_locks_anything(finance, work):
    """The rebuild may take the lock of recording while the recording waits for the rebuild."""
    works = {
        "record": lambda: record(open_item()),
        "void": lambda: records.void(record_id=1, livemode=False, by=finance, at=LATER),
    }
    with rebuilding() as may_lock, pytest.raises(OperationalError, match="lock timeout"):
        works[work]()
    assert may_lock == [True]


@contextmanager
def rebuilding():
    """Another connection works alone; a moment later it asks for the lock of recording as well."""
    may_lock = []

    def ask():
        answer = other.execute("SELECT pg_try_advisory_xact_lock(%s)", [records.RECORDING_LOCK])
        may_lock.append(answer.fetchone()[0])

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '600ms'")
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [turn.WORK_LOCK])
        asking = threading.Timer(0.2, ask)
        asking.start()
        yield may_lock
        asking.join()


@pytest.mark.parametrize("work", ["record", "void"])
def test_it_begins_again_where_others_were_in_the_way(finance, work):
    record(open_item())
    row = ExpectedPayment.objects.get()
    in_the_way_once()
    if work == "record":
        assert record(open_item(amount=1)).revised == 1
    else:
        records.void(record_id=row.pk, livemode=False, by=finance, at=LATER)
    assert ExpectedPayment.objects.get(latest=True).revision == 2


def in_the_way_once():
    """The first row from now on meets a deadlock; a sequence counts on through what is undone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE SEQUENCE tries; "
            "CREATE FUNCTION collide() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "IF nextval('tries') = 1 THEN RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01'; "
            "END IF; RETURN NEW; END $$; "
            "CREATE TRIGGER collide BEFORE INSERT ON reconciliation_expectedpayment "
            "FOR EACH ROW EXECUTE FUNCTION collide()"
        )


def test_it_writes_any_number_of_items_in_as_many_statements(django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        record(*(open_item(f"INV-{number}") for number in range(300)))
    with django_assert_max_num_queries(12):
        done = record(
            *(open_item(f"INV-{number}", amount=number) for number in range(300)), at=LATER
        )
    assert (done.new, done.revised, done.unchanged) == (0, 300, 0)


def test_voiding_leaves_a_last_revision_that_says_who_and_when(finance):
    record(open_item())
    row = ExpectedPayment.objects.get()
    voided = records.void(record_id=row.pk, livemode=False, by=finance, at=LATER)
    assert (voided.revision, voided.voided_at, voided.recorded_by) == (2, LATER, finance)
    row.refresh_from_db()
    assert (row.latest, row.voided_at) == (False, None)


def test_a_voided_item_stays_void_until_its_values_change(finance):
    record(open_item())
    row = ExpectedPayment.objects.get()
    records.void(record_id=row.pk, livemode=False, by=finance, at=LATER)
    assert record(open_item()).unchanged == 1
    assert ExpectedPayment.objects.get(latest=True).voided_at == LATER
    assert record(open_item(amount=1)).revised == 1
    assert ExpectedPayment.objects.get(latest=True).voided_at is None


def test_it_does_not_void_twice_nor_what_has_changed_nor_another_modes(finance):
    record(open_item())
    row = ExpectedPayment.objects.get()
    with pytest.raises(ExpectedPayment.DoesNotExist):
        records.void(record_id=row.pk, livemode=True, by=finance, at=LATER)
    voided = records.void(record_id=row.pk, livemode=False, by=finance, at=LATER)
    with pytest.raises(records.CannotVoid, match="changed since"):
        records.void(record_id=row.pk, livemode=False, by=finance, at=LATER)
    with pytest.raises(records.CannotVoid, match="void already"):
        records.void(record_id=voided.pk, livemode=False, by=finance, at=LATER)


@pytest.mark.parametrize("change", [{"amount": 1}, {"reference": "X"}, {"description": "x"}])
def test_the_database_refuses_to_edit_an_open_item(change):
    record(open_item())
    with pytest.raises(DatabaseError, match="never edited"), transaction.atomic():
        ExpectedPayment.objects.update(**change)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        ExpectedPayment.objects.all().delete()
