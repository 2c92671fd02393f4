"""Whatever comes in, nothing answers 500, and nothing unauthentic becomes money."""

import contextlib
import json
import os
import re
import time
from collections import Counter
from copy import deepcopy
from hashlib import sha256
from io import BytesIO, StringIO
from urllib.parse import quote_from_bytes, unquote_to_bytes
from zlib import crc32

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.db import transaction
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from campaigns.forms.links_import import packed
from campaigns.models import Conversion, TrackedLink
from linktracker import people
from linktracker.routes import routes
from linktracker.simulator.chance import Chance
from linktracker.simulator.histories import histories
from linktracker.simulator.single import single_payment
from linktracker.webhook_lane import with_webhook_lane
from reconciliation.core.signature import sign
from reconciliation.models import ExpectedPayment, InboxEvent
from tests.factories import PAYMENT_LINK, SignedInClient, make_person
from tests.hostile import (
    FORM,
    HOSTILE_BYTES,
    HOSTILE_DESTINATIONS,
    HOSTILE_TEXTS,
    Hostility,
    Sent,
    as_path,
)
from tests.one_of_each import address, make_world
from tests.stripe_events import drain

SECRET = "whsec_ours"
TOKEN = "t" * 32  # beside itself in a cookie, it lets a form in
USUAL = 1_000
COUNT = int(os.environ.get("HOSTILE_REQUESTS", USUAL))
SEED = int(os.environ.get("HOSTILE_SEED", "2026"))


VALUES = (*[text.encode("utf-8", "surrogatepass") for text in HOSTILE_TEXTS], *HOSTILE_BYTES)


def some(*where, values=VALUES, of=15):
    """One in so many of the values, others for each field: together the fields meet all.

    `make fuzz` sends each field three times as many.
    """
    step = of // 3 if COUNT > USUAL else of
    return values[crc32(repr(where).encode()) % step :: step]


def status(client, path):
    return client.get(path).status_code


def addresses_of(names):
    """Every address as it is, and with a place for something else in it."""
    whole = [address(route.route, names) for route in routes()]
    with_a_place = [re.sub("<[^>]+>", "{}", route.route) for route in routes()]
    return sorted({path for path in [*whole, *with_a_place] if path})


@pytest.fixture
def world(db):
    return make_world()


@pytest.fixture
def everybody(client, db):
    """Signed in as somebody who may do everything, so that no door keeps a value out."""
    client.force_login(make_person(None, is_superuser=True, is_staff=True))
    client.raise_request_exception = False
    return client


# Values that pages read (RD-05, RD-08)

READ_BY_PAGES = {
    "/campaigns/": ("period", "first", "last", "by", "then", "grade", "scope", "currency", "refunds"),
    "/campaigns/export/": ("period", "by", "currency"),
    "/links/": ("q", "after", "payment_link", "utm_source", "utm_campaign", "campaign", "owner", "label", "shelf", "sort"),
    "/links/export/": ("q", "payment_link", "utm_term", "format"),
    "/links/change/": ("do", "line"),
    "/links/change/?do=owner": ("line", "all", "from"),
    "/links/change/?do=label&all=yes": ("q", "payment_link", "utm_medium", "campaign", "owner", "label", "shelf"),
    "/links/new/": ("payment_link", "reference", "utm_source", "reference_mode", "name"),
    "/inspect/": ("url",),
    "/search/": ("q",),
    "/payments/": ("q", "cursor", "period", "basis", "currency", "state", "grade", "scope", "link", "plink", "utm_source"),
    "/payments/export/": ("q", "period", "link", "plink", "utm_content"),
    "/reconciliation/": ("q", "after", "period", "currency", "finding", "with"),
    "/reconciliation/export/": ("q", "period", "currency", "finding"),
    "/records/": ("q", "after", "finding"),
    "/records/export/": ("q", "finding", "format"),
    "/health/data/": ("state", "source", "type", "q", "repeated", "contradicted", "cursor"),
    "/health/data/replay/": ("state", "source", "type", "q", "repeated", "contradicted"),
    "/admin/": ("next", "p"),
    "/admin/search/": ("s", "q", "extended"),
    "/accounts/login/": ("next",),
    "/accounts/login/code/": ("next",),
    "/accounts/reauthenticate/": ("next",),
    "/accounts/password/reset/": ("next", "q"),
}  # fmt: skip


