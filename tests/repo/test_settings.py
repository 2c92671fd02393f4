"""Settings come from the environment, and what is wrong with it stops the start with a sentence."""

import ast
import re
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SETTINGS = ROOT / "linktracker" / "settings.py"
READERS = {"str", "bool", "int", "list", "url", "db_url", "email_url", "required", "flag"}
KEY = "k3Zq9-" * 10
RIGHT = {
    "SECRET_KEY": KEY,
    "DATABASE_URL": "postgres://linktracker:password@localhost:5432/linktracker",
}
PRODUCTION = {**RIGHT, "PUBLIC_URL": "https://links.example.com"}


def variables() -> set[str]:
    """Every name that settings.py asks the environment for."""
    return {
        name
        for node in ast.walk(ast.parse(SETTINGS.read_text()))
        if isinstance(node, ast.Call) and node.args and reader_of(node) in READERS
        if isinstance(node.args[0], ast.Constant)
        if re.fullmatch("[A-Z][A-Z_]+", name := str(node.args[0].value))
    }


def reader_of(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def test_every_variable_is_a_line_of_the_example():
    lines = (ROOT / ".env.example").read_text().splitlines()
    shown = {line.split("=", 1)[0] for line in lines if "=" in line and not line.startswith("#")}
    assert variables() == shown


def test_every_line_of_the_example_is_explained_and_holds_no_secret():
    lines = (ROOT / ".env.example").read_text().splitlines()
    for above, line in pairwise(lines):
        if re.match("[A-Z_]+=", line):
            assert above.startswith("# "), line
    values = dict(line.split("=", 1) for line in lines if re.match("[A-Z_]+=", line))
    assert not [name for name in values if ("KEY" in name or "SECRET" in name) and values[name]]


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The product without `.local`, as it is installed elsewhere."""
    there = tmp_path_factory.mktemp("elsewhere")
    for name in ("linktracker", "campaigns", "reconciliation", "templates"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, there / name, ignore=ignored)
    shutil.copy(ROOT / "manage.py", there)
    return there


def manage(
    there: Path, environment: dict[str, str], *words: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *(words or ("check",))],
        cwd=there,
        env={"PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def sentence_of(answer: subprocess.CompletedProcess[str]) -> str:
    assert answer.returncode != 0
    return answer.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is not set."),
        ({"SECRET_KEY": "x" * 49}, "SECRET_KEY has 49 characters; 50 random ones are the least."),
        ({"DEBUG": "yes"}, "DEBUG is 'yes'; it must be true or false."),
        ({"DEMO": "1"}, "DEMO is '1'; it must be true or false."),
        ({"PUBLIC_URL": "links.example.com"}, "it must look like https://links.example.com."),
        ({"PUBLIC_URL": "ftp://links.example.com"}, "it must look like https://links.example.com."),
        ({"PUBLIC_URL": "https://links.example.com/app"}, "it must look like https://links."),
        ({"DATABASE_URL": ""}, "DATABASE_URL is not set."),
        ({"DATABASE_URL": "sqlite:///db.sqlite3"}, "DATABASE_URL must name PostgreSQL."),
        ({"DATABASE_URL": "mysql://a:b@host/name"}, "DATABASE_URL must name PostgreSQL."),
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL must name PostgreSQL."),
        ({"DATABASE_URL": "postgres://host:port/name"}, "DATABASE_URL cannot be read"),
        ({"PUBLIC_URL": "https://links.example.com", "DEMO": "true"}, "must not face the world."),
        (
            {"PUBLIC_URL": "https://links.example.com", "STRIPE_API_BASE": "http://127.0.0.1:1"},
            "STRIPE_API_BASE is for the demo and the tests; remove it.",
        ),
        ({"PUBLIC_URL": "http://[::1"}, "it must look like https://links.example.com."),
        ({"PUBLIC_URL": "https://links.example.com:65536"}, "it must look like https://links."),
        ({"PUBLIC_URL": "https://links.example.com:web"}, "it must look like https://links."),
        ({"PUBLIC_URL": "https://me@links.example.com"}, "it must look like https://links."),
        ({"PUBLIC_URL": "https://links.example.com?a=b"}, "it must look like https://links."),
        ({"TIME_ZONE": "Mars/Base"}, "TIME_ZONE is 'Mars/Base'; it must be a name such as"),
        ({"TIME_ZONE": "America"}, "TIME_ZONE is 'America'; it must be a name such as"),
        ({"TIME_ZONE": "../etc/passwd"}, "it must be a name such as"),
        ({"EMAIL_URL": "foo"}, "EMAIL_URL cannot be read"),
        ({"EMAIL_URL": "foo://mail.example.com"}, "EMAIL_URL cannot be read"),
        ({"EMAIL_URL": "smtp://mail.example.com:65536"}, "EMAIL_URL cannot be read"),
        ({"EMAIL_URL": "smtp://[::1"}, "EMAIL_URL cannot be read"),
        ({"STRIPE_WEBHOOK_SECRETS": "foo"}, "Entry 1 of STRIPE_WEBHOOK_SECRETS is no signing"),
        (
            {"STRIPE_WEBHOOK_SECRETS": "whsec_a, other=whsec_b"},
            "Entry 2 of STRIPE_WEBHOOK_SECRETS is no signing secret",
        ),
        ({"STRIPE_WEBHOOK_SECRETS": "whsec_"}, "is no signing secret"),
    ],
)  # fmt: skip
def test_what_is_missing_or_malformed_stops_the_start_with_a_sentence(copy, changes, sentence):
    assert sentence in sentence_of(manage(copy, {**RIGHT, **changes}))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "HUSHHUSH"),
        ("STRIPE_WEBHOOK_SECRETS", "HUSHHUSH"),
        ("STRIPE_WEBHOOK_SECRETS", "whsec_HUSHHUSH,live:whsec_HUSHHUSH"),
        ("EMAIL_URL", "smtp://me:HUSHHUSH"),
        ("EMAIL_URL", "foo://me:HUSHHUSH@mail.example.com:HUSHHUSH"),
    ],
)
def test_no_sentence_shows_a_secret(copy, name, value):
    answer = manage(copy, {**RIGHT, name: value})
    assert answer.returncode != 0
    assert "HUSHHUSH" not in answer.stdout + answer.stderr


def test_the_least_that_is_needed_starts(copy):
    answer = manage(copy, RIGHT)
    assert answer.returncode == 0, answer.stderr


def test_everything_that_may_be_set_starts(copy):
    answer = manage(
        copy,
        {
            **RIGHT,
            "PUBLIC_URL": "http://[::1]:8000/",
            "TIME_ZONE": "Europe/Berlin",
            "EMAIL_URL": "smtp+tls://user:p%40ss@mail.example.com:587",
            "STRIPE_WEBHOOK_SECRETS": "whsec_a, test=whsec_b=,live=whsec_c,",
        },
    )
    assert answer.returncode == 0, answer.stderr


def test_production_passes_djangos_own_deployment_check(copy):
    answer = manage(copy, PRODUCTION, "check", "--deploy", "--fail-level", "WARNING")
    assert answer.returncode == 0, answer.stderr
    assert "no issues" in answer.stdout


@pytest.mark.parametrize("variable", ["environment", "file"])
def test_a_machines_own_file_is_refused_at_a_public_address(copy, variable):
    local = copy / ".local"
    local.mkdir(exist_ok=True)
    try:
        written = "".join(f"{name}={value}\n" for name, value in RIGHT.items())
        (local / "env").write_text(written)
        public = {"PUBLIC_URL": "https://links.example.com"} if variable == "environment" else {}
        answer = manage(copy, public)
        if variable == "environment":
            assert "is for this machine alone; remove it" in sentence_of(answer)
        else:
            assert answer.returncode == 0, answer.stderr
    finally:
        shutil.rmtree(local)
