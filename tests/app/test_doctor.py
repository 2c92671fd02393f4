"""doctor: a sentence for each thing that is not as it should be, and exit 1 for each fault."""

import io
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from linktracker import checkup
from linktracker.lib.stripe_secrets import stripe_secret
from reconciliation.actions import inbox, worker
from reconciliation.core.health import Standing, Verdict
from reconciliation.core.stripe_keys import KEY_NAMES, mode_word, why_not_key


@pytest.fixture
def sound(db, settings, tmp_path):
    """An installation without a fault."""
    settings.STRIPE_WEBHOOK_SECRETS = "whsec_ours"
    settings.STRIPE_TEST_KEY = "rk_test_" + "a" * 24
    settings.STRIPE_LIVE_KEY = ""
    settings.STRIPE_SECRETS_FILE = ""
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "staticfiles.json").write_text("{}")
    worker.note_alive(name="here:1", started_at=timezone.now(), at=timezone.now())
    return settings


def told():
    """What it printed, and the last words it ended with ("" for exit 0)."""
    out = io.StringIO()
    try:
        call_command("doctor", "--json", stdout=out)
    except CommandError as end:
        return json.loads(out.getvalue()), str(end)
    return json.loads(out.getvalue()), ""


def faults():
    findings, _ = told()
    return {found["subject"]: found["sentence"] for found in findings if found["level"] == "fault"}


def test_a_sound_installation_ends_with_0(sound):
    findings, end = told()
    assert end == ""
    assert {found["subject"] for found in findings} >= {
        "keys",
        "webhook",
        "database",
        "clock",
        "queue",
    }


@pytest.mark.parametrize(
    ("name", "value", "subject", "sentence"),
    [("STRIPE_WEBHOOK_SECRETS", "", "webhook", "every webhook is refused"),
     ("STRIPE_WEBHOOK_SECRETS", "sk_test_abcdefghijkl", "secrets", "is no signing secret"),
     ("STRIPE_TEST_KEY", "hello", "keys", "is no key of Stripe"),
     ("STRIPE_TEST_KEY", "rk_live_" + "a" * 24, "keys", "is a key of live mode"),
     ("STRIPE_LIVE_KEY", "rk_test_" + "a" * 24, "keys", "is a key of test mode"),
     ("STRIPE_LIVE_KEY", "pk_live_" + "a" * 24, "keys", "is a publishable key"),
     ("STRIPE_LIVE_KEY", "rk_live_abc", "keys", "is no key of Stripe"),
     ("STRIPE_TEST_KEY", "sk_test_" + "a" * 24, "keys", "is a secret key"),
     ("STRIPE_SECRETS_FILE", "/nowhere/at/all", "secrets", "cannot be read"),
     ("STATIC_ROOT", "/nowhere/at/all", "static files", "collectstatic")],
)  # fmt: skip
def test_each_fault_has_its_sentence_and_no_secret_in_it(sound, name, value, subject, sentence):
    if name == "STRIPE_SECRETS_FILE":
        sound.STRIPE_LIVE_KEY = sound.STRIPE_WEBHOOK_SECRETS = ""
    setattr(sound, name, value)
    assert sentence in faults()[subject]
    assert "a" * 24 not in json.dumps(told())


@pytest.mark.parametrize("livemode", [False, True])
@pytest.mark.parametrize(
    "key",
    ["rk_{}_" + "a" * 24, "rk_{}_ab_cd", "rk_{}_abc", "sk_{}_" + "a" * 24, "whsec_" + "a" * 24,
     "rk_{}_" + "a" * 241, " rk_{}_" + "a" * 24],
)  # fmt: skip
def test_it_finds_fault_with_the_keys_that_sync_stripe_refuses(sound, livemode, key):
    key = key.format(mode_word(livemode))
    sound.STRIPE_TEST_KEY = ""
    setattr(sound, KEY_NAMES[livemode], key)
    assert faults().get("keys", "") == why_not_key(
        stripe_secret(KEY_NAMES[livemode]), livemode=livemode
    )


