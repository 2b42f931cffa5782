from django.contrib.auth.hashers import make_password

from feedback.models import Company, Team, User
from feedback.models.people import Role
from objections.demo import PASSWORD
from objections.demo.corpus import read


def make_company() -> Company:
    given = read("company")["company"]
    return Company.objects.create(pk=1, name=given["name"], currency=given["currency"], time_zone=given["time_zone"])


def make_people() -> dict[str, User]:
    """Everybody with their teams, by mail address. People who left are inactive and cannot sign in."""
    company = read("company")
    teams = {team["name"]: Team.objects.create(name=team["name"]) for team in company["teams"]}
    password = make_password(PASSWORD)  # hashed once: it is slow on purpose, and everybody's is the same
    for person in company["people"]:
        _make(person, teams, password=password)
    for person in company["former_people"]:
        _make(person, teams, password=make_password(None), is_active=False)
    people = {user.email: user for user in User.objects.select_related("team")}
    for team in company["teams"]:
        Team.objects.filter(name=team["name"]).update(manager=people[team["manager"]])
    return people


def _make(person: dict, teams: dict[str, Team], **fields) -> User:
    is_admin = person["role"] == "admin"
    return User.objects.create(
        username=person["email"],
        email=person["email"],
        name=person["name"],
        role=Role.LEADER if is_admin else person["role"],
        is_superuser=is_admin,
        is_staff=is_admin,
        team=teams.get(person["team"]),
        time_zone=person["time_zone"],
        crm_id=person["name"] if person["role"] == Role.REP else "",
        **fields,
    )
