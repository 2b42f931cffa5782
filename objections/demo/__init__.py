"""The demo company: `manage.py seed_demo` fills an empty portal with it."""

from feedback.models import Company, User
from feedback.models.people import Role

NAME = "Palletry"
DOMAIN = "palletry.example"
PASSWORD = "closed-loop-demo"  # noqa: S105  everybody's of the demo, printed at its start


def is_demo() -> bool:
    """Whether the database holds the demo company."""
    return Company.objects.filter(name=NAME).exists() and _people().exists()


def sign_ins() -> list[str]:
    """A line for each role saying how to sign in, while the database holds the demo company; else none."""
    if not is_demo():
        return []
    people = list(_people().filter(is_active=True).select_related("team").prefetch_related("managed_teams"))
    found = [(words, next((person for person in people if fits(person)), None)) for words, fits in ROLES]
    lines = [f"{words:<13} {person.username}" for words, person in found if person]
    return [f"The demo company {NAME}; the password of everybody is {PASSWORD}", *lines]


ROLES = [
    ("rep", lambda person: person.role == Role.REP and not person.managed_teams.all()),
    ("team manager", lambda person: person.role == Role.REP and person.managed_teams.all()),
    ("marketer", lambda person: person.role == Role.MARKETER),
    ("leader", lambda person: person.role == Role.LEADER and not person.is_superuser and not person.team),
    ("admin", lambda person: person.is_superuser),
]


def _people():
    return User.objects.filter(username__endswith=f"@{DOMAIN}").order_by("id")
