"""How an action stands, in a word of its owner's."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.actions.action_updates import say_how_it_stands
from feedback.actions.decisions import add_action
from feedback.actions.meetings import close_meeting
from feedback.models import Action
from tests.factories import make_meeting

pytestmark = pytest.mark.django_db


@pytest.fixture
def action(leader, rep):
    meeting = make_meeting(date(2026, 2, 1), by=leader)
    due = timezone.localdate() + timedelta(days=5)
    return add_action(meeting=meeting, action=Action(text="Write it", owner=rep, due_on=due), by=leader)


def test_its_owner_says_it_from_home_and_comes_back(client, action, rep):
    client.force_login(rep)
    home = client.get("/").content.decode()
    address = reverse("feedback:action_update", args=[action.pk])
    assert f"{address}?in=home" in home
    answer = client.post(address, {"text": "Half <b>done</b>", "in": "home"})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    update = action.updates.get()
    assert (update.text, update.by) == ("Half <b>done</b>", rep)
    assert "“Half &lt;b&gt;done&lt;/b&gt;”" in client.get("/").content.decode()


def test_it_stands_under_the_action_in_its_meeting_and_in_the_next(client, action, leader, rep):
    say_how_it_stands(action=action, text="Half done", by=rep)
    client.force_login(leader)
    later = make_meeting(date(2026, 3, 1), by=leader)
    assert "“Half done”" in client.get(later.get_absolute_url()).content.decode()
    close_meeting(meeting=later, by=leader)
    say_how_it_stands(action=action, text="All done", by=rep)
    frozen = client.get(later.get_absolute_url()).content.decode()
    assert "“Half done”" in frozen
    assert "All done" not in frozen
    close_meeting(meeting=action.meeting, by=leader)
    assert "“All done”" in client.get(action.meeting.get_absolute_url()).content.decode()


def test_nothing_typed_is_nothing_said(client, action, rep):
    client.force_login(rep)
    for text in ("", "x" * 301):
        page = client.post(reverse("feedback:action_update", args=[action.pk]), {"text": text})
        assert page.status_code == 422
        assert text in page.content.decode()
    assert not action.updates.exists()


def test_the_same_word_twice_is_said_once(action, rep):
    for _ in range(2):
        say_how_it_stands(action=action, text="Half done", by=rep)
    assert action.updates.count() == 1


def test_others_do_not_speak_for_it(client, action, other_rep):
    client.force_login(other_rep)
    assert client.get(reverse("feedback:action_update", args=[action.pk])).status_code == 404
    close_meeting(meeting=action.meeting, by=action.by)
    assert client.post(reverse("feedback:action_update", args=[action.pk]), {"text": "No"}).status_code == 403


def test_the_last_word_of_an_action_leaves_with_it(action, rep):
    say_how_it_stands(action=action, text="Half done", by=rep)
    action.delete()
    assert not Action.objects.exists()
