"""Stripe's keys and webhook secrets: from the environment, or one file that is read again on change.

The environment wins. The file holds `NAME=value` lines and must be readable by its owner alone.
"""

import stat
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

NAMES = ("STRIPE_WEBHOOK_SECRETS", "STRIPE_TEST_KEY", "STRIPE_LIVE_KEY")


class UnsafeSecretsFile(Exception):
    """The secrets file cannot be used; the sentence says what to do about it."""


@dataclass(frozen=True)
class _Version:
    path: str
    changed_at: int
    size: int


def stripe_secret(name: str) -> str:
    """The value of one of `NAMES`, or "" when it is set nowhere.

    Raises `UnsafeSecretsFile` when the file is missing, or open to others.
    """
    from_environment: str = getattr(settings, name)
    if from_environment or not settings.STRIPE_SECRETS_FILE:
        return from_environment
    return _read(_version_of(settings.STRIPE_SECRETS_FILE)).get(name, "")


def _version_of(path: str) -> _Version:
    try:
        status = Path(path).stat()
    except OSError as problem:
        raise UnsafeSecretsFile(f"STRIPE_SECRETS_FILE {path} cannot be read.") from problem
    if status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise UnsafeSecretsFile(f"STRIPE_SECRETS_FILE {path} is open to others; set mode 0600.")
    return _Version(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=1)
def _read(version: _Version) -> dict[str, str]:
    try:
        lines = Path(version.path).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise UnsafeSecretsFile(f"STRIPE_SECRETS_FILE {version.path} cannot be read.") from None
    pairs = [line.split("=", 1) for line in lines if "=" in line and not line.startswith("#")]
    return {name.strip(): value.strip() for name, value in pairs if name.strip() in NAMES}
