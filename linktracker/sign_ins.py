"""Each sign-in and each attempt, and how many of them are too many.

The limits are counted in the rows that administrators read: every process sees the same ones, and a
restart forgets nothing. An attempt is counted before its outcome is known and taken back when it was
right, so that many at the same moment do not slip through.
"""

import ipaddress
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils.crypto import salted_hmac

from linktracker.models import SignIn, User

WINDOW = timedelta(minutes=15)
AT_ONE_DOOR = 5
ON_ONE_ACCOUNT = 20
KNOWN_FOR = timedelta(days=90)
KEPT_FOR = timedelta(days=90)

Outcome = SignIn.Outcome
FAILURES = (Outcome.WRONG_PASSWORD, Outcome.WRONG_CODE, Outcome.CLOSED)


class TooManyAttempts(Exception):
    def __init__(self, wait: timedelta) -> None:
        super().__init__("Too many attempts.")
        self.seconds = max(1, int(wait.total_seconds()) + 1)


def account_of(address: str) -> str:
    """A keyed digest: two attempts at one address can be told, the address itself cannot."""
    plain = address.strip().lower().encode("utf-8", "replace").decode()
    return salted_hmac("linktracker.sign_ins", plain, algorithm="sha256").hexdigest()


def door_of(account: str, client_ip: str) -> str:
    return account_of(f"{account} {prefix_of(client_ip)}")


def prefix_of(client_ip: str) -> str:
    """The neighbourhood of an address: a stranger far away does not close one's own door."""
    address = ipaddress.ip_address(client_ip)
    length = 24 if address.version == 4 else 48
    return str(ipaddress.ip_network(f"{address}/{length}", strict=False))


def begin_password(*, address: str, client_ip: str, at: datetime) -> SignIn:
    """Count one password as wrong for now. Raises `TooManyAttempts`."""
    person = User.objects.filter(email=address.strip().lower()).order_by("pk").first()
    account = account_of(address)
    home = door_of(account, client_ip)
    return _begin(account, person, client_ip, Outcome.WRONG_PASSWORD, at, home=home)


def begin_code(*, person: User, client_ip: str, at: datetime) -> SignIn:
    """Count one code of the second factor as wrong for now. Raises `TooManyAttempts`.

    A new password does not open this door again: the code is for when the mailbox is stolen too.
    """
    account = account_of(f"second factor of {person.pk}")
    home = door_of(account_of(person.email), client_ip)
    return _begin(account, person, client_ip, Outcome.WRONG_CODE, at, home=home)


def begin_first_code(*, client_ip: str, at: datetime) -> SignIn:
    """Count one code of the first administrator as wrong for now. Raises `TooManyAttempts`.

    Each network by itself: nobody has come in before, so no door is known, and strangers together
    would keep out the one who reads the log.
    """
    account = account_of(f"first administrator from {prefix_of(client_ip)}")
    home = door_of(account, client_ip)
    return _begin(account, None, client_ip, Outcome.WRONG_CODE, at, home=home)


def _begin(
    account: str, person: User | None, client_ip: str, outcome: Outcome, at: datetime, *, home: str
) -> SignIn:
    """`home` is the door that is written down when somebody signs in; see `record`."""
    door = door_of(account, client_ip)
    with transaction.atomic():
        _one_at_a_time(account)
        wait = _wait(account, door, home, at)
        if not wait:
            return SignIn.objects.create(
                person=person, outcome=outcome, at=at, account=account, door=door
            )
        _note_refusal(account, person, door, at)
    raise TooManyAttempts(wait)


def take_back(attempt: SignIn) -> None:
    """It was right after all."""
    attempt.delete()


def found_closed(attempt: SignIn) -> None:
    """The password was right, the account is closed."""
    attempt.outcome = Outcome.CLOSED
    attempt.save(update_fields=["outcome"])


def record(*, person: User, client_ip: str, outcome: Outcome, at: datetime) -> None:
    """Somebody came in or chose a new password: what failed before no longer counts."""
    account = account_of(person.email)
    SignIn.objects.create(
        person=person, outcome=outcome, at=at, account=account, door=door_of(account, client_ip)
    )
    SignIn.objects.filter(person=None, at__lt=at - KEPT_FOR).delete()


def _one_at_a_time(account: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(account[:15], 16)])


def _wait(account: str, door: str, home: str, at: datetime) -> timedelta:
    """How long this door stays closed; zero where it is open."""
    since = _counted_since(account, home, at)
    failed = SignIn.objects.filter(outcome__in=FAILURES, at__gt=since).order_by("-at", "-pk")
    for rows, limit in (
        (failed.filter(door=door), AT_ONE_DOOR),
        (failed.filter(account=account), ON_ONE_ACCOUNT),
    ):
        moments = list(rows.values_list("at", flat=True)[:limit])
        reached = len(moments) == limit
        if reached and (limit == AT_ONE_DOOR or not _is_known(home, at)):
            return max(moments[-1] + WINDOW - at, timedelta(seconds=1))
    return timedelta(0)


def _counted_since(account: str, home: str, at: datetime) -> datetime:
    """Fifteen minutes ago, or the last time somebody came in here or chose a new password."""
    came_in = SignIn.objects.filter(door=home, outcome=Outcome.SIGNED_IN, at__gt=at - WINDOW)
    reset = SignIn.objects.filter(account=account, outcome=Outcome.NEW_PASSWORD, at__gt=at - WINDOW)
    moments = [row.at for rows in (came_in, reset) if (row := rows.order_by("-at", "-pk").first())]
    return max([at - WINDOW, *moments])


def _is_known(home: str, at: datetime) -> bool:
    """Whoever signed in from here before is not kept out by attempts from elsewhere."""
    return SignIn.objects.filter(
        door=home, outcome=Outcome.SIGNED_IN, at__gt=at - KNOWN_FOR
    ).exists()


def _note_refusal(account: str, person: User | None, door: str, at: datetime) -> None:
    """Once a window is enough; a row for each refusal would let strangers fill the table."""
    noted = SignIn.objects.filter(door=door, outcome=Outcome.REFUSED, at__gt=at - WINDOW)
    if not noted.exists():
        SignIn.objects.create(
            person=person, outcome=Outcome.REFUSED, at=at, account=account, door=door
        )
