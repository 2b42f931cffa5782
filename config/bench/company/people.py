from dataclasses import dataclass
from random import Random

from django.contrib.auth.hashers import make_password

from config.bench.company import names
from feedback.models import Company, Team, User
from feedback.models.people import Role

MARKETERS, LEADERS, ADMINS = 12, 8, 2


@dataclass(frozen=True)
class People:
    """`reps` are in teams whose managers are among them; the last few have left and are inactive."""

    reps: list[User]
    marketers: list[User]
    leaders: list[User]
    admins: list[User]
    managers: list[User]

    @property
    def everybody(self) -> list[User]:
        return [*self.reps, *self.marketers, *self.leaders, *self.admins]


def make_people(size, dice: Random) -> People:
    Company.objects.create(pk=1, name="Bench Ltd", currency="EUR")
    teams = Team.objects.bulk_create([Team(name=f"Team {n + 1}") for n in range(size.teams)])
    reps = size.people - MARKETERS - LEADERS - ADMINS
    roles = [Role.REP] * reps + [Role.MARKETER] * MARKETERS + [Role.LEADER] * LEADERS + ["admin"] * ADMINS
    users = User.objects.bulk_create([_person(n, role, teams, dice) for n, role in enumerate(roles)])
    managers = users[: len(teams)]
    for team, manager in zip(teams, managers, strict=True):
        team.manager = manager
    Team.objects.bulk_update(teams, ["manager"])
    gone = reps + MARKETERS + LEADERS
    return People(users[:reps], users[reps : reps + MARKETERS], users[reps + MARKETERS : gone], users[gone:], managers)


def _person(n: int, role: str, teams: list[Team], dice: Random) -> User:
    is_admin, is_rep = role == "admin", role == Role.REP
    return User(
        username=f"person{n}@bench.example",
        email=f"person{n}@bench.example",
        name=f"{dice.choice(names.FIRST)} {dice.choice(names.LAST)}",
        password=make_password(None),
        role=Role.LEADER if is_admin else role,
        is_superuser=is_admin,
        is_staff=is_admin,
        team=teams[n % len(teams)] if is_rep else None,
        crm_id=f"OWNER-{n}" if is_rep else "",
        is_active=not is_rep or n < len(teams) or dice.random() > 0.05,
    )
