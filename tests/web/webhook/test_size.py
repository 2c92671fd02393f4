"""How long a body is, by its own word and in truth."""

import pytest

from reconciliation.models import InboxEvent
from reconciliation.views.webhook import LARGEST_BODY
from tests.web.webhook.door import PATH, event, send, stored


def test_a_body_of_one_mebibyte_is_taken(client, db):
    body = event(padding="a" * (LARGEST_BODY - len(event(padding=""))))
    assert len(body) == LARGEST_BODY
    assert send(client, body).status_code == 200
    assert len(bytes(stored().body)) == LARGEST_BODY


@pytest.mark.parametrize("header", [None, "t=1,v1=00", ""])
def test_a_larger_body_is_too_large_whoever_signed_it(client, db, header):
    """WH-40."""
    body = event(padding="a" * LARGEST_BODY)
    answer = send(client, body, header=header)
    assert (answer.status_code, answer.json()) == (413, {"error": "too_large"})
    assert not InboxEvent.objects.exists()


def test_a_declared_size_is_refused_before_anything_is_read(client, db):
    """WH-40: a terabyte."""
    answer = send(client, event(), CONTENT_LENGTH="1000000000000")
    assert answer.status_code == 413


@pytest.mark.parametrize("length", ["-1", "+5", "1e3", " 5", "x", "٥", "9" * 5000, "0x10"])
def test_a_size_that_is_no_number_is_refused(client, db, length):
    """WH-41."""
    answer = send(client, event(), CONTENT_LENGTH=length)
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_signature"})


def test_a_body_without_a_declared_size_is_empty_and_so_not_signed(client, db):
    """WH-43: what a chunked body looks like from inside."""
    answer = send(client, event(), CONTENT_LENGTH="")
    assert answer.status_code == 400


def test_an_upload_that_breaks_off_is_refused(client, db):
    """WH-41."""

    class Broken:
        def read(self, size=-1):
            raise OSError("the client has gone")

        readline = read

    answer = client.generic(
        "POST", PATH, b"x", HTTP_STRIPE_SIGNATURE="t=1,v1=0", **{"wsgi.input": Broken()}
    )
    assert answer.status_code == 400
