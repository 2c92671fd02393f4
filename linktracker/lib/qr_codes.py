"""A URL as a QR code to download, and how small it may be printed."""

import io
import math

import segno

ERROR_LEVEL = "m"  # 15 % of it may be dirty
QUIET_ZONE = 4  # modules, as the standard asks
PNG_SCALE = 12  # pixels a module: sharp in print
SMALLEST_MODULE = 0.4  # millimetres that a phone still reads from a hand's distance


class TooLong(Exception):
    """No QR code holds a URL of this length."""


def png(url: str) -> bytes:
    """Raises `TooLong`, as `svg` does."""
    return _saved(url, kind="png", scale=PNG_SCALE)


def svg(url: str) -> bytes:
    """With its own white ground, so that it is read on a dark page too."""
    return _saved(url, kind="svg", scale=8, light="#fff")


def smallest_print(url: str) -> float | None:
    """The width in centimetres, quiet zone included, from which it prints well; None if too long."""
    try:
        modules, _ = _drawn(url).symbol_size(border=QUIET_ZONE)
    except TooLong:
        return None
    return math.ceil(modules * SMALLEST_MODULE) / 10


def _drawn(url: str) -> segno.QRCode:
    try:
        return segno.make_qr(url, error=ERROR_LEVEL)
    except segno.DataOverflowError as refusal:
        raise TooLong(f"{len(url)} characters are too many for a QR code.") from refusal


def _saved(url: str, *, kind: str, scale: int, light: str = "#fff") -> bytes:
    out = io.BytesIO()
    _drawn(url).save(out, kind=kind, scale=scale, border=QUIET_ZONE, light=light)
    return out.getvalue()
