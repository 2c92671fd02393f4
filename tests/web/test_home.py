"""Where a person begins, and the switch between test and live data."""

import json

import pytest

from tests.stripe_events import deliver

pytestmark = pytest.mark.django_db


@pytest.fixture
def connected(db):
    """Stripe has sent something, if nothing that anybody can read."""
    deliver([json.dumps({"id": "evt_1", "type": "customer.created", "livemode": False}).encode()])


@pytest.mark.parametrize("group", ["marketer", "finance", "auditor", "administrator"])
def test_home_is_the_first_page_of_ones_menu(client, request, connected, group):
    client.force_login(request.getfixturevalue(group))
    answer = client.get("/")
    assert answer.status_code == 302
    assert client.get(answer.headers["Location"]).status_code == 200


def test_until_stripe_has_sent_something_administrators_begin_with_the_first_steps(
    client, administrator, settings
):
    settings.STRIPE_WEBHOOK_SECRETS = ""
    client.force_login(administrator)
    page = client.get("/").text
    assert f"{settings.PUBLIC_URL}/webhooks/stripe/" in page
    assert "STRIPE_WEBHOOK_SECRETS is not set" in page
    settings.STRIPE_WEBHOOK_SECRETS = "whsec_a"
    page = client.get("/").text
    assert "is not set" not in page
    assert "whsec_a" not in page


@pytest.mark.parametrize("group", ["marketer", "finance", "auditor"])
def test_nobody_else_is_asked_to_set_anything_up(client, request, group):
    client.force_login(request.getfixturevalue(group))
    assert client.get("/").status_code == 302


def test_who_has_no_role_is_told_so(client, stranger):
    client.force_login(stranger)
    answer = client.get("/")
    assert answer.status_code == 200
    assert "has no role yet" in answer.text or "have no role yet" in answer.text


def test_who_is_not_signed_in_signs_in_first(client):
    assert client.get("/").headers["Location"] == "/accounts/login/?next=/"
    assert client.post("/mode/", {"livemode": "true"}).status_code == 302
    assert "livemode" not in client.session


def test_the_mode_switches_and_comes_back_to_the_page(client, marketer):
    client.force_login(marketer)
    answer = client.post("/mode/", {"livemode": "true", "next": "/links/?q=a"})
    assert answer.headers["Location"] == "/links/?q=a"
    assert 'data-mode="live"' in client.get("/links/").text
    client.post("/mode/", {"livemode": "false"})
    assert 'data-mode="test"' in client.get("/links/").text


@pytest.mark.parametrize("livemode", ["", "True", "1", "yes", "\0"])
def test_only_true_and_false_switch(client, marketer, livemode):
    client.force_login(marketer)
    client.post("/mode/", {"livemode": livemode})
    assert "livemode" not in client.session


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example/", "//evil.example/", "/\\evil.example", "///evil.example",
        "javascript:alert(1)", "evil", "", "\0", "/\0", "\\\\evil.example", "/\t/evil.example",
    ],
)  # fmt: skip
def test_only_paths_of_ours_are_followed(client, marketer, path):
    client.force_login(marketer)
    answer = client.post("/mode/", {"livemode": "true", "next": path})
    assert answer.headers["Location"] == "/"


def test_the_switch_is_no_link(client, marketer):
    client.force_login(marketer)
    assert client.get("/mode/?livemode=true").status_code == 405
