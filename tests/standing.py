"""A scene that stands for all tests of a module, for it takes longer to make than most of them take to run.

A module that imports these fixtures has the people of the scene under their usual names. Each test writes into a
transaction inside that of the scene and meets copies of its rows, so that no test meets what another did.
"""

from contextlib import ExitStack
from copy import deepcopy

import pytest
from django.db import transaction
from django.test import Client

from feedback.models import Company
from tests.cast import CAST, make_company, see_anew
from tests.factories import seed_anew
from tests.scene import make_scene

__all__ = ["copied", "scene", "sign_in", "standing", "company", *CAST]


@pytest.fixture(scope="module")
def standing(django_db_setup, django_db_blocker):
    """(people by the names of their fixtures, scene, by person the cookies of somebody signed in)."""
    with django_db_blocker.unblock(), ExitStack() as whole:
        whole.enter_context(transaction.atomic())
        whole.callback(transaction.set_rollback, True)  # also where making it fails
        with pytest.MonkeyPatch.context() as patch:
            see_anew(patch)
            seed_anew()
            make_company()
            people = {name: make() for name, make in CAST.items()}
            scene = make_scene(rep=people["rep"], marketer=people["marketer"], leader=people["leader"])
            cookies = {person.pk: signed_in(person).cookies.output(header="") for person in people.values()}
        yield people, scene, cookies


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def sign_in(standing):
    """As of `tests.cast`, without signing the same people in for each test anew."""

    def client_of(user):
        client = Client()
        if user is not None:
            client.cookies.load(standing[2][user.pk])
        return client

    return client_of


@pytest.fixture
def copied(standing, db):
    return deepcopy(standing[:2])


@pytest.fixture
def scene(copied):
    return copied[1]


@pytest.fixture
def company(copied):
    return Company.objects.get()


def _person(name):
    @pytest.fixture(name=name)
    def found(copied):
        return copied[0][name]

    return found


manager, rep, other_rep, marketer, leader, admin = map(_person, CAST)