@pytest.mark.parametrize("path", sorted(READ_BY_PAGES))
def test_a_page_answers_whatever_its_address_says(everybody, world, path):
    """RD-08: NUL, bad UTF-8, surrogates, markup and what is too long, in each parameter."""
    start = f"{path}{'&' if '?' in path else '?'}"
    answers = {
        f"{name}={value[:60]!r}": status(everybody, f"{start}{name}={quote_from_bytes(value)}")
        for name in READ_BY_PAGES[path]
        for value in some(path, name)
    }
    assert {asked: got for asked, got in answers.items() if got not in {200, 302, 400, 404}} == {}


SEARCHED = ("\x00", "a\x00b", "\ud800", "a" * 3_000, "9" * 30, "%", "'", "0001-01-01", "-1")


@pytest.mark.parametrize("model", sorted(admin.site._registry, key=str), ids=str)
def test_a_list_of_the_administration_answers_whatever_is_searched(everybody, model):
    path = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    answers = {
        f"{name}={value[:20]!r}": status(everybody, f"{path}?{name}={as_path(value)}")
        for name in (
            "q",
            "p",
            "o",
            "mode",
            "livemode__exact",
            "id__exact",
            "pk",
            "e",
            "state__exact",
            "nothing",
        )
        for value in some(path, name, values=SEARCHED, of=3)
    }
    assert {asked: got for asked, got in answers.items() if got not in {200, 302, 400}} == {}


PLACES = [
    "/payments/{}/", "/payments/{}/events/evt_1/", "/payments/pi_1/events/{}/", "/links/{}/", "/links/{}/edit/",
    "/links/{}/qr.svg", "/records/{}/", "/records/{}/change/", "/return/{}/", "/{}",
    "/health/data/events/{}/", "/health/data/events/{}/raw/", "/health/data/events/{}/replay/", "/people/{}/",
    "/accounts/invitation/{}/", "/accounts/password/reset/key/1-{}/", "/accounts/password/reset/key/{}-set-password/",
    "/admin/campaigns/trackedlink/{}/change/", "/admin/reconciliation/inboxevent/{}/change/", "/admin/{}/",
    "/admin/reconciliation/inboxevent/{}/raw/", "/admin/reconciliation/replay/{}/change/",
    "/admin/linktracker/invitation/{}/change/", "/admin/linktracker/user/{}/change/", "/admin/campaigns/conversion/{}/change/", "/admin/r/1/{}/", "/static/{}",
]  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_an_address_with_something_else_in_it_is_not_found(everybody, place):
    """RD-05: NUL, bad UTF-8, surrogates, traversal, templates, 3,000 characters in the path."""
    answers = {
        value[:60]: status(everybody, place.replace("{}", quote_from_bytes(value)))
        for value in some(place, of=7)
        if value
    }
    assert {asked: got for asked, got in answers.items() if got not in {200, 302, 400, 404}} == {}


