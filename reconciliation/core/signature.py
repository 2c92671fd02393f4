"""The signature on a webhook: who sent these bytes, and when.

Stripe signs `t`, a point and the raw body with HMAC-SHA256, keyed with the endpoint's secret as
text (with its `whsec_`). While a secret is being replaced a header carries one `v1` for each.
"""

import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

LONGEST_HEADER: Final = 4096
MOST_SIGNATURES: Final = 20
TOLERANCE: Final = 300

Cause = Literal["header", "signature", "timestamp"]

_MOMENT = re.compile(rb"[0-9]{1,12}")
_VISIBLE = re.compile(rb"[ -~]{1,4096}")
_SECRET = re.compile("whsec_[!-~]+")
EITHER_MODE: Final = "either"
_MODES: Final[dict[str, bool | None]] = {EITHER_MODE: None, "test": False, "live": True}


class BadSecret(Exception):
    """An entry of STRIPE_WEBHOOK_SECRETS is no signing secret; the message never shows it whole."""


@dataclass(frozen=True, slots=True)
class Secret:
    """An endpoint's signing secret; `livemode` is None where it serves both modes."""

    value: str = field(repr=False)
    livemode: bool | None = None

    def serves(self, livemode: bool) -> bool:
        return self.livemode is None or self.livemode == livemode


@dataclass(frozen=True, slots=True)
class SignatureVerdict:
    """Whether to believe a request; `cause` is for our log only, never for the sender."""

    cause: Cause | None
    secret: Secret | None = None
    signed_at: int | None = None
    skew: int | None = None
    """Seconds by which our clock is ahead of the signature's."""

    @property
    def ok(self) -> bool:
        return self.cause is None


@dataclass(frozen=True, slots=True)
class _Header:
    moment: bytes
    signatures: tuple[bytes, ...]


def check(
    header: bytes | str | None, body: bytes, secrets: Sequence[Secret], at: int
) -> SignatureVerdict:
    """Header, then signature, then age: 300 seconds either way, `at` in unix seconds."""
    read = _read_header(header)
    if read is None:
        return SignatureVerdict("header")
    signed_at = int(read.moment)
    skew = at - signed_at
    secret = _matching_secret(read, body, secrets)
    if secret is None:
        return SignatureVerdict("signature", None, signed_at, skew)
    cause: Cause | None = "timestamp" if abs(skew) > TOLERANCE else None
    return SignatureVerdict(cause, secret, signed_at, skew)


def sign(body: bytes, secret: str, at: int) -> str:
    """The Stripe-Signature header that Stripe would send with this body at this moment."""
    moment = str(at).encode()
    return f"t={at},v1={_digest(moment, body, secret).decode()}"


def parse_secrets(written: str) -> tuple[Secret, ...]:
    """Secrets from a comma list: `whsec_…` serves both modes, `test=whsec_…` or `live=…` one."""
    entries = [entry.strip() for entry in written.split(",")]
    return tuple(
        _parse_secret(entry, number) for number, entry in enumerate(entries, start=1) if entry
    )


def _parse_secret(entry: str, number: int) -> Secret:
    mode, _, value = entry.partition("=")
    if mode not in _MODES:
        mode, value = EITHER_MODE, entry
    if not _SECRET.fullmatch(value):
        raise BadSecret(
            f"Entry {number} of STRIPE_WEBHOOK_SECRETS ({_masked(entry)}) is no signing secret: "
            "write whsec_…, test=whsec_… or live=whsec_…, with a comma between two."
        )
    return Secret(value, _MODES[mode])


def _masked(entry: str) -> str:
    return f"{entry[:4]}…" if len(entry) > 12 else "…"


def _read_header(header: bytes | str | None) -> _Header | None:
    """The one `t` and the `v1`s of a header; None where it is not what Stripe writes.

    A header without any `v1` is readable: it fails as a signature that matches nothing.
    """
    raw = header.encode("utf-8", "surrogatepass") if isinstance(header, str) else header
    if raw is None or not _VISIBLE.fullmatch(raw):
        return None
    pairs = [part.partition(b"=") for part in raw.split(b",")]
    moments = [value for name, _, value in pairs if name == b"t"]
    signatures = tuple(value for name, _, value in pairs if name == b"v1")
    if len(moments) != 1 or not _MOMENT.fullmatch(moments[0]):
        return None
    return _Header(moments[0], signatures) if len(signatures) <= MOST_SIGNATURES else None


def _matching_secret(read: _Header, body: bytes, secrets: Sequence[Secret]) -> Secret | None:
    """The first secret that made one of the signatures.

    Every secret is compared with every signature, so that time tells nothing about which fits.
    """
    matching = None
    for secret in secrets:
        expected = _digest(read.moment, body, secret.value)
        matches = sum(hmac.compare_digest(expected, given) for given in read.signatures)
        matching = secret if matches and matching is None else matching
    return matching


def _digest(moment: bytes, body: bytes, secret: str) -> bytes:
    return hmac.digest(secret.encode(), moment + b"." + body, "sha256").hex().encode()
