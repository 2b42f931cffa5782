"""The named people of the tests, one fixture each."""

from threading import Lock

import pytest
from django.test import Client

from feedback.models import Company
from feedback.models.people import Role
from objections.theming import matching, meanings
from tests.factories import make_team, make_user


@pytest.fixture(autouse=True)
def _index_of_this_test(monkeypatch):
    see_anew(monkeypatch)


def see_anew(monkeypatch):
    """What is kept of the rows is looked at anew in each test, and while it waits: a thread would see other rows."""
    monkeypatch.setattr(matching, "_looked_at", float("-inf"))
    monkeypatch.setattr(matching, "_renewing", Lock())
    monkeypatch.setattr(matching, "_beside", lambda work: work())
    monkeypatch.setattr(meanings, "_held", None)
    monkeypatch.setattr(meanings, "_voices", None)
    monkeypatch.setattr(meanings, "NEW_EVERY", 0)


def make_company():
    return Company.objects.get_or_create(pk=1, defaults={"name": "Palletry", "currency": "EUR"})[0]


def make_manager():
    manager = make_user("Mona Manager", role=Role.REP)
    team = make_team("North")
    team.manager = manager
    team.save()
    return manager


# In this order: the rep is of the team that the manager manages, the other rep of another one.
CAST = {
    "manager": make_manager,
    "rep": lambda: make_user("Rita Rep", role=Role.REP, team=make_team("North")),
    "other_rep": lambda: make_user("Otto Other", role=Role.REP, team=make_team("South")),
    "marketer": lambda: make_user("Mara Marketer", role=Role.MARKETER),
    "leader": lambda: make_user("Lena Leader", role=Role.LEADER),
    "admin": lambda: make_user("Ada Admin", role=Role.LEADER, is_superuser=True, is_staff=True),
}


@pytest.fixture
def company(db):
    return make_company()


@pytest.fixture
def manager(company):
    return CAST["manager"]()


@pytest.fixture
def rep(manager):
    return CAST["rep"]()


@pytest.fixture
def other_rep(company):
    return CAST["other_rep"]()


@pytest.fixture
def marketer(company):
    return CAST["marketer"]()


@pytest.fixture
def leader(company):
    return CAST["leader"]()


@pytest.fixture
def admin(company):
    return CAST["admin"]()


@pytest.fixture
def sign_in():
    """`sign_in(user)` gives a client; `sign_in(None)` one of a stranger."""

    def client_of(user):
        client = Client()
        if user is not None:
            client.force_login(user)
        return client

    return client_of