def test_no_key_is_a_choice(sound):
    sound.STRIPE_TEST_KEY = ""
    findings, end = told()
    assert end == ""
    assert sum("is not set: nothing is fetched" in found["sentence"] for found in findings) == 2


@pytest.mark.parametrize(
    ("reaches", "backend"),
    [(True, "anymail.backends.test.EmailBackend"),
     (False, "django.core.mail.backends.console.EmailBackend"), (False, "smtp")],
)  # fmt: skip
def test_mail_is_judged_as_invitations_judge_it(sound, reaches, backend):
    sound.MAIL_REACHES_PEOPLE, sound.EMAIL_BACKEND = reaches, backend
    findings, end = told()
    assert end == ""
    assert ("mail" not in {found["subject"] for found in findings}) is reaches


def test_what_needs_a_person_is_a_fault(sound):
    at = timezone.now()
    inbox.store_delivery(body=b"[]", secret=0, secret_livemode=None, at=at)
    assert "1 test events need a person" in faults()["queue"]


def test_a_worker_that_is_gone_is_a_fault(sound):
    long_ago = timezone.now() - timedelta(hours=2)
    worker.note_alive(name="here:1", started_at=long_ago, at=long_ago)
    assert "for 2 h" in faults()["worker"]


def test_it_is_written_for_people_too(sound):
    out = io.StringIO()
    sound.STRIPE_WEBHOOK_SECRETS = ""
    with pytest.raises(CommandError, match=r"^1 fault\.$"):
        call_command("doctor", stdout=out)
    assert "FAULT webhook: STRIPE_WEBHOOK_SECRETS is empty" in out.getvalue()


GOOD_SETTINGS = {
    "fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "max_connections": "100",
}  # fmt: skip


def levels(**changes):
    found = {
        "version": 18,
        "settings": GOOD_SETTINGS,
        "clock_ahead": timedelta(0),
        "unapplied_migrations": 0,
    }
    findings = checkup.of_database(checkup.Database(**{**found, **changes}))
    return [(finding.level, finding.subject) for finding in findings if finding.level != "ok"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [({}, []), ({"version": 15}, []), ({"version": 14}, [("fault", "database")]),
     ({"settings": {**GOOD_SETTINGS, "fsync": "off"}}, [("fault", "database")]),
     ({"settings": {**GOOD_SETTINGS, "synchronous_commit": "off"}}, [("fault", "database")]),
     ({"settings": {**GOOD_SETTINGS, "max_connections": "20"}}, [("warning", "database")]),
     ({"clock_ahead": timedelta(seconds=5)}, []),
     ({"clock_ahead": timedelta(seconds=6)}, [("fault", "clock")]),
     ({"clock_ahead": timedelta(seconds=-6)}, [("fault", "clock")]),
     ({"unapplied_migrations": 2}, [("fault", "migrations")])],
)  # fmt: skip
def test_the_database_is_judged(changes, expected):
    assert levels(**changes) == expected


@pytest.mark.parametrize(
    ("changes", "subjects"),
    [({}, []), ({"public_url": "http://links.example.com"}, ["address"]), ({"demo": True}, ["demo"]),
     ({"production": False, "public_url": "http://127.0.0.1:8000", "demo": True}, []),
     ({"static_files_are_built": False}, ["static files"]), ({"mail_reaches_people": False}, [])],
)  # fmt: skip
def test_the_surroundings_are_judged(changes, subjects):
    found = {
        "public_url": "https://links.example.com", "production": True, "demo": False,
        "mail_reaches_people": True, "static_files_are_built": True,
    }  # fmt: skip
    findings = checkup.of_surroundings(checkup.Surroundings(**{**found, **changes}))
    assert [finding.subject for finding in findings if finding.level == "fault"] == subjects


def test_parked_events_and_a_late_queue_are_warnings():
    late = Verdict("warn", "Events wait.")
    findings = checkup.of_queue("live", Standing(parked=2), late)
    assert [(finding.level, finding.subject) for finding in findings] == [
        ("warning", "queue"), ("warning", "worker"),
    ]  # fmt: skip
