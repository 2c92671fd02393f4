"""People: who they are, what they may do, and how others are let in."""

from smtplib import SMTPException

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.admin.models import LogEntry
from django.core.mail import send_mail
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linktracker import people
from linktracker.access import StaffRequest, needs
from linktracker.accounts import note_escalation, show_reset_link
from linktracker.forms import InviteForm, RolesForm
from linktracker.models import Invitation, User

MANAGE = "linktracker.manage_people"


def _deactivate_now(*, person_id: int, by: User) -> User:
    return people.deactivate(person_id=person_id, by=by, at=timezone.now())


CHANGES = {
    "deactivate": (_deactivate_now, "{} may not sign in any more; all sessions have ended."),
    "reactivate": (people.reactivate, "{} may sign in again."),
    "reset-second-factor": (
        people.reset_second_factor,
        "{} signs in with the password and sets up a new second factor.",
    ),
    "sign-out": (people.sign_out_everywhere, "All sessions of {} have ended."),
}
SHOWN = 20


@needs(MANAGE)
@require_safe
def people_list(request: StaffRequest) -> HttpResponse:
    now = timezone.now()
    shown = {
        "people": _with_second_factor(User.objects.order_by("-is_active", "email")),
        "invitations": people.open_invitations(at=now),
        "now": now,
    }
    return render(request, "linktracker/people.html", shown)


def _with_second_factor(rows: QuerySet[User]) -> QuerySet[User]:
    factor = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
    return rows.annotate(second_factor=Exists(factor)).prefetch_related("groups")


@needs(MANAGE, recent=True)
@require_safe
def person(request: StaffRequest, person_id: int) -> HttpResponse:
    found = _found(person_id)
    shown = {
        "person": found,
        "form": RolesForm(initial={"roles": found.groups.all()}),
        "is_self": found == request.user,
        "sign_ins": found.sign_ins.order_by("-at", "-pk")[:SHOWN],
        "history": _history(found),
        "now": timezone.now(),
    }
    return render(request, "linktracker/person.html", shown)


def _found(person_id: int) -> User:
    return get_object_or_404(_with_second_factor(User.objects.all()), pk=person_id)


def _history(found: User) -> QuerySet[LogEntry]:
    rows = LogEntry.objects.filter(
        object_id=str(found.pk),
        content_type__app_label="linktracker",
        content_type__model="user",
    )
    return rows.select_related("user").order_by("-action_time", "-pk")[:SHOWN]


@needs(MANAGE, recent=True)
@require_POST
def change_roles(request: StaffRequest, person_id: int) -> HttpResponse:
    found = _found(person_id)
    form = RolesForm(request.POST)
    note_escalation(request, form)
    if not form.is_valid():
        messages.error(request, "Choose roles from the list.")
        return redirect("person", person_id)
    try:
        people.set_roles(
            person_id=person_id,
            roles=form.cleaned_data["roles"],
            by=request.user,
            at=timezone.now(),
        )
    except people.CannotChange as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Roles of {found} saved.")
    return redirect("person", person_id)


@needs(MANAGE, recent=True)
@never_cache
@require_POST
def reset_link(request: StaffRequest, person_id: int) -> HttpResponse:
    _found(person_id)
    try:
        changed = people.offer_new_password(person_id=person_id, by=request.user)
    except people.CannotChange as refusal:
        messages.error(request, str(refusal))
        return redirect("person", person_id)
    return show_reset_link(request, changed)


@needs(MANAGE, recent=True)
@require_POST
def change_person(request: StaffRequest, person_id: int, change: str) -> HttpResponse:
    found = _found(person_id)
    if change not in CHANGES:
        raise Http404
    action, sentence = CHANGES[change]
    try:
        action(person_id=person_id, by=request.user)
    except people.CannotChange as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, sentence.format(found))
    return redirect("person", person_id)


@needs(MANAGE, recent=True)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: StaffRequest) -> HttpResponse:
    form = InviteForm(request.POST or None)
    once = request.POST.get("once", "")
    if once and once == request.session.get("invited"):
        messages.info(request, "That invitation was made already; its link was shown once.")
        return redirect("people")
    if request.method == "POST" and form.is_valid():
        try:
            made, secret = people.invite(
                email=form.cleaned_data["email"],
                role=form.cleaned_data["role"],
                by=request.user,
                at=timezone.now(),
            )
        except people.CannotInvite as refusal:
            form.add_error("email", str(refusal))
        else:
            request.session["invited"] = once
            return _tell(request, made, secret)
    return render(request, "linktracker/invite.html", {"form": form})


def _tell(request: StaffRequest, made: Invitation, secret: str) -> HttpResponse:
    """The link is in this answer and, where there is a mail server, in a message; nowhere else."""
    link = settings.PUBLIC_URL + reverse("invitation", args=[secret])
    shown = {"invitation": made, "link": link, "mail": _mail(request, made, link)}
    return render(request, "linktracker/invited.html", shown)


def _mail(request: StaffRequest, made: Invitation, link: str) -> str:
    """`sent`, `failed`, or "" where no mail server is set."""
    if not settings.MAIL_REACHES_PEOPLE:
        return ""
    text = render_to_string("linktracker/invitation.txt", {"invitation": made, "link": link})
    try:
        send_mail("You are invited to Linktracker", text, None, [made.email])
    except (SMTPException, OSError):
        return "failed"
    return "sent"


@needs(MANAGE, recent=True)
@require_POST
def revoke(request: StaffRequest, invitation_id: int) -> HttpResponse:
    get_object_or_404(Invitation, pk=invitation_id)
    try:
        revoked = people.revoke_invitation(
            invitation_id=invitation_id, by=request.user, at=timezone.now()
        )
    except people.CannotChange as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"The invitation of {revoked.email} no longer works.")
    return redirect("people")
