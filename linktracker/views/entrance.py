"""How people come in: the first administrator, an invitation, the second factor, their own account."""

import logging

from allauth.account.adapter import get_adapter
from allauth.account.views import LogoutView, PasswordResetView
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linktracker import people, sign_ins
from linktracker.access import StaffRequest, public, signed_in, signed_in_recently
from linktracker.accounts import client_ip, note_escalation, too_many
from linktracker.forms import AcceptForm, EnrolForm, FirstAdministratorForm
from linktracker.lib import one_time_codes
from linktracker.models import User

logger = logging.getLogger(__name__)
SECRET = "second_factor_secret"  # noqa: S105 - the session's key for it
SENTENCE_OF_THE_LOG = (
    "first_administrator: open %s%s and type the code %s; it works once, for 15 minutes."
)


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def first_administrator(request: HttpRequest) -> HttpResponse:
    if people.somebody_exists():
        return redirect("home")
    form = FirstAdministratorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        note_escalation(request, form)
        answer = _create_first(request, form)
        if answer is not None:
            return answer
    _write_code(request)
    return render(request, "linktracker/first_administrator.html", {"form": form})


def _create_first(request: HttpRequest, form: FirstAdministratorForm) -> HttpResponse | None:
    """Whoever tries codes from one network waits, and uses up nobody else's code."""
    now = timezone.now()
    try:
        attempt = sign_ins.begin_first_code(client_ip=client_ip(request), at=now)
    except sign_ins.TooManyAttempts as refusal:
        return too_many(request, refusal.seconds)
    try:
        person = people.create_first_administrator(
            code=form.cleaned_data["code"],
            email=form.cleaned_data["email"],
            name=form.cleaned_data["name"],
            password=form.cleaned_data["password1"],
            at=now,
        )
    except people.SomebodyWasFirst:
        sign_ins.take_back(attempt)
        return redirect("home")
    except people.WrongFirstCode:
        form.add_error(
            "code",
            "This code does not work. The log shows a new one every 15 minutes; after five wrong "
            "codes this page waits as long.",
        )
        return None
    sign_ins.take_back(attempt)
    return _come_in(request, person)


def _write_code(request: HttpRequest) -> None:
    """The log is the proof: only who runs the installation reads it."""
    if code := people.new_first_code(at=timezone.now()):
        logger.warning(SENTENCE_OF_THE_LOG, settings.PUBLIC_URL, request.path, code)


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    now = timezone.now()
    try:
        found = people.invitation_of(secret=secret, at=now)
        form = AcceptForm(request.POST or None, address=found.email)
        if request.method == "POST" and form.is_valid():
            note_escalation(request, form)
            person = people.accept(
                secret=secret,
                name=form.cleaned_data["name"],
                password=form.cleaned_data["password1"],
                at=now,
            )
            return _come_in(request, person)
    except people.InvitationIsOver:
        answer = render(request, "linktracker/invitation_over.html", status=404)
    else:
        answer = render(request, "linktracker/invitation.html", {"form": form, "invitation": found})
    answer["Referrer-Policy"] = (
        "same-origin"  # the address is the secret; "no-referrer" breaks the form
    )
    return answer


def _come_in(request: HttpRequest, person: User) -> HttpResponse:
    if request.user.is_authenticated:
        get_adapter(request).logout(request)
    get_adapter(request).login(request, person)
    return redirect("home")


sign_out = public(require_POST(LogoutView.as_view()))
_send_reset_link = PasswordResetView.as_view()


@public
@require_http_methods(["GET", "HEAD", "POST"])
def password_reset(request: HttpRequest) -> HttpResponse:
    """Where no message can be sent, the page says who helps instead."""
    if settings.MAIL_REACHES_PEOPLE:
        answer: HttpResponse = _send_reset_link(request)
        return answer
    return render(request, "linktracker/ask_for_reset.html")


@signed_in_recently
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: StaffRequest) -> HttpResponse:
    """Scan, type the code, keep ten codes for a lost phone."""
    if people.has_second_factor(request.user):
        return redirect("account")
    form = EnrolForm(request.POST or None)
    secret = request.session.get(SECRET)
    if request.method == "POST" and secret and form.is_valid():
        answer = _enrol(request, form, secret)
        if answer is not None:
            return answer
    if not secret:
        secret = request.session[SECRET] = generate_totp_secret()
    shown = {"form": form, "secret": one_time_codes.grouped(secret), "uri": _uri(request, secret)}
    return render(request, "linktracker/second_factor.html", shown)


def _enrol(request: StaffRequest, form: EnrolForm, secret: str) -> HttpResponse | None:
    now = timezone.now()
    try:
        attempt = sign_ins.begin_code(person=request.user, client_ip=client_ip(request), at=now)
    except sign_ins.TooManyAttempts as refusal:
        return too_many(request, refusal.seconds)
    step = one_time_codes.step_of(secret, form.cleaned_data["code"], now.timestamp())
    if step is None:
        form.add_error("code", "This is not the code of the app; wait for its next one.")
        return None
    sign_ins.take_back(attempt)
    try:
        codes = people.enrol(person=request.user, secret=secret, step=step, at=now)
    except people.CannotChange:
        return redirect("account")
    del request.session[SECRET]
    _stay_signed_in(request)
    return _show_codes(request, codes)


def _uri(request: StaffRequest, secret: str) -> str:
    """What an authenticator app reads from the QR code."""
    label = urlencode({"": f"Linktracker:{request.user.email}"})[1:]
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': 'Linktracker'})}"


@signed_in_recently
@never_cache
@require_POST
def recovery_codes(request: StaffRequest) -> HttpResponse:
    try:
        codes = people.renew_recovery_codes(person=request.user, at=timezone.now())
    except people.CannotChange as refusal:
        messages.error(request, str(refusal))
        return redirect("account")
    return _show_codes(request, codes)


def _show_codes(request: StaffRequest, codes: list[str]) -> HttpResponse:
    """In the answer itself: they are kept nowhere, not even in the session."""
    return render(request, "linktracker/recovery_codes.html", {"codes": codes})


@signed_in
@never_cache
@require_safe
def account(request: StaffRequest) -> HttpResponse:
    person = request.user
    shown = {
        "roles": ", ".join(sorted(group.name for group in person.groups.all())),
        "second_factor": people.has_second_factor(person),
        "codes_left": person.recovery_codes.filter(used_at=None).count(),
        "sign_ins": person.sign_ins.order_by("-at", "-pk")[:10],
        "now": timezone.now(),
    }
    return render(request, "linktracker/account.html", shown)


@signed_in
@require_POST
def end_other_sessions(request: StaffRequest) -> HttpResponse:
    people.sign_out_everywhere(person_id=request.user.pk, by=request.user)
    _stay_signed_in(request)
    messages.success(request, "Your other sessions have ended.")
    return redirect("account")


def _stay_signed_in(request: StaffRequest) -> None:
    """All sessions have ended; this one goes on, under a new key."""
    request.user.refresh_from_db()
    update_session_auth_hash(request, request.user)