PHRASE = "three unrelated words"
FORMS = {
    "/links/new/": {"payment_link": PAYMENT_LINK, "parameter": "utm_source", "value": "news", "name": "N", "tag": "",
                    "reference_mode": "tag", "do": "check", "known": ""},
    "/links/preview/": {"payment_link": PAYMENT_LINK, "parameter": "utm_source", "value": "news", "line": "{line}", "tag": ""},
    "/links/{line}/name/": {"name": "N"},
    "/links/change/?do=owner&all=yes": {"chosen": "none", "seen": "1"},
    "/links/change/?do=campaign&all=yes": {"chosen": "none"},
    "/links/change/?do=label&all=yes": {"label": "Autumn"},
    "/links/change/?do=unlabel&all=yes": {"chosen": "Spring"},
    "/links/import/": {"packed": packed(b"payment_link,utm_source\nx,news"), "do": "issue"},
    "/inspect/": {"text": PAYMENT_LINK},
    "/inspect/save/": {"text": f"{PAYMENT_LINK}?utm_source=mail", "name": "N", "campaign": ""},
    "/payments/{payment}/assign/": {"line": "", "other": "x", "reason": "Because"},
    "/payments/{payment}/undo/": {"reason": "Because"},
    "/records/new/": {"external_id": "INV-2", "reference": "", "kind": "single", "currency": "EUR", "amount": "1.00",
                      "due_on": "", "description": ""},
    "/records/import/": {"content": "external_id,currency,amount\nINV-3,EUR,1.00\n", "mode": "test"},
    "/mode/": {"livemode": "true", "next": "/links/"},
    "/health/data/replay/": {"reason": "Because"},
    "/health/data/replay/?state=done": {"reason": "Because"},
    "/health/data/events/{event}/replay/": {"reason": "Because"},
    "/people/invite/": {"email": "c@example.com", "role": "{role}"},
    "/people/{person}/roles/": {"roles": "{role}"},
    "/accounts/login/": {"login": "a@example.com", "password": "secret", "next": "/links/"},
    "/accounts/invitation/{secret}/": {"name": "N", "password1": PHRASE, "password2": PHRASE},
    "/accounts/second-factor/": {"code": "123456"},
    "/accounts/reauthenticate/": {"password": "x", "next": "/people/"},
    "/accounts/password/change/": {"oldpassword": "x", "password1": PHRASE, "password2": PHRASE},
    "/accounts/password/reset/": {"email": "a@example.com"},
    "/admin/linktracker/user/{person}/change/": {"email": "b@example.com", "name": "B", "groups": "{role}", "is_active": "on"},
    "/admin/campaigns/returnpage/add/": {"name": "Shop", "thank_you_url": "https://shop.example.com/", "livemode": "on"},
}  # fmt: skip


def typed(client, path, fields):
    """Every answer that is none, to each value in each field; of what it did, nothing remains."""
    answers = {}
    for name in fields:
        for value in some(*fields, name):
            body = "&".join(
                f"{key}={quote_from_bytes(value if key == name else usual.encode())}"
                for key, usual in fields.items()
            )
            kept = deepcopy(client.cookies)
            with transaction.atomic():
                answer = client.post(path, body, content_type=FORM)
                transaction.set_rollback(True)
            client.cookies = kept
            answers[f"{name}={value[:40]!r}"] = answer.status_code
    return {asked: got for asked, got in answers.items() if got not in {200, 302, 400}}


@pytest.mark.parametrize("path", sorted(FORMS))
def test_a_form_answers_whatever_is_typed_into_it(
    everybody, world, path, settings, quick_passwords
):
    """RD-08 through forms: the builder, decisions, open items, sign-in and the administration."""
    settings.ACCOUNT_RATE_LIMITS = False
    if path.startswith(("/accounts/login/", "/accounts/invitation/")):
        everybody.logout()
    places = {
        "line": world["<int:line>"], "payment": world["<str:payment_id>"], "event": world["<str:event_id>"], "person": world["<int:person_id>"],
        "secret": world["<str:secret>"], "role": Group.objects.get(name="Auditor").pk,
    }  # fmt: skip
    fields = {name: usual.format(**places) for name, usual in FORMS[path].items()}
    real = path.format(**places)
    everybody.get(real)  # as the form is looked at before
    assert typed(everybody, real, fields) == {}


def test_together_the_fields_meet_every_value():
    read = [some(path, name) for path, names in READ_BY_PAGES.items() for name in names]
    written = [some(*fields, name) for fields in FORMS.values() for name in fields]
    for fields in (read, written):
        assert {value for values in fields for value in values} == set(VALUES)


