"""What we ask of allauth's sign-in: no sign-up, limits that all processes share, only our own address."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from linktracker import people, sign_ins
from linktracker.models import SignIn, User

logger = logging.getLogger(__name__)
RECENT = 15 * 60  # seconds for which a sign-in is good for changes to people and settings
SIGNED_IN_AT = "signed_in_at"
BEGAN_AT, SEEN_AT = "session_began_at", "session_seen_at"
LONGEST_SESSION = 12 * 60 * 60  # seconds, however busy
LONGEST_PAUSE = 8 * 60 * 60
LONGEST_PAUSE_OF_THE_TRUSTED = 30 * 60  # of those who need a second factor
BETWEEN_SIGNS_OF_LIFE = 60
GREEDY = frozenset(
    {
        "is_staff",
        "is_superuser",
        "is_active",
        "groups",
        "roles",
        "role",
        "user_permissions",
        "email",
    }
)


class Entrance(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People are invited, they never sign up by themselves."""
        return False

    def is_safe_url(self, url: str) -> bool:
        return is_path_of_ours(url)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """From the configured address; the Host of whoever asks for a reset has no say."""
        pattern = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.PUBLIC_URL + pattern.replace("UID-KEY", key)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """allauth would count in the memory of one process; see `sign_ins`."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        try:
            attempt = sign_ins.begin_password(
                address=credentials.get("email", ""),
                client_ip=self.get_client_ip(request),
                at=timezone.now(),
            )
        except sign_ins.TooManyAttempts as refusal:
            raise ImmediateHttpResponse(too_many(request, refusal.seconds)) from None
        person: User | None = super().authenticate(request, **credentials)
        if person is not None and person.is_active:
            sign_ins.take_back(attempt)
        elif person is not None:
            sign_ins.found_closed(attempt)
        return person

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        now = timezone.now().timestamp()
        request.session[SIGNED_IN_AT] = request.session[BEGAN_AT] = now
        self._record(user, SignIn.Outcome.SIGNED_IN)

    def set_password(self, user: User, password: str) -> None:
        people.set_password(person=user, password=password)
        self._record(user, SignIn.Outcome.NEW_PASSWORD)

    def _record(self, person: User, outcome: SignIn.Outcome) -> None:
        sign_ins.record(
            person=person,
            client_ip=self.get_client_ip(context.request),
            outcome=outcome,
            at=timezone.now(),
        )


def show_reset_link(request: HttpRequest, person: User) -> HttpResponse:
    """The link that a message would hold: in this answer, and kept nowhere."""
    key = f"{user_pk_to_url_str(person)}-{default_token_generator.make_token(person)}"
    link = Entrance(request).get_reset_password_from_key_url(key)
    return render(request, "linktracker/reset_link.html", {"person": person, "link": link})


def signed_in_recently(request: HttpRequest) -> bool:
    """By signing in, or by confirming the password or a code since."""
    records = get_authentication_records(request, request.user)
    confirmed = [record["at"] for record in records if record.get("reauthenticated")]
    last = max([request.session.get(SIGNED_IN_AT, 0.0), *confirmed])
    return bool(timezone.now().timestamp() - last < RECENT)


def session_is_over(request: HttpRequest) -> bool:
    """Half a day old, or left alone. A sign of life is written once a minute, not each time."""
    began = request.session.get(BEGAN_AT)
    if began is None or not request.user.is_authenticated:
        return False
    now = timezone.now().timestamp()
    seen = request.session.get(SEEN_AT, began)
    if now - began > LONGEST_SESSION or now - seen > _longest_pause(request):
        return True
    if now - seen > BETWEEN_SIGNS_OF_LIFE:
        request.session[SEEN_AT] = now
    return False


def _longest_pause(request: HttpRequest) -> int:
    trusted = request.user.has_perm("linktracker.need_second_factor")
    strict = settings.SECOND_FACTOR_DEMANDED and trusted
    return LONGEST_PAUSE_OF_THE_TRUSTED if strict else LONGEST_PAUSE


def is_path_of_ours(url: str) -> bool:
    """A path on this site; an address of another one is not followed."""
    ours = url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)
    return ours and "\0" not in url


def too_many(request: HttpRequest, seconds: int = 60) -> HttpResponse:
    """The same words for everybody: they do not tell whether the account exists."""
    minutes = -(-seconds // 60)
    answer = render(request, "429.html", {"minutes": minutes}, status=429)
    answer["Retry-After"] = str(seconds)
    return answer


def client_ip(request: HttpRequest) -> str:
    """As the proxy in front of us saw it, where there is one."""
    return str(Entrance(request).get_client_ip(request))


def note_escalation(request: HttpRequest, form: BaseForm) -> None:
    """A field that no form of ours has would be somebody's try to become more than they are."""
    unasked = GREEDY & set(request.POST) - set(form.fields)
    if unasked:
        person = request.user.pk or "nobody"
        logger.warning("people.escalation by=%s fields=%s", person, ",".join(sorted(unasked)))
