"""Numbers guessed of rows one may not see lead nowhere: every address, every role, pages and API alike."""

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.models import Action
from feedback.models.people import Role
from tests.factories import (
    make_collateral,
    make_competitor,
    make_lost,
    make_meeting,
    make_product,
    make_review,
    make_user,
    make_won,
)
from tests.scene import make_scene
from tests.test_access import PAGES, ROLES, answer_of
from tests.test_api_access import API

ADDRESSES = PAGES | {name: row[:3] for name, row in API.items()}
CURATORS = {"marketer", "leader", "admin"}
# Rows by their name on the scene → the roles that may know of them.
READERS = {
    "draft": {"rep", "manager", "admin"},
    "archived": {"rep", "manager", "admin"},
    "withdrawn": {"rep", "admin"},
    "unpublished": CURATORS,
    "hidden_piece": CURATORS,
    "version": CURATORS,
    "meeting": CURATORS,
    "hidden_meeting": CURATORS,
    "decision": CURATORS,
    "action": CURATORS | {"rep"},
    "others_action": CURATORS,
    "import_": {"leader", "admin"},
    "trial": {"leader", "admin"},
    "notification": {"rep"},
    "token": {"rep", "admin"},
    "saved_filter": {"rep"},
    "rule": {"leader", "admin"},
    "draft_taxonomy": {"leader", "admin"},
}


@pytest.fixture
def other_manager(other_rep):
    """Manages another team than the one whose rows are guessed."""
    manager = make_user("Olga Other", role=Role.REP)
    other_rep.team.manager = manager
    other_rep.team.save()
    return manager


@pytest.fixture
def scene(rep, other_rep, manager, marketer, leader, admin):
    scene, today = make_scene(rep=rep, marketer=marketer, leader=leader), timezone.localdate()
    scene.archived = make_review(make_lost("Reopened", owner=rep), author=rep, submitted=False)
    scene.archived.archived_at = timezone.now()
    scene.archived.save()
    scene.hidden_piece = make_collateral("Not yet", owner=marketer, published=False)
    scene.hidden_meeting = make_meeting(today.replace(day=1, year=2020), by=leader)
    scene.others_action = Action.objects.create(
        meeting=scene.meeting, text="Theirs", owner=leader, due_on=today, by=leader
    )
    scene.won = make_won("Won", owner=rep)
    scene.account, scene.competitor, scene.product = scene.open.account, make_competitor(), make_product()
    return scene


def guesses(scene, hidden):
    """(name, method, address) of everything that could be asked of rows of these kinds."""
    for name, (needs, method, _) in ADDRESSES.items():
        given = {key: row[1:] if row.startswith("=") else getattr(scene, row) for key, row in needs.items()}
        for key, usual in given.items():
            for row in hidden:
                if type(row) is type(usual):
                    numbers = {k: getattr(each, "pk", each) for k, each in (given | {key: row}).items()}
                    yield name, method, reverse(name, kwargs=numbers)


@pytest.mark.parametrize("role", [*ROLES, "other_manager"])
def test_a_guessed_number_answers_404(role, scene, request, sign_in):
    client = sign_in(request.getfixturevalue(role))
    hidden = [getattr(scene, name) for name, readers in READERS.items() if role not in readers]
    asked = {(name, url): answer_of(client, method, url) for name, method, url in guesses(scene, hidden)}
    assert {what: status for what, status in asked.items() if status != 404} == {}
    assert asked