@pytest.mark.first_day
def test_the_very_first_form_answers_whatever_is_typed_into_it(client, db, quick_passwords):
    """RD-08 before anybody is there; whoever has the code may type anything else."""
    client.raise_request_exception = False
    code = people.new_first_code(at=timezone.now())
    words = {"name": "N", "password1": PHRASE, "password2": PHRASE}
    fields = {"code": code, "email": "a@example.com", **words}
    assert typed(client, "/accounts/first-administrator/", fields) == {}


@pytest.mark.parametrize(
    "content",
    [b"\x00", b"external_id,currency\n\x00,EUR", b"\xff\xfe", "é".encode("latin-1"), b'"', b'external_id,currency\n"open',
     b"external_id,currency\r\rINV,EUR", b"a" * 200_000, b",".join([b"x"] * 5_000), b"\xef\xbb\xbf", b"external_id,external_id\n1,2",
     "external_id,currency,amount\nINV,EUR,٣".encode(), "external_id,currency\nINV\ud800,EUR".encode("utf-8", "surrogatepass"),
     b"external_id,currency,amount\nINV,EUR,1e999", b"external_id,currency,due_on,amount\nINV,EUR,0000-00-00,1"],
)  # fmt: skip
def test_a_file_of_anything_is_refused_with_a_sentence(everybody, content):
    """RD-08 through an upload."""
    file = SimpleUploadedFile("x\u202e.csv", content)
    answer = everybody.post("/records/import/", {"file": file})
    assert answer.status_code == 200
    assert ExpectedPayment.objects.count() == 0


UNREADABLE_FORMS = {
    "a part with a header of two kilobytes": (
        b'--edge\r\nContent-Disposition: form-data; name="a"; filename="' + b"a" * 2_000,
        "multipart/form-data; boundary=edge",
    ),
    "six hundred fields": (b"&".join([b"a=1"] * 600), FORM),
    "two megabytes": (b"a=" + b"a" * 2_000_000, FORM),
    "no boundary": (b"x", "multipart/form-data"),
    "an unknown encoding": (b"a=1", f"{FORM}; charset=nonsense"),
}


