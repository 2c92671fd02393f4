"""Files of links beside others: they wait for each other, begin anew, and are noted once."""

import threading
import time

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection, transaction

from campaigns.actions import links_file, payment_links
from campaigns.core.link_draft import LinkDraft
from campaigns.core.links_file import LinkRow
from campaigns.core.payment_url import take_apart
from campaigns.forms.links_import import packed
from campaigns.models import EvidenceChange, PaymentLink, TrackedLink
from tests.factories import NOON, PAYMENT_LINK

OTHER = "https://buy.stripe.com/test_4gw14Yl61xwmfXq5kz"
LIVE = "https://buy.stripe.com/eVa5nPg1j1wmfXq5kr"


def row(number, url, source) -> LinkRow:
    return LinkRow(number, (), LinkDraft(take_apart(url), {"utm_source": source}, "tag"))


def save(*addresses, tell=lambda row, outcome: None):
    rows = [row(number, url, f"s{number}") for number, url in enumerate(addresses)]
    links_file.save(rows=rows, by=None, at=NOON, tell=tell)


class Beside(threading.Thread):
    """Work with a connection of its own; what it raised is kept."""

    def __init__(self, work):
        super().__init__()
        self.work, self.problem = work, None
        self.start()

    def run(self):
        try:
            self.work()
        except OperationalError as problem:
            self.problem = problem
        finally:
            connection.close()


@pytest.fixture
def one_a_batch(monkeypatch):
    monkeypatch.setattr(links_file, "BATCH", 1)


@pytest.mark.django_db
def test_a_file_is_noted_once_a_mode_whatever_its_batches(one_a_batch):
    save(PAYMENT_LINK, OTHER, LIVE, PAYMENT_LINK)
    test, live = EvidenceChange.objects.order_by("pk").values_list("key", flat=True)
    lines = TrackedLink.objects.filter(livemode=False).order_by("pk").values_list("pk", flat=True)
    assert test == f"test:{lines[0]}-{lines[2]}"
    assert live.startswith("live:")


@pytest.mark.django_db
def test_a_file_that_is_saved_already_is_not_noted(one_a_batch):
    save(PAYMENT_LINK, OTHER)
    EvidenceChange.objects.all().delete()
    save(PAYMENT_LINK, OTHER)
    assert not EvidenceChange.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_files_of_the_same_payment_links_in_any_order_are_both_saved(one_a_batch):
    begun = threading.Event()

    def first_row_told(row, outcome):
        begun.set()
        time.sleep(0.3)

    def other_file():
        begun.wait(5)
        save(OTHER, PAYMENT_LINK, OTHER)

    other = Beside(other_file)
    save(PAYMENT_LINK, OTHER, tell=first_row_told)
    other.join()
    assert other.problem is None
    assert TrackedLink.objects.count() == 5


WAITING = "SELECT FROM pg_locks WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))"


def wait_until_somebody_waits_for_us():
    with connection.cursor() as cursor:
        for _ in range(500):
            cursor.execute(WAITING)
            if cursor.rowcount:
                return
            time.sleep(0.01)


CONTENT = f"payment_link,utm_source\n{PAYMENT_LINK},a\n{OTHER},b\n".encode()


def by_upload(client, tmp_path):
    done = client.post("/links/import/", {"packed": packed(CONTENT), "do": "issue"})
    assert "The links are issued." in done.text


def by_command(client, tmp_path):
    (tmp_path / "in.csv").write_bytes(CONTENT)
    call_command("build_links", str(tmp_path / "in.csv"), str(tmp_path / "out.csv"))
    assert (tmp_path / "out.csv").read_text().count("https://") == 4


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("issue", [by_upload, by_command])
def test_a_file_that_is_in_a_circle_with_somebody_begins_anew(
    client, marketer, tmp_path, one_a_batch, issue
):
    for url in (PAYMENT_LINK, OTHER):
        payment_links.remember(url=url, livemode=False, at=NOON)
    client.force_login(marketer)
    holds = threading.Event()

    @transaction.atomic
    def somebody():
        with connection.cursor() as cursor:  # so that the file is the one that is ended
            cursor.execute("SET LOCAL deadlock_timeout = '20s'")
        PaymentLink.objects.select_for_update().get(url=OTHER)
        holds.set()
        wait_until_somebody_waits_for_us()
        PaymentLink.objects.select_for_update().get(url=PAYMENT_LINK)

    other = Beside(somebody)
    holds.wait(5)
    issue(client, tmp_path)
    other.join()
    assert other.problem is None
    assert TrackedLink.objects.count() == 2
