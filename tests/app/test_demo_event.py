"""demo_event says in a sentence why its payment did not arrive."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core.management import CommandError, call_command


class Door(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(400)
        self.end_headers()

    def log_message(self, *_):
        """Nobody reads it."""


@contextmanager
def refusing():
    """The address of a server that takes our signature for a stranger's."""
    with HTTPServer(("127.0.0.1", 0), Door) as listening:
        thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{listening.server_port}"
        listening.shutdown()
        thread.join()


@pytest.fixture
def sends(settings):
    def demo_event(address):
        settings.PUBLIC_URL = address
        settings.STRIPE_WEBHOOK_SECRETS = "whsec_ours"
        call_command("demo_event")

    return demo_event


@pytest.mark.parametrize("address", ["https://127.0.0.1", "http://links.example.com"])
def test_it_is_for_this_machine_alone(sends, address):
    with pytest.raises(CommandError, match="is not plain HTTP to"):
        sends(address)


def test_it_says_when_the_server_has_another_secret(sends):
    with refusing() as address, pytest.raises(CommandError, match="same STRIPE_WEBHOOK_SECRETS"):
        sends(address)


def test_it_says_when_no_server_runs(sends):
    with refusing() as address:
        pass
    with pytest.raises(CommandError, match=f"{address} cannot be reached; is it running"):
        sends(address)


@pytest.mark.parametrize("written", ["sk_test_abcdefghijk", "whsec_"])
def test_a_secret_that_is_none_is_said_in_a_sentence(settings, written):
    settings.STRIPE_WEBHOOK_SECRETS = written
    with pytest.raises(CommandError, match="is no signing secret"):
        call_command("demo_event")
