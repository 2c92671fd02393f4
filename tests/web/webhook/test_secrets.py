"""Secrets: several, of one mode, replaced, from the environment or a file."""

import pytest

from reconciliation.actions import inbox, rebuild
from reconciliation.core.signature import sign
from reconciliation.models import InboxEvent
from tests.stripe_events import LATER, drain
from tests.web.webhook.door import SECRET, event, now, send, stored

OLD, NEW, TEST, LIVE = "whsec_old", "whsec_new", "whsec_test", "whsec_live"


def test_while_a_secret_is_rolled_both_count_and_then_only_the_new_one(client, db, settings):
    """WH-12."""
    settings.STRIPE_WEBHOOK_SECRETS = f"{NEW}, {OLD}"
    assert send(client, event(id="evt_old"), secret=OLD).status_code == 200
    both = event(id="evt_both")
    moment, old = sign(both, OLD, now()).split(",")
    new = sign(both, NEW, int(moment[2:])).split(",")[1]
    assert send(client, both, header=f"{moment},{old},{new}").status_code == 200
    settings.STRIPE_WEBHOOK_SECRETS = NEW
    assert send(client, event(id="evt_late"), secret=OLD).status_code == 400
    rows = InboxEvent.objects.order_by("pk").values_list("source_id", "secret")
    assert list(rows) == [("evt_old", 1), ("evt_both", 0)]


@pytest.mark.parametrize(
    ("secret", "livemode", "state"),
    [(TEST, False, "waiting"), (LIVE, True, "waiting"), (TEST, True, "set aside"),
     (LIVE, False, "set aside"), (SECRET, True, "waiting"), (SECRET, False, "waiting")],
)  # fmt: skip
def test_a_secret_of_one_mode_vouches_for_that_mode(client, db, settings, secret, livemode, state):
    """WH-26."""
    settings.STRIPE_WEBHOOK_SECRETS = f"test={TEST},live={LIVE},{SECRET}"
    assert send(client, event(livemode=livemode), secret=secret).status_code == 200
    assert stored().state == state
    if state == "set aside":
        assert "came signed with a" in stored().sentence


@pytest.fixture
def wrongly_signed(client, db, settings):
    """A live event that came with the test secret; set aside at the door."""
    settings.STRIPE_WEBHOOK_SECRETS = f"test={TEST},live={LIVE},{SECRET}"
    assert send(client, event(livemode=True), secret=TEST).status_code == 200
    return stored()


def test_a_replay_does_not_forget_which_secret_signed_it(wrongly_signed):
    inbox.replay(ids=[wrongly_signed.pk], at=LATER)
    assert stored().state == "waiting"
    drain()
    assert (stored().state, stored().sentence) == ("set aside", wrongly_signed.sentence)


def test_a_try_alone_does_not_forget_it_either(wrongly_signed):
    inbox.replay(ids=[wrongly_signed.pk], at=LATER)
    InboxEvent.objects.update(attempts=1)
    drain()
    assert (stored().state, stored().sentence) == ("set aside", wrongly_signed.sentence)


def test_a_rebuild_sets_aside_what_an_earlier_version_folded_all_the_same(wrongly_signed):
    InboxEvent.objects.update(state="done", sentence="")
    rebuild.rebuild(at=LATER)
    assert (stored().state, stored().sentence) == ("set aside", wrongly_signed.sentence)


@pytest.mark.parametrize(
    ("again", "livemode", "state"),
    [(LIVE, True, "kept"), (SECRET, None, "kept"), (TEST, False, "set aside")],
    ids=["live", "of both modes", "test"],
)
def test_the_same_bytes_under_a_secret_that_vouches_for_them_can_be_replayed(
    client, wrongly_signed, again, livemode, state
):
    send(client, bytes(wrongly_signed.body), secret=again)
    assert (stored().state, stored().secret_livemode) == ("set aside", livemode)
    inbox.replay(ids=[wrongly_signed.pk], at=LATER)
    drain()
    assert stored().state == state


def test_other_bytes_under_a_right_secret_do_not_vouch_for_the_first(client, wrongly_signed):
    send(client, event(livemode=True, created=1), secret=LIVE)
    assert stored().secret_livemode is False


@pytest.mark.parametrize("written", ["", "whsec_", "sk_test_abc", "prod=whsec_x"])
def test_without_a_usable_secret_stripe_is_asked_to_come_again_or_refused(
    client, db, settings, written, caplog
):
    settings.STRIPE_WEBHOOK_SECRETS = written
    answer = send(client, event())
    assert answer.status_code == (503 if written else 400)
    assert "sk_test_abc" not in caplog.text
    assert not InboxEvent.objects.exists()


@pytest.fixture
def secrets_file(settings, tmp_path):
    path = tmp_path / "secrets"
    path.write_text(f"# ours\nSTRIPE_WEBHOOK_SECRETS={OLD}\n")
    path.chmod(0o600)
    settings.STRIPE_WEBHOOK_SECRETS = ""
    settings.STRIPE_SECRETS_FILE = str(path)
    return path


def test_the_secrets_file_is_read_again_when_it_changes(client, db, secrets_file):
    assert send(client, event(), secret=OLD).status_code == 200
    secrets_file.write_text(f"STRIPE_WEBHOOK_SECRETS={NEW}\n")
    assert send(client, event(), secret=OLD).status_code == 400
    assert send(client, event(), secret=NEW).status_code == 200


def test_the_environment_wins_over_the_file(client, db, settings, secrets_file):
    settings.STRIPE_WEBHOOK_SECRETS = SECRET
    assert send(client, event(), secret=OLD).status_code == 400
    assert send(client, event(), secret=SECRET).status_code == 200


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620])
def test_a_secrets_file_open_to_others_is_not_used(client, db, secrets_file, mode, caplog):
    secrets_file.chmod(mode)
    answer = send(client, event(), secret=OLD)
    assert (answer.status_code, answer.json()) == (503, {"error": "try_again"})
    assert answer["Retry-After"] == "10"
    assert "set mode 0600" in caplog.text
    assert OLD not in caplog.text


def test_a_secrets_file_that_is_not_there_or_no_text_is_said_so(client, db, secrets_file, caplog):
    secrets_file.write_bytes(b"STRIPE_WEBHOOK_SECRETS=\xff\xfe\n")
    assert send(client, event(), secret=OLD).status_code == 503
    secrets_file.unlink()
    assert send(client, event(), secret=OLD).status_code == 503
    assert caplog.text.count("cannot be read") == 2
