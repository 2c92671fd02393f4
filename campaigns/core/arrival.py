"""A return visit: what may be kept of the query that a browser brought back, and where it goes on.

Whoever holds the browser wrote that query. So a session id counts only in Stripe's spelling and in
the page's mode, a code only in Stripe's alphabet, and the thank-you page is the stored one.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from campaigns.core.url_parameters import UTM_NAMES, Utm

SESSION = "session_id"

Problem = Literal["", "no session", "not a session id", "other mode"]

_SESSION_ID = re.compile("cs_(test|live)_[A-Za-z0-9]{10,200}")
# Stripe has dropped what breaks this, so a merge tag here never came through a payment link.
_CODE = re.compile("[A-Za-z0-9_-]{1,150}")
KEY_BEGINNINGS = ("sk_", "rk_", "pk_", "whsec_")

_ADDRESS = re.compile(r"https://[!-\[\]-~]{1,1992}")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")
RIGHT = "Write an address such as https://www.example.com/thanks"


@dataclass(frozen=True)
class Destination:
    """A return page: where it sends buyers on to, and whether their session's id goes along."""

    id: int
    livemode: bool
    thank_you_url: str
    passes_session_id: bool


@dataclass(frozen=True)
class Visit:
    """What is kept of one visit; without a session id, `problem` says why there is none."""

    session_id: str = ""
    problem: Problem = ""
    codes: Utm = field(default_factory=Utm)


def read_visit(query: str, livemode: bool) -> Visit:
    """Keep the first session id of this mode and the first usable value of each code."""
    pairs = parse_qsl(query)
    named = [value for name, value in pairs if name == SESSION]
    session_id = next((value for value in named if _mode_of(value) is livemode), "")
    problem: Problem = "" if session_id else _why_none(named)
    return Visit(session_id, problem, _codes(pairs))


def onward(page: Destination, visit: Visit) -> str:
    """The thank-you page with the visit's codes; a parameter that it has already stays as it is."""
    parts = urlsplit(page.thank_you_url)
    taken = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    brought = visit.codes.as_parameters()
    if page.passes_session_id and visit.session_id:
        brought[SESSION] = visit.session_id
    added = urlencode({name: value for name, value in brought.items() if name not in taken})
    return urlunsplit(parts._replace(query="&".join(filter(None, [parts.query, added]))))


def thank_you_problem(url: str, own_host: str) -> str:
    """Why buyers may not be sent to this address; "" when they may. `own_host` is Linktracker's."""
    host = _host(url)
    if not _HOST.fullmatch(host):
        return (
            f"{RIGHT}: https, a host by its name, no port, no user name, at most 2000 characters."
        )
    if host == own_host.lower():
        return f"{host} is Linktracker itself; name a page of your own website."
    return ""


def _mode_of(value: str) -> bool | None:
    """Whether a session id is of live mode; None where it is no session id."""
    found = _SESSION_ID.fullmatch(value)
    return found[1] == "live" if found else None


def _why_none(named: Sequence[str]) -> Problem:
    if not named:
        return "no session"
    is_any = any(_mode_of(value) is not None for value in named)
    return "other mode" if is_any else "not a session id"


def _codes(pairs: Sequence[tuple[str, str]]) -> Utm:
    found: dict[str, str | None] = {}
    for name, value in pairs:
        if name in UTM_NAMES and _usable(value):
            found.setdefault(name, value)
    return Utm.parse(found)


def _usable(value: str) -> bool:
    """A code in Stripe's alphabet that is not a key somebody pasted into the wrong place."""
    return bool(_CODE.fullmatch(value)) and not value.lower().startswith(KEY_BEGINNINGS)


def _host(url: str) -> str:
    """Everything between `https://` and the path, in small letters; "" for what is no such address."""
    if not _ADDRESS.fullmatch(url):
        return ""
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""
