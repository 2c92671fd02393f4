"""What can happen to a person: one function each, which keeps who did it, and from what to what.

A link or a code is shown once, where it is made; the database keeps a digest.
"""

import hashlib
import hmac
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Model, Q, QuerySet

from linktracker.lib import one_time_codes
from linktracker.models import FirstCode, Invitation, RecoveryCode, User

INVITED_FOR = timedelta(days=7)
FIRST_CODE_FOR = timedelta(minutes=15)
FIRST_CODE_TRIES = 1000  # of all networks together; `sign_ins` gives each of them five
RECOVERY_CODES = 10
CODE_LENGTH = 16
ADMINISTRATOR = "Administrator"  # made by a migration; the first person is given this role


class CannotChange(Exception):
    """The sentence says why it stays as it is."""


class CannotInvite(Exception):
    """The sentence says why no invitation was made."""


class InvitationIsOver(Exception):
    """The link was used, revoked or is too old, or nobody ever got it."""


class WrongFirstCode(Exception):
    """The code is wrong, too old or was tried too often."""


class SomebodyWasFirst(Exception):
    """There is a person already; the code has done its work."""


# The first administrator


def somebody_exists() -> bool:
    return User.objects.exists()


@transaction.atomic
def new_first_code(*, at: datetime) -> str | None:
    """A code to write into the log; None while the last one still works."""
    kept = _locked_first_code(at)
    if _works(kept, at):
        return None
    code = _new_code()
    kept.digest, kept.tries = one_time_codes.digest(code), 0
    kept.expires_at = at + FIRST_CODE_FOR
    kept.save()
    return one_time_codes.grouped(code)


def create_first_administrator(
    *, code: str, email: str, name: str, password: str, at: datetime
) -> User:
    """Of two at once the second finds that somebody was first. A wrong code uses up one try."""
    with transaction.atomic():
        kept = _locked_first_code(at)
        if User.objects.exists():
            raise SomebodyWasFirst
        right = hmac.compare_digest(kept.digest, one_time_codes.digest(code))
        if right and _works(kept, at):
            return _make_first(kept, email, name, password)
        kept.tries = min(kept.tries + 1, FIRST_CODE_TRIES)
        kept.save(update_fields=["tries"])
    raise WrongFirstCode


def _make_first(kept: FirstCode, email: str, name: str, password: str) -> User:
    person = User.objects.create_user(email, password, name=name)
    _give_roles(person, [Group.objects.get(name=ADMINISTRATOR)])
    kept.digest = ""
    kept.save(update_fields=["digest"])
    _note(person, by=person, sentence="Created as the first administrator.", flag=ADDITION)
    return person


def _locked_first_code(at: datetime) -> FirstCode:
    FirstCode.objects.bulk_create([FirstCode(pk=1, expires_at=at)], ignore_conflicts=True)
    return FirstCode.objects.select_for_update().get(pk=1)


def _works(kept: FirstCode, at: datetime) -> bool:
    return bool(kept.digest) and kept.tries < FIRST_CODE_TRIES and at < kept.expires_at


# Invitations


@transaction.atomic
def invite(*, email: str, role: Group, by: User, at: datetime) -> tuple[Invitation, str]:
    """The invitation and the secret of its link. One that is still open is replaced."""
    address = email.strip().lower()
    if User.objects.filter(email=address).exists():
        raise CannotInvite(f"{address} has an account already; change its roles instead.")
    _lock_people()
    for older in _open_invitations().filter(email=address):
        _revoke(older, by=by, at=at)
    secret = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        email=address,
        role=role,
        digest=_digest(secret),
        invited_by=by,
        invited_at=at,
        expires_at=at + INVITED_FOR,
    )
    _note(invitation, by=by, sentence=f"Invited as {role}.", flag=ADDITION)
    return invitation, secret


@transaction.atomic
def revoke_invitation(
    *, invitation_id: int, by: User, at: datetime, reason: str = ""
) -> Invitation:
    invitation = Invitation.objects.select_for_update().get(pk=invitation_id)
    if invitation.accepted_at or invitation.revoked_at:
        raise CannotChange("This invitation is no longer open.")
    _revoke(invitation, by=by, at=at, reason=reason)
    return invitation


def invitation_of(*, secret: str, at: datetime) -> Invitation:
    """The open invitation that this link is for, by somebody who may still invite.

    Raises `InvitationIsOver`.
    """
    found = _open_invitations().filter(digest=_digest(secret), expires_at__gt=at).first()
    if found is None or not _may_invite(found.invited_by):
        raise InvitationIsOver
    return found


@transaction.atomic
def accept(*, secret: str, name: str, password: str, at: datetime) -> User:
    """Of two at once the second finds the invitation over."""
    _lock_people()
    invitation = invitation_of(secret=secret, at=at)
    if User.objects.filter(email=invitation.email).exists():
        raise InvitationIsOver
    person = User.objects.create_user(invitation.email, password, name=name)
    _give_roles(person, [invitation.role])
    invitation.accepted_at, invitation.accepted_by = at, person
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    sentence = f"Accepted the invitation of {invitation.invited_by}, as {invitation.role}."
    _note(person, by=person, sentence=sentence, flag=ADDITION)
    return person


