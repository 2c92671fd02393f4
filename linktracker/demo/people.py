"""Four people, one for each kind of work, who share one printed password."""

from django.contrib.auth.models import Group

from linktracker.models import User

PASSWORD = "linktracker-demo"  # noqa: S105 - printed on the screen, and only with the demo flag
PEOPLE = (
    ("marketing@demo.example", "Mara Lindqvist", "Marketing"),
    ("finance@demo.example", "Femi Okafor", "Finance"),
    ("approver@demo.example", "Ada Brandt", "Finance approver"),
    ("admin@demo.example", "Noor de Wit", "Administrator"),
)


def make_people() -> dict[str, User]:
    """The demo's people by the name of their group; those who exist are left as they are."""
    return {group: _make(email, name, group) for email, name, group in PEOPLE}


def _make(email: str, name: str, group: str) -> User:
    person = User.objects.filter(email=email).first()
    if person is None:
        person = User.objects.create_user(
            email, PASSWORD, name=name, is_staff=group == "Administrator"
        )
        person.groups.add(Group.objects.get(name=group))
    return person
