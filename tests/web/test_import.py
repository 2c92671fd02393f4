"""Open items by upload: choose, look, record; nothing before the last step."""

import html
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from reconciliation.core.open_items import read_file
from reconciliation.models import ExpectedPayment
from tests.open_items import record

pytestmark = pytest.mark.django_db

PAGE = "/records/import/"
SAMPLE = Path("tests/data/open-items.csv").read_bytes()


def upload(client, content):
    return client.post(PAGE, {"file": SimpleUploadedFile("items.csv", content)})


def carried(response):
    """The text that the second step sends back."""
    found = re.search(r'name="content" value="([^"]*)"', response.content.decode())
    return html.unescape(found[1]) if found else None


def test_it_shows_what_the_file_would_do_and_then_records_it(client, finance):
    client.force_login(finance)
    looked = upload(client, SAMPLE)
    page = looked.content.decode()
    assert "€236.00" in page
    assert "$59.00" in page
    assert "¥4,900" in page
    assert not ExpectedPayment.objects.exists()
    done = client.post(PAGE, {"content": carried(looked), "mode": "test"}, follow=True)
    assert "7 new, 0 changed, 0 as before" in done.content.decode()
    assert ExpectedPayment.objects.filter(recorded_by=finance, source="file").count() == 7
    again = client.post(PAGE, {"content": carried(looked), "mode": "test"}, follow=True)
    assert "0 new, 0 changed, 7 as before" in again.content.decode()


def test_a_file_that_changes_nothing_says_so_and_has_nothing_to_press(client, finance):
    client.force_login(finance)
    client.post(PAGE, {"content": carried(upload(client, SAMPLE)), "mode": "test"})
    again = upload(client, SAMPLE)
    assert "Nothing to record" in again.content.decode()
    assert carried(again) is None


def test_the_sample_to_download_is_the_one_that_is_tested():
    folder = Path(settings.BASE_DIR) / "linktracker/static/linktracker"
    assert (folder / "open-items.csv").read_bytes() == SAMPLE
    assert read_file(SAMPLE).problems == ()


def test_it_records_for_the_mode_that_the_page_shows(client, finance):
    client.force_login(finance)
    session = client.session
    session["livemode"] = True
    session.save()
    client.post(PAGE, {"content": carried(upload(client, SAMPLE)), "mode": "live"})
    assert set(ExpectedPayment.objects.values_list("livemode", flat=True)) == {True}


def test_a_mode_that_was_switched_in_between_is_looked_at_again(client, finance):
    client.force_login(finance)
    response = client.post(PAGE, {"content": SAMPLE.decode(), "mode": "live"})
    assert "You look at test data now" in response.content.decode()
    assert not ExpectedPayment.objects.exists()


def test_a_file_with_a_bad_row_offers_no_last_step(client, finance):
    client.force_login(finance)
    looked = upload(client, SAMPLE + b"X,,EUR,<b>,,,\n")
    page = looked.content.decode()
    assert "Row 9: " in page
    assert "<b>" not in page
    assert carried(looked) is None


def test_a_row_with_the_reference_of_another_item_offers_no_last_step(client, finance):
    client.force_login(finance)
    record("INV-9")
    content = b"external_id,reference,currency,amount\nA,INV-9,EUR,1\nB,,EUR,2\n"
    looked = upload(client, content)
    page = looked.content.decode()
    assert "Row 2: Open item INV-9 has the reference INV-9 in EUR" in page
    assert "\u20ac2.00" in page
    assert carried(looked) is None
    sent = client.post(PAGE, {"content": content.decode(), "mode": "test"})
    assert "Row 2: Open item INV-9 has the reference INV-9 in EUR" in sent.content.decode()
    assert ExpectedPayment.objects.count() == 1


def test_a_text_that_was_changed_on_the_way_is_read_again(client, finance):
    client.force_login(finance)
    response = client.post(
        PAGE, {"content": "external_id,currency,amount\nA,EUR,x", "mode": "test"}
    )
    assert "Row 2: " in response.content.decode()
    assert not ExpectedPayment.objects.exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The submitted file is empty"),
        (b"x" * 900_001, "900,001 bytes"),
        (b"\xff\xfe\x00", "not written in UTF-8"),
        (b"\x00\x00", "does not name the column"),
        (b"a;b;c\n1;2;3\n", "does not name the column"),
    ],
)
def test_what_is_no_file_of_open_items_gets_a_sentence(client, finance, content, words):
    client.force_login(finance)
    response = upload(client, content)
    assert response.status_code == 200
    assert words in response.content.decode()


@pytest.mark.parametrize(
    "given",
    [{}, {"content": ""}, {"content": "x", "mode": "both"}, {"content": "\x00"}, {"file": "text"}],
)
def test_a_form_without_a_file_is_asked_again(client, finance, given):
    client.force_login(finance)
    response = client.post(PAGE, given)
    assert response.status_code == 200
    assert not ExpectedPayment.objects.exists()


def test_a_large_file_survives_both_steps(client, finance):
    client.force_login(finance)
    rows = "".join(f"INV-{number},,EUR,49.00,,,{'é' * 60}\n" for number in range(6_100))
    content = b"external_id,reference,currency,amount,due_on,kind,description\n" + rows.encode()
    assert 800_000 < len(content) < 900_000
    response = client.post(PAGE, {"content": carried(upload(client, content)), "mode": "test"})
    assert response.status_code == 302
    assert ExpectedPayment.objects.count() == 6_100


def test_columns_that_are_not_read_are_named(client, finance):
    client.force_login(finance)
    looked = upload(client, b"external_id,currency,amount,customer\nA,EUR,1,Ann\n")
    assert "Columns that were not read" in looked.content.decode()