def _open_invitations() -> QuerySet[Invitation]:
    rows = Invitation.objects.filter(accepted_at=None, revoked_at=None)
    return rows.select_related("role", "invited_by").order_by("-invited_at", "-pk")


def open_invitations(*, at: datetime) -> QuerySet[Invitation]:
    return _open_invitations().filter(expires_at__gt=at)


def _may_invite(person: User) -> bool:
    return _holders("manage_people").filter(pk=person.pk).exists()


def _revoke_what_is_open_of(inviter: User, *, by: User, at: datetime) -> None:
    """Nobody comes in on the word of somebody who may no longer give it."""
    for invitation in _open_invitations().filter(invited_by=inviter):
        _revoke(invitation, by=by, at=at)


def _revoke(invitation: Invitation, *, by: User, at: datetime, reason: str = "") -> None:
    invitation.revoked_at = at
    invitation.save(update_fields=["revoked_at"])
    _note(invitation, by=by, sentence="Revoked.", reason=reason)


# Roles, and who may sign in


def administrators() -> QuerySet[User]:
    """Who may sign in and open the administration."""
    return _holders("open_administration")


def without_second_factor() -> QuerySet[User]:
    """Who needs a second factor and has none yet."""
    enrolled = Authenticator.objects.filter(type=Authenticator.Type.TOTP)
    return _holders("need_second_factor").exclude(pk__in=enrolled.values("user_id"))


def _holders(codename: str) -> QuerySet[User]:
    """Active people with a permission of ours: by a role, by name, or as superuser."""
    permission = Permission.objects.filter(content_type__app_label="linktracker", codename=codename)
    in_a_role = User.groups.through.objects.filter(group__permissions__in=permission)
    by_name = User.user_permissions.through.objects.filter(permission__in=permission)
    return User.objects.filter(is_active=True).filter(
        Q(is_superuser=True)
        | Q(pk__in=in_a_role.values("user_id"))
        | Q(pk__in=by_name.values("user_id"))
    )


@transaction.atomic
def set_roles(*, person_id: int, roles: Collection[Group], by: User, at: datetime) -> User:
    """The person signs in again, so that no session outlives what it was allowed.

    Their open invitations end where they may no longer invite.
    """
    person = _to_change(person_id, by)
    before = _named(person.groups.all())
    if before == _named(roles):
        return person
    _keep_an_administrator(person, stays=any(map(_administers, roles)))
    _give_roles(person, roles)
    _end_sessions(person)
    _note(person, by=by, sentence=f"Roles: {before} → {_named(roles)}.")
    if not _may_invite(person):
        _revoke_what_is_open_of(person, by=by, at=at)
    return person


@transaction.atomic
def deactivate(*, person_id: int, by: User, at: datetime, reason: str = "") -> User:
    """Their sessions and their open invitations end with it."""
    person = _to_change(person_id, by)
    if not person.is_active:
        raise CannotChange(f"{person} may not sign in already.")
    _keep_an_administrator(person, stays=False)
    person.is_active = False
    person.save(update_fields=["is_active"])
    _end_sessions(person)
    _note(person, by=by, sentence="May sign in: yes → no. All sessions ended.", reason=reason)
    _revoke_what_is_open_of(person, by=by, at=at)
    return person


@transaction.atomic
def reactivate(*, person_id: int, by: User) -> User:
    person = _to_change(person_id, by)
    if person.is_active:
        raise CannotChange(f"{person} may sign in already.")
    person.is_active = True
    person.save(update_fields=["is_active"])
    _note(person, by=by, sentence="May sign in: no → yes.")
    return person


@transaction.atomic
def sign_out_everywhere(*, person_id: int, by: User, reason: str = "") -> User:
    """People do this to themselves too."""
    person = _locked(person_id, by)
    _end_sessions(person)
    _note(person, by=by, sentence="All sessions ended.", reason=reason)
    return person


@transaction.atomic
def rename(*, person_id: int, name: str, by: User) -> User:
    """The address stays: whoever changes it takes over the account, by a new password."""
    person = _locked(person_id, by)
    before, person.name = person.name, name
    if before == name:
        return person
    person.save(update_fields=["name"])
    _note(person, by=by, sentence=f"Name: {before or '–'} → {name or '–'}.")
    return person


@transaction.atomic
def offer_new_password(*, person_id: int, by: User, reason: str = "") -> User:
    """Somebody hands this person a link to choose a password; the second factor is still asked."""
    person = _to_change(person_id, by)
    if not person.is_active:
        raise CannotChange(f"{person} may not sign in; open the account first.")
    sentence = "A link to choose a new password was made; it works once, for one hour."
    _note(person, by=by, sentence=sentence, reason=reason)
    return person


@transaction.atomic
def set_password(*, person: User, password: str) -> None:
    """Their own doing, by the old password or a link in their mail; other sessions end."""
    person.set_password(password)
    person.save(update_fields=["password"])
    _note(person, by=person, sentence="Password changed.")


