"""Two people who give one name in the same moment: the second is told, and nothing of theirs is half done."""

import pytest
from django.urls import reverse

from feedback.jobs import queue_job
from objections.actions import proposals
from objections.forms import themes as forms
from objections.models import Build, Proposal, Split, Theme
from tests.factories import make_objection, make_theme, place


@pytest.fixture
def taken(company, monkeypatch):
    """A name that was still free when the other person's form was looked at."""
    for module in (forms, proposals):
        monkeypatch.setattr(module, "free_name", lambda name, besides=None: name)
    return make_theme("Too dear")


@pytest.fixture
def client(marketer, sign_in):
    return sign_in(marketer)


def refused(answer):
    assert answer.status_code == 422
    assert "Another theme has this name" in answer.content.decode()
    assert Theme.objects.filter(name="Too dear").count() == 1


def test_a_new_theme_with_a_name_just_taken_is_refused(client, taken):
    data = {"name": "Too dear", "category": taken.category_id, "owner": "marketing"}
    refused(client.post(reverse("objections:theme_create"), data))


def test_a_theme_is_not_given_a_name_just_taken(client, taken):
    theme = make_theme("Dear")
    data = {"name": "Too dear", "category": taken.category_id, "owner": "marketing"}
    refused(client.post(reverse("objections:theme_edit", args=[theme.pk]), data))
    theme.refresh_from_db()
    assert theme.name == "Dear"


def test_what_is_split_off_gets_no_name_just_taken(client, taken, rep):
    theme, voice = make_theme("Dear"), make_objection(author=rep)
    place(voice, theme)
    data = {"name": "Too dear", "objections": [voice.pk]}
    refused(client.post(reverse("objections:theme_split", args=[theme.pk]), data))
    assert not Split.objects.exists()
    assert voice.placement.theme == theme


def test_a_proposal_stays_open_when_its_name_was_just_taken(client, taken, marketer, rep):
    build = Build.objects.create(job=queue_job(kind="build_themes"), by=marketer)
    proposal = Proposal.objects.create(build=build, kind="new", name="Too dear", why="they say the same")
    proposal.objections.add(make_objection(author=rep))
    data = {"name": "Too dear", "category": taken.category_id}
    refused(client.post(reverse("objections:proposal_accept", args=[proposal.pk]), data))
    proposal.refresh_from_db()
    assert proposal.state == "open"