@pytest.mark.parametrize("what", sorted(UNREADABLE_FORMS))
@pytest.mark.parametrize(
    "path",
    ["/nothing/", "/links/new/", "/admin/nothing/", "/accounts/login/", "/records/x/change/"],
)
def test_a_form_that_cannot_be_read_is_no_failure(what, path, db):
    """Where the token is looked for as in life."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(make_person(None, is_superuser=True))
    client.cookies["csrftoken"] = TOKEN
    body, content_type = UNREADABLE_FORMS[what]
    answer = client.generic("POST", path, body, content_type, HTTP_X_CSRFTOKEN=TOKEN)
    assert answer.status_code in {200, 302, 400, 403, 404, 413}


# Destinations (IE-04)

# A text may hold an address that is good without it; the inspector finds that one, and no more.
HOLDING = {"blob:https://buy.stripe.com/abc": ["https://buy.stripe.com/abc"]}


@pytest.mark.parametrize("destination", HOSTILE_DESTINATIONS, ids=range(len(HOSTILE_DESTINATIONS)))
def test_a_link_to_somewhere_else_is_refused_with_a_sentence(everybody, destination):
    """IE-04 and RD-16: not saved by the builder, the inspector or a file, nor taken for a payment link."""
    before = TrackedLink.objects.count()
    body = f"payment_link={as_path(destination)}&parameter=utm_source&value=news&reference_mode=tag"
    told = everybody.post("/links/new/", body, content_type=FORM, HTTP_ACCEPT="application/json")
    assert told.status_code == 200
    assert told.json()["problems"]
    assert all(len(sentence.split()) > 3 for sentence in told.json()["problems"])
    assert everybody.post("/links/new/", body, content_type=FORM).status_code == 200
    assert everybody.get(f"/links/new/?payment_link={as_path(destination)}").status_code == 200
    pasted = f"text={as_path(destination)}"
    read = everybody.post("/inspect/", pasted, content_type=FORM)
    assert read.status_code == 200
    found = [one.inspection.url for one in read.context["found"] if one.adoption]
    assert found == HOLDING.get(destination, [])
    if not found:
        assert everybody.post("/inspect/save/", pasted, content_type=FORM).status_code == 200
    row = packed(f'payment_link,utm_source\n"{destination}",news'.encode("utf-8", "surrogatepass"))
    assert everybody.post("/links/import/", {"packed": row, "do": "issue"}).status_code == 200
    assert TrackedLink.objects.count() == before
    out = StringIO()
    with contextlib.suppress(SystemExit):
        call_command("inspect_link", destination, "--json", stdout=out)
    assert json.loads(out.getvalue())["is_payment_link"] is False


def test_there_are_fifty_five_of_them():
    assert len(set(HOSTILE_DESTINATIONS)) == 55


# Ten thousand of everything


class Stranger:
    """Sends requests through the application as a web server would, and remembers the answers."""

    def __init__(self, person):
        self.application = with_webhook_lane(WSGIHandler())
        self.person = person
        self.sign_in()
        self.answers = Counter()
        self.signed = set()

    def sign_in(self):
        client = SignedInClient()
        client.force_login(self.person)
        self.cookie = f"sessionid={client.cookies['sessionid'].value}"

    def send(self, sent):
        told = {}
        start = lambda status, headers: told.update(headers, status=int(status[:3]))  # noqa: E731
        answered = self.application(self.environ(sent), start)
        for _ in answered:
            pass
        if hasattr(answered, "close"):
            answered.close()
        self.answers[told["status"]] += 1
        if sent.signed_in and told.get("Location", "").startswith("/accounts/login/"):
            self.sign_in()  # one of the requests has signed us out
        return told["status"]

    def environ(self, sent):
        headers = dict(sent.headers)
        if sent.signed:
            headers["HTTP_STRIPE_SIGNATURE"] = sign(sent.body, SECRET, int(time.time()))
            self.signed.add(sent.body)
        if sent.signed_in:
            headers["HTTP_COOKIE"] = f"{self.cookie}; csrftoken={TOKEN}"
        path, _, query = sent.path.partition("?")
        environ = RequestFactory(HTTP_HOST="testserver").generic("GET", "/").environ
        return {
            **environ,
            "HTTP_X_CSRFTOKEN": TOKEN,
            "HTTP_COOKIE": f"csrftoken={TOKEN}",
            "REQUEST_METHOD": sent.method,
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "CONTENT_TYPE": sent.content_type,
            "CONTENT_LENGTH": str(len(sent.body)),
            "wsgi.input": BytesIO(sent.body),
            **headers,
        }


@pytest.mark.django_db(transaction=True)
def test_no_number_of_hostile_requests_breaks_anything(settings):
    """HOSTILE_REQUESTS sets how many (`make fuzz`: 10,000), HOSTILE_SEED which."""
    settings.STRIPE_WEBHOOK_SECRETS, settings.ACCOUNT_RATE_LIMITS = SECRET, False
    names = make_world()
    before = set(InboxEvent.objects.values_list("sha256", flat=True))
    stranger = Stranger(make_person(None, is_superuser=True, is_staff=True))
    lives = [event.body for world in histories(7, 12) for event in world.events]
    hostility = Hostility(SEED, addresses_of(names), lives)
    failed = [str(sent) for sent in hostility.requests(COUNT) if stranger.send(sent) >= 500]
    assert failed == []
    assert sum(stranger.answers.values()) == COUNT
    stored = {bytes(row) for row in InboxEvent.objects.values_list("sha256", flat=True)}
    authentic = {sha256(body).digest() for body in stranger.signed} | {bytes(row) for row in before}
    assert stored - authentic == set()
    drain()
    states = set(InboxEvent.objects.values_list("state", flat=True))
    assert states <= {"done", "kept", "set aside"}
    good = single_payment(PAYMENT_LINK, at=1_788_264_000, chance=Chance("after all that"))
    for told in good.events:
        assert stranger.send(Sent("POST", "/webhooks/stripe/", told.body, signed=True)) == 200
    drain()
    assert Conversion.objects.get(session_id=good.session).state == "paid"
    print(sorted(stranger.answers.items()))