def _to_change(person_id: int, by: User) -> User:
    if person_id == by.pk:
        raise CannotChange("Nobody changes this for themselves; ask another administrator.")
    return _locked(person_id, by)


def _locked(person_id: int, by: User) -> User:
    """Raises `User.DoesNotExist`. A superuser is changed by superusers alone, or by themselves."""
    _lock_people()
    person = User.objects.select_for_update().get(pk=person_id)
    if person.is_superuser and not by.is_superuser and person != by:
        raise CannotChange("Only a superuser changes a superuser.")
    return person


def _lock_people() -> None:
    """Changes to people wait for each other: two at once could remove the last administrators."""
    Group.objects.select_for_update().get(name=ADMINISTRATOR)


def _keep_an_administrator(person: User, *, stays: bool) -> None:
    others = administrators().exclude(pk=person.pk)
    if not stays and administrators().filter(pk=person.pk).exists() and not others.exists():
        raise CannotChange(f"{person} is the last administrator; make somebody else one first.")


def _give_roles(person: User, roles: Collection[Group]) -> None:
    person.groups.set(roles)
    person.is_staff = any(map(_administers, roles))
    person.save(update_fields=["is_staff"])


def _administers(role: Group) -> bool:
    return role.permissions.filter(
        content_type__app_label="linktracker", codename="open_administration"
    ).exists()


def _named(roles: Collection[Group] | QuerySet[Group]) -> str:
    return ", ".join(sorted(role.name for role in roles)) or "none"


def _end_sessions(person: User) -> None:
    """Each session carries a digest of this number; see `User`."""
    person.times_signed_out += 1
    person.save(update_fields=["times_signed_out"])


# The second factor


def has_second_factor(person: User) -> bool:
    return bool(Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists())


@transaction.atomic
def enrol(*, person: User, secret: str, step: int, at: datetime) -> list[str]:
    """The ten recovery codes, shown this once. All sessions end; the code is spent."""
    person = User.objects.select_for_update().get(pk=person.pk)
    if has_second_factor(person):
        raise CannotChange("You have a second factor already.")
    Authenticator.objects.create(
        user=person, type=Authenticator.Type.TOTP, data={"secret": secret, "step": step}
    )
    _end_sessions(person)
    _note(person, by=person, sentence="Second factor: none → authenticator app.")
    return _new_recovery_codes(person, at)


@transaction.atomic
def renew_recovery_codes(*, person: User, at: datetime) -> list[str]:
    """Ten new ones; those from before work no more."""
    person = User.objects.select_for_update().get(pk=person.pk)
    if not has_second_factor(person):
        raise CannotChange("Set up a second factor first.")
    _note(person, by=person, sentence="Recovery codes made again.")
    return _new_recovery_codes(person, at)


@transaction.atomic
def use_code(*, person: User, typed: str, at: datetime) -> Authenticator | None:
    """The factor that this code is right for, once: from the app, or a recovery code."""
    factor = (
        Authenticator.objects.select_for_update()
        .filter(user=person, type=Authenticator.Type.TOTP)
        .order_by("pk")
        .first()
    )
    if factor is None:
        return None
    step = one_time_codes.step_of(factor.data["secret"], typed, at.timestamp())
    if step is not None:
        return _spend_step(factor, step)
    spent = RecoveryCode.objects.filter(
        person=person, digest=one_time_codes.digest(typed), used_at=None
    ).update(used_at=at)
    if spent:
        _note(person, by=person, sentence="A recovery code was used.")
    return factor if spent else None


def _spend_step(factor: Authenticator, step: int) -> Authenticator | None:
    """A code that was used, or an older one, is not taken again."""
    if step <= factor.data.get("step", -1):
        return None
    factor.data["step"] = step
    factor.save(update_fields=["data"])
    return factor


@transaction.atomic
def reset_second_factor(*, person_id: int, by: User, reason: str = "") -> User:
    """For a lost phone: the person signs in with the password and sets it up again."""
    person = _to_change(person_id, by)
    if not has_second_factor(person):
        raise CannotChange(f"{person} has no second factor.")
    Authenticator.objects.filter(user=person).delete()
    person.recovery_codes.all().delete()
    _end_sessions(person)
    sentence = "Second factor: authenticator app → none. All sessions ended."
    _note(person, by=by, sentence=sentence, reason=reason)
    return person


def _new_recovery_codes(person: User, at: datetime) -> list[str]:
    person.recovery_codes.all().delete()
    codes = [_new_code() for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(person=person, digest=one_time_codes.digest(code), made_at=at)
        for code in codes
    )
    return [one_time_codes.grouped(code) for code in codes]


def _new_code() -> str:
    return "".join(secrets.choice(one_time_codes.ALPHABET) for _ in range(CODE_LENGTH))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _note(row: Model, *, by: User, sentence: str, flag: int = CHANGE, reason: str = "") -> None:
    sentence += f" Reason: {reason}" if reason else ""
    LogEntry.objects.log_actions(by.pk, [row], flag, change_message=sentence, single_object=True)
