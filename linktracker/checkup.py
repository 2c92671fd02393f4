"""Whether an installation is as it should be: a judgement over what was found out about it.

Nothing here asks anybody: `manage.py doctor` finds out, and prints what this says of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from reconciliation.core.health import Standing, Verdict
from reconciliation.core.stripe_keys import KEY_NAMES, mode_word, why_not_key

OLDEST_POSTGRESQL: Final = 15
CLOCK_TOLERANCE: Final = timedelta(seconds=5)
SPARE_CONNECTIONS: Final = 30


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check says: `fault` must be mended, `warning` should be looked at."""

    level: Literal["ok", "warning", "fault"]
    subject: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Secrets:
    """Which secrets are set, the keys by livemode. `problem` is why they cannot be read."""

    keys: dict[bool, str]
    webhook_modes: frozenset[str]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Database:
    """What PostgreSQL says of itself; `clock_ahead` is its clock less ours."""

    version: int
    settings: dict[str, str]
    clock_ahead: timedelta
    unapplied_migrations: int


@dataclass(frozen=True, slots=True)
class Surroundings:
    """How the product is reached, and whether this is where people work."""

    public_url: str
    production: bool
    demo: bool
    mail_reaches_people: bool
    static_files_are_built: bool


def of_secrets(found: Secrets) -> Iterator[Finding]:
    if found.problem:
        yield Finding("fault", "secrets", found.problem)
        return
    yield from (_of_key(livemode, key) for livemode, key in found.keys.items())
    if not found.webhook_modes:
        yield Finding(
            "fault",
            "webhook",
            "STRIPE_WEBHOOK_SECRETS is empty: every webhook is refused. Set it to the endpoint's "
            "signing secret (whsec_…).",
        )
        return
    modes = " and ".join(sorted(found.webhook_modes))
    yield Finding("ok", "webhook", f"Webhooks of {modes} mode are checked.")


def _of_key(livemode: bool, key: str) -> Finding:
    """By the rule of `sync_stripe`; no key at all is a choice."""
    name = KEY_NAMES[livemode]
    if not key:
        mode = mode_word(livemode)
        return Finding(
            "ok", "keys", f"{name} is not set: nothing is fetched from Stripe's {mode} mode."
        )
    if problem := why_not_key(key, livemode=livemode):
        return Finding("fault", "keys", problem)
    return Finding("ok", "keys", f"{name} is a restricted key.")


SAFE_SETTINGS: Final = {
    "fsync": ("on", "a power cut loses what was answered for"),
    "full_page_writes": ("on", "a power cut may damage the database"),
    "synchronous_commit": ("on", "a crash loses webhooks that Stripe was answered for"),
}


def of_database(found: Database) -> Iterator[Finding]:
    if found.version < OLDEST_POSTGRESQL:
        yield Finding(
            "fault",
            "database",
            f"PostgreSQL is {found.version}; {OLDEST_POSTGRESQL} or newer is needed.",
        )
    else:
        yield Finding("ok", "database", f"PostgreSQL {found.version}.")
    for name, (right, otherwise) in SAFE_SETTINGS.items():
        if found.settings[name] != right:
            yield Finding(
                "fault",
                "database",
                f"{name} is {found.settings[name]}: {otherwise}. Set it to {right}.",
            )
    if int(found.settings["max_connections"]) < SPARE_CONNECTIONS:
        yield Finding(
            "warning",
            "database",
            f"max_connections is {found.settings['max_connections']}; two web processes and a "
            f"worker may ask for {SPARE_CONNECTIONS}.",
        )
    yield _of_clock(found.clock_ahead)
    if found.unapplied_migrations:
        yield Finding(
            "fault",
            "migrations",
            f"{found.unapplied_migrations} migrations are not applied; run manage.py migrate.",
        )


def _of_clock(ahead: timedelta) -> Finding:
    if abs(ahead) > CLOCK_TOLERANCE:
        side = "ahead of" if ahead > timedelta(0) else "behind"
        return Finding(
            "fault",
            "clock",
            f"The database's clock is {abs(ahead).total_seconds():.0f} s {side} this machine's; "
            "signatures are dated, so set both by a time server.",
        )
    return Finding("ok", "clock", "The database's clock and this machine's agree.")


def of_queue(mode: str, standing: Standing, alarm: Verdict | None) -> Iterator[Finding]:
    if standing.set_aside:
        yield Finding(
            "fault",
            "queue",
            f"{standing.set_aside:,} {mode} events need a person; Data health says why.",
        )
    if standing.parked:
        yield Finding("warning", "queue", f"{standing.parked:,} {mode} events will be tried again.")
    if not standing.set_aside and not standing.parked:
        yield Finding("ok", "queue", f"No {mode} event is stuck; {standing.waiting:,} wait.")
    if alarm is not None:
        yield Finding("fault" if alarm.tone == "bad" else "warning", "worker", alarm.sentence)


def of_surroundings(found: Surroundings) -> Iterator[Finding]:
    if found.production and not found.public_url.startswith("https://"):
        yield Finding(
            "fault", "address", f"PUBLIC_URL is {found.public_url}; Stripe sends to https alone."
        )
    if found.production and found.demo:
        yield Finding("fault", "demo", "DEMO is true where people work; its password is printed.")
    if not found.mail_reaches_people:
        yield Finding(
            "warning",
            "mail",
            "EMAIL_URL names no mail server: invitations are links to copy, and nobody can reset "
            "a password by mail.",
        )
    if not found.static_files_are_built:
        yield Finding(
            "fault", "static files", "They are not built; run manage.py collectstatic --noinput."
        )
