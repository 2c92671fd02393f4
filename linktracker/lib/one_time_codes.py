"""Codes of an authenticator app (RFC 6238), and codes that people type from paper."""

import base64
import hashlib
import hmac
import struct

PERIOD = 30  # seconds a code stands on the phone
TOLERANCE = 1  # steps either way, for clocks that differ
DIGITS = 6
# Letters and digits without those that are misread; 16 of them are 79 bits.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def code_at(secret: str, step: int) -> str:
    """The code of one step of thirty seconds; `secret` is base32, as apps read it."""
    key = base64.b32decode(secret)
    mac = hmac.new(key, struct.pack(">Q", step), hashlib.sha1).digest()
    start = mac[-1] & 0x0F
    number = struct.unpack(">I", mac[start : start + 4])[0] & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def step_of(secret: str, typed: str, at: float) -> int | None:
    """The step whose code was typed, the present one or a neighbour; None for a wrong code."""
    code = "".join(typed.split()).encode()
    now = int(at) // PERIOD
    found = None
    for step in range(now - TOLERANCE, now + TOLERANCE + 1):
        if hmac.compare_digest(code, code_at(secret, step).encode()):
            found = step
    return found


def grouped(code: str) -> str:
    """As people read it from paper: ABCD-EFGH-JKMN-PQRS."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def digest(typed: str) -> str:
    """What is kept of a code; capitals, spaces and dashes make no difference."""
    plain = "".join(typed.split()).replace("-", "").upper()
    return hashlib.sha256(plain.encode()).hexdigest()
