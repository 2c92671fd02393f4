"""The people who sign in, how they were let in, and each time they came or tried to."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractBaseUser, Group, PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac


class People(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        person = self.model(email=email.strip().lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """An e-mail address is the name. Nobody is ever deleted: what they decided keeps their name."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    is_staff = models.BooleanField("may open the administration", default=False)
    is_active = models.BooleanField("may sign in", default=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    times_signed_out = models.PositiveIntegerField(
        "how often all sessions were ended", default=0, editable=False
    )

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[People] = People()

    class Meta:
        permissions = [
            ("open_administration", "Can open the administration"),
            ("manage_people", "Can invite people and change what they may do"),
            ("need_second_factor", "Signs in with a second factor"),
        ]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_person_an_email_address"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """Django compares it on each request; another number in it ends every session at once."""
        salt = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash"
        ended = str(self.times_signed_out or "")  # "" keeps the sessions from before this number
        hashed = salted_hmac(salt, self.password + ended, secret=secret, algorithm="sha256")
        return hashed.hexdigest()


class FirstCode(models.Model):
    """The code in the log that lets somebody create the first administrator; at most one row."""

    digest = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="there_is_one_first_code"),
        ]

    def __str__(self) -> str:
        return "first administrator"


class Invitation(models.Model):
    """Who may become a person here, and as what. Its link works once; only a digest of it is kept."""

    email = models.EmailField()
    role = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_by = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["email"],
                condition=Q(accepted_at=None, revoked_at=None),
                name="one_open_invitation_an_address",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(revoked_at=None),
                name="no_invitation_is_accepted_and_revoked",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="accepted_invitations_say_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="invited_addresses_are_lower_case"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("invited_at")), name="invitations_last_a_while"
            ),
        ]

    def __str__(self) -> str:
        return self.email


class RecoveryCode(models.Model):
    """One of ten codes that stand in for a lost phone, once each; only a digest is kept."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recovery_codes"
    )
    digest = models.CharField(max_length=64, editable=False)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "digest"], name="no_person_has_a_recovery_code_twice"
            ),
        ]

    def __str__(self) -> str:
        return f"recovery code {self.pk}"


class SignIn(models.Model):
    """Somebody signed in, or tried to. What was typed is never kept: an address is a keyed digest.

    `account` stands for the typed address, `door` for that address from one part of the network.
    """

    class Outcome(models.TextChoices):
        SIGNED_IN = "signed in", "signed in"
        WRONG_PASSWORD = "wrong password", "wrong password"
        WRONG_CODE = "wrong code", "wrong code"
        CLOSED = "account closed", "right password, closed account"
        REFUSED = "too many attempts", "refused after too many attempts"
        NEW_PASSWORD = "new password", "chose a new password"

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="sign_ins"
    )
    outcome = models.CharField(max_length=20, choices=Outcome)
    at = models.DateTimeField()
    account = models.CharField(max_length=64, editable=False)
    door = models.CharField(max_length=64, editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["door", "at"], name="sign_ins_by_door"),
            models.Index(fields=["account", "at"], name="sign_ins_by_account"),
            models.Index(fields=["person", "at"], name="sign_ins_by_person"),
            models.Index(fields=["at"], name="sign_ins_by_time"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome="signed in") | Q(person__isnull=False),
                name="who_signed_in_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.at:%Y-%m-%d %H:%M}"
