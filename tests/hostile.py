"""Values that break what reads them, and a seeded generator of requests made of them."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote, quote_from_bytes

HOSTILE_TEXTS = (
    "", " ", "\x00", "a\x00b", "\x00" * 50, "\ufffd", "\ud800", "a\udfffb", "\u202e\u202d", "\u200b", "\r\nSet-Cookie: a=b",
    "\t\x0b\x0c\x1b[31m", "a" * 151, "a" * 201, "a" * 3_000, "a" * 70_000, "spring sale", "été", "ｆｕｌｌ", "🦄" * 40,
    "<script>alert(1)</script>", "{{7*7}}", "${7*7}", "%(x)s", "%s%s%s%n", "%00", "%ff", "%252e%252e", "%",
    "..", "../../etc/passwd", "..\\..\\x", "' OR 1=1 --", "'; DROP TABLE x;--", '"', "\\", "_%", "%%", "(", "[", "*", "?", "\\x",
    "=1+1", "+1", "-1", "@SUM(A1)", "0", "-0", "1e5", "1" * 18, "1" * 19, "9" * 19, "9" * 30, "9" * 5_000, "٣", "²", "１",
    str(2**63), str(-(2**63) - 1), "0x10", "1_000", "NaN", "Infinity", "true", "null", "None", "[]", "{}", "a;b", "a&b=c", "a=b",
    "0001-01-01", "9999-12-31", "2026-02-30", "0000-00-00..9999-99-99", "2026-01-01..2025-01-01", "10000-01-01",
    "https://evil.example/", "//evil.example", "javascript:alert(1)", "http://[::1", "https://[", "https://buy.stripe.com:bad/x",
    "cs_test_" + "a" * 300, "pi_", "pi_\x00", "evt_" + "1" * 255, "plink_\u0000", "re_١", "sk_test_abc", "4242424242424242",
    "eyJhIjoxfQ", "WzEsMl0", "WyJcdTAwMDAiLDFd", "W251bGwsbnVsbF0", "WyIyMDI2LTAxLTAxIiwxXQ", "W1tdLHt9XQ", "WzFlMzA4LDFd", "====",
    "EUR 1e999", "€ 9,99", "49.00.00", "1,2,3", "a@b", "@", "@\x00", "a" * 300 + "@example.com",
)  # fmt: skip

HOSTILE_BYTES = (
    b"\x00",
    b"\xff",
    b"\xc0\xaf",
    b"\xed\xa0\x80",
    b"\xf0\x9f",
    b"a\xfe\xffb",
    b"\xe2\x28\xa1",
    b"\x80" * 40,
)

# 55 spellings of somewhere else; one of them in the place of a payment link is refused (IE-04).
HOSTILE_DESTINATIONS = (
    "//evil.example", "///evil.example", "////evil.example/x", r"\\evil.example", r"/\evil.example", r"https:\\evil.example",
    "https:evil.example", "https:/evil.example", "http://buy.stripe.com/abc", "ftp://buy.stripe.com/abc", "javascript:alert(1)",
    "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "data:text/html,<script>alert(1)</script>", "vbscript:x", "file:///etc/passwd",
    "blob:https://buy.stripe.com/abc", "https://evil.example/buy.stripe.com/abc", "https://evil.example?https://buy.stripe.com/abc",
    "https://evil.example#https://buy.stripe.com/abc", "https://buy.stripe.com@evil.example/abc",
    "https://user:secret@buy.stripe.com/abc", "https://@buy.stripe.com/abc", "https://buy.stripe.com:443@evil.example/",
    "https://buy.stripe.com:8443/abc", "https://buy.stripe.com:0/abc", "https://buy.stripe.com:/@evil.example",
    "https://buy.stripe.com.evil.example/abc", "https://buy-stripe.com/abc", "https://evilbuy.stripe.com/abc",
    "https://stripe.com.evil.example/abc", "https://buy.stripe.co/abc", "https://buy.stripe.com%2eevil.example/abc",
    "https://buy%2estripe%2ecom/abc", "https://buy.stripe.com%00.evil.example/abc", "https://buy.stripe.com\x00.evil.example/abc",
    "https://buy.stripe.com\r\nLocation: https://evil.example", "https://buy.stripe.com%0d%0aLocation:x/../abc\r\n",
    "https://buy.strіpe.com/abc", "https://buy.ѕtripe.com/abc", "https://xn--buy-stripe-com/abc", "https://ｂｕｙ.stripe.com/abc",
    "https://buy。stripe。com/abc", "https://buy.str\xadipe.com/abc", "https://buy.stripe\u200b.com/abc", "https://127.0.0.1/abc",
    "https://2130706433/abc", "https://0x7f000001/abc", "https://[::1]/abc", "https://[::ffff:127.0.0.1]/abc", "https://169.254.169.254/",
    "https://[buy.stripe.com]/abc", "https://buy.stripe.com" + "/a" * 10_000, "https://", "https://buy.stripe.com/\ud800",
)  # fmt: skip


@dataclass(frozen=True)
class Sent:
    """One request: by whom, how, and what it carries."""

    method: str
    path: str
    body: bytes = b""
    content_type: str = "application/octet-stream"
    headers: dict[str, str] = field(default_factory=dict)
    signed: bool = False
    signed_in: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.path[:200]!r} {self.headers} {self.body[:300]!r}"


FORM = "application/x-www-form-urlencoded"
NAMES = (
    "q", "period", "first", "last", "by", "then", "grade", "scope", "currency", "refunds", "after", "cursor", "state", "link",
    "plink", "basis", "finding", "with", "payment_link", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content",
    "reference", "reference_mode", "name", "p", "o", "e", "mode", "next", "url", "label", "owner", "sort", "page", "archived", "warning",
    "campaign", "type", "source", "do", "line", "all", "from", "paid", "shelf", "format", "repeated", "contradicted", "_popup", "_to_field", "_changelist_filters", "a\x00b", "x" * 300,
)  # fmt: skip
FIELDS = (
    "payment_link", "known", "parameter", "value", "reference_mode", "name", "tag", "do", "line", "other", "reason", "external_id",
    "reference", "kind", "currency", "amount", "due_on", "description", "content", "mode", "livemode", "next", "login", "password",
    "email", "is_staff", "groups", "action", "_selected_action", "index", "select_across", "text", "urls", "url", "label", "owner",
    "campaign", "password1", "password2", "usable_password", "thank_you_url", "csrfmiddlewaretoken", "what", "ids",
    "chosen", "seen", "packed", "role", "roles", "code", "oldpassword",
)  # fmt: skip
HEADERS = (
    "HTTP_HX_REQUEST", "HTTP_HX_CURRENT_URL", "HTTP_HX_CURRENT_URL_URI_AUTOENCODED", "HTTP_HX_TARGET", "HTTP_HX_TRIGGER",
    "HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE", "HTTP_ACCEPT_ENCODING", "HTTP_COOKIE", "HTTP_REFERER", "HTTP_USER_AGENT", "HTTP_ORIGIN",
    "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PROTO", "HTTP_X_REQUESTED_WITH", "HTTP_IF_MODIFIED_SINCE",
    "HTTP_IF_NONE_MATCH", "HTTP_RANGE", "HTTP_HOST", "HTTP_AUTHORIZATION", "HTTP_X_HTTP_METHOD_OVERRIDE", "HTTP_TRIGGERING_EVENT",
)  # fmt: skip
METHODS = (
    "GET",
    "GET",
    "GET",
    "POST",
    "POST",
    "HEAD",
    "PUT",
    "DELETE",
    "PATCH",
    "OPTIONS",
    "TRACE",
    "PROPFIND",
    "get",
    "X\x00",
)


class Hostility:
    """Requests that nobody means well with: the same for the same seed.

    `addresses` are paths that exist, some with a place (`{}`) for a value; `bodies` are authentic
    events that are mangled.
    """

    def __init__(self, seed: int, addresses: list[str], bodies: list[bytes]) -> None:
        self.random = random.Random(seed)
        self.addresses = addresses
        self.bodies = bodies

    def requests(self, count: int) -> Iterator[Sent]:
        """45 in a hundred are bodies for the webhook, signed or not; the others go everywhere."""
        makers = (self.delivery, self.forgery, self.visit, self.reading, self.writing)
        for _ in range(count):
            yield self.random.choices(makers, weights=(30, 15, 10, 25, 20))[0]()

    def delivery(self) -> Sent:
        return Sent("POST", "/webhooks/stripe/", self.body(), "application/json", signed=True)

    def forgery(self) -> Sent:
        header = self.random.choice(
            ["", "junk", f"t=1,v1={'0' * 64}", f"t={self.text()},v1={self.text()}", self.text(), "t=1,t=2,v1=",
             "t=1," + "v1=0," * 500, '{"t":1}']
        )  # fmt: skip
        length = {"CONTENT_LENGTH": self.text()} if self.random.random() < 0.2 else {}
        path = self.random.choice(
            ["/webhooks/stripe/"] * 6 + ["/webhooks/stripe", self.below("/webhooks/stripe/")]
        )
        headers = {**self.headers(), "HTTP_STRIPE_SIGNATURE": as_header(header), **length}
        return Sent(
            self.random.choice(["POST"] * 8 + [*METHODS]), path, self.body(), headers=headers
        )

    def visit(self) -> Sent:
        real = [path for path in self.addresses if path.startswith("/return/")]
        key = self.random.choice(["nothing", as_path(self.text())])
        path = self.random.choice([*real * 2, f"/return/{key}/"])
        query = self.query(
            ("session_id", "utm_source", "utm_campaign", "next", "paid", "amount", "email")
        )
        return Sent(self.random.choice(METHODS), f"{path}?{query}", headers=self.headers())

    def reading(self) -> Sent:
        path = f"{self.address()}?{self.query(NAMES)}"
        return Sent("GET", path, headers=self.headers(), signed_in=self.random.random() < 0.9)

    def writing(self) -> Sent:
        method = self.random.choice(["POST"] * 9 + [*METHODS])
        body, content_type = self.form()
        signed_in = self.random.random() < 0.9
        return Sent(method, self.address(), body, content_type, self.headers(), signed_in=signed_in)

    def text(self) -> str:
        made = self.random.choice(HOSTILE_TEXTS)
        return made + self.random.choice(HOSTILE_TEXTS)[:50] if self.random.random() < 0.2 else made

    def address(self) -> str:
        address = self.random.choice(self.addresses)
        return (
            address.replace("{}", as_path(self.text()))
            if self.random.random() < 0.97
            else self.below(address)
        )

    def below(self, path: str) -> str:
        return path + as_path(self.text())

    def query(self, names: tuple[str, ...]) -> str:
        pairs = [
            f"{as_path(self.random.choice(names))}={self._value()}"
            for _ in range(self.random.randint(0, 4))
        ]
        return "&".join(pairs * (300 if self.random.random() < 0.01 else 1))

    def _value(self) -> str:
        if self.random.random() < 0.15:
            return quote_from_bytes(self.random.choice(HOSTILE_BYTES))
        return as_path(self.text())

    def headers(self) -> dict[str, str]:
        many = 0 if self.random.random() < 0.6 else self.random.randint(1, 3)
        chosen = self.random.sample(HEADERS, many)
        return {
            name: "true" if name == "HTTP_HX_REQUEST" else as_header(self.text())[:8_000]
            for name in chosen
        }

    def form(self) -> tuple[bytes, str]:
        kind = self.random.random()
        if kind < 0.1:
            return self.body(), self.random.choice(
                [FORM, "application/json", "multipart/form-data; boundary=x", "text/plain", ""]
            )
        names = [self.random.choice(FIELDS) for _ in range(self.random.randint(0, 12))]
        if kind < 0.2:
            return self.multipart(names), "multipart/form-data; boundary=edge"
        pairs = [f"{as_path(name)}={self._value()}" for name in names]
        return "&".join(pairs * (60 if self.random.random() < 0.02 else 1)).encode(), FORM

    def multipart(self, names: list[str]) -> bytes:
        parts = [self.part(name) for name in [*names, "file"]]
        return "".join([*parts, "--edge--\r\n"]).encode("utf-8", "surrogatepass")

    def part(self, name: str) -> str:
        file = self.random.choice(
            ["", "", '; filename="x.csv"', f'; filename="{self.text()[:80]}"']
        )
        disposition = f'Content-Disposition: form-data; name="{name}"{file}'
        return f"--edge\r\n{disposition}\r\n\r\n{self.text()}\r\n"

    def body(self) -> bytes:
        """An event with one thing changed, cut off, or something else altogether."""
        body = self.random.choice(self.bodies)
        do = self.random.random()
        if do < 0.55:
            return self.changed(json.loads(body))
        if do < 0.7:
            place = self.random.randrange(len(body))
            return body[:place] + self.random.choice(HOSTILE_BYTES) + body[place + 1 :]
        if do < 0.8:
            return body[: self.random.randrange(len(body))]
        if do < 0.9:
            return self.text().encode("utf-8", "surrogatepass")
        return self.random.choice(
            [b"", b"[]", b"null", b"1", b'{"id":"evt_1"}', b"[" * 5_000, b'{"a":' * 2_000 + b"1" + b"}" * 2_000,
             b'{"id":"evt_1","id":"evt_2","type":1}', b"\xef\xbb\xbf{}", b'{"a":1e400,"b":-1e400,"c":NaN}']
        )  # fmt: skip

    def changed(self, event: object) -> bytes:
        """The event with up to three of its values replaced, wherever they stand."""
        for _ in range(self.random.randint(1, 3)):
            holder, key = self._somewhere(event)
            if holder is not None:
                holder[key] = self.random.choice(
                    [
                        None,
                        True,
                        0,
                        -1,
                        2**31,
                        2**63,
                        10**30,
                        1.5,
                        1e308,
                        [],
                        {},
                        [[]],
                        {"a": {}},
                        [None],
                        *[self.text()] * 6,
                    ]
                )
        return json.dumps(event, ensure_ascii=self.random.random() < 0.5).encode(
            "utf-8", "surrogatepass"
        )

    def _somewhere(self, value):
        """A container in the event, and one of its keys."""
        while isinstance(value, (dict, list)) and value:
            key = self.random.choice(list(value) if isinstance(value, dict) else range(len(value)))
            if (
                not (isinstance(value[key], (dict, list)) and value[key])
                or self.random.random() < 0.15
            ):
                return value, key
            value = value[key]
        return None, None


def as_path(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def as_header(text: str) -> str:
    """As WSGI hands it on: bytes that are read as Latin-1."""
    return text.encode("utf-8", "surrogatepass").decode("latin-1")
