"""What other programs are told of themes, collateral, requests and meetings; and that nothing people wrote is in it."""

import json
from datetime import date, timedelta

import pytest
from django.utils import timezone

from feedback.actions.decisions import add_action, add_decision
from feedback.actions.meetings import close_meeting, reopen_meeting
from feedback.models import Action, Decision, Delivery
from feedback.webhooks.events import events
from objections.actions.alarms import tell_of_alarms
from objections.actions.answers import approve_answer, undo_answer
from objections.actions.collateral import publish_collateral, undo_publication
from objections.actions.content import move_request, request_content, undo_merge
from objections.models.content import RequestState
from tests.factories import (
    make_collateral,
    make_lost,
    make_meeting,
    make_objection,
    make_request,
    make_theme,
    make_webhook,
    place,
)

SECRET = "Anna Meier at Hansa said 90000"


@pytest.fixture
def endpoint(admin):
    return make_webhook(by=admin, events=list(events))


@pytest.fixture
def theme(rep, marketer):
    theme = make_theme("No SOC 2")
    place(make_objection(SECRET, author=rep, opportunity=make_lost(SECRET, amount=90_000, owner=rep)), theme)
    return theme


@pytest.fixture
def request_(theme, marketer, rep):
    owned = {"owner": marketer, "co_owner": rep, "size": "small", "due_on": date(2026, 12, 1), "brief": SECRET}
    return make_request(SECRET, by=rep, themes=[theme], state="triaged", **owned)


def told():
    return list(Delivery.objects.order_by("pk").values_list("event", "content__words"))


def test_words_to_say_are_announced_without_the_words(endpoint, theme, marketer):
    answer = approve_answer(theme=theme, text=SECRET, by=marketer)
    approve_answer(theme=theme, text=SECRET, by=marketer)
    assert told() == [("answer.approved", "Words to say to “No SOC 2” are approved.")]
    assert Delivery.objects.get().content["data"] == {"theme": {"id": theme.pk, "name": "No SOC 2"}}
    undo_answer(theme=theme, answer=answer.pk)
    assert told() == []


def test_a_publication_is_announced_once_and_taken_back_with_it(endpoint, theme, marketer):
    piece = make_collateral("Pack", owner=marketer, themes=[theme], published=False)
    for _ in range(2):
        publication = publish_collateral(collateral=piece, version=piece.versions.get(), by=marketer)
    assert told() == [("collateral.published", "“Pack” is live. It answers “No SOC 2”.")]
    undo_publication(collateral=piece, publication=publication.pk, by=marketer)
    assert told() == []


@pytest.mark.parametrize(
    ("state", "to", "event"),
    [
        ("triaged", "on hold", "request.moved"),
        ("triaged", "declined", "request.declined"),
        ("measuring", "worked", "request.closed"),
        ("measuring", "no effect", "request.closed"),
    ],
)
def test_a_move_is_announced_by_its_states_not_its_title_or_reason(state, to, event, endpoint, request_, marketer):
    type(request_).objects.update(state=state)
    move_request(request=request_, to=to, by=marketer, why=SECRET)
    words = f"Request {request_.pk} (pricing sheet for “No SOC 2”): {state} → {RequestState(to).label.lower()}"
    assert told() == [(event, words)]
    about = Delivery.objects.get().content["data"]["request"]
    assert about == {"id": request_.pk, "type": "pricing sheet", "from": state, "to": to}


def test_what_a_request_merged_by_mistake_told_is_taken_back(endpoint, request_, theme, marketer):
    other = make_request("Other", by=marketer, themes=[theme])
    move_request(request=request_, to="merged", by=marketer, into=other)
    undo_merge(request=request_, by=marketer)
    assert [words.partition(": ")[2] for _, words in told()] == ["merged into another → triaged"]


def test_content_asked_for_is_announced(endpoint, theme, rep):
    request_content(themes=[theme], title=SECRET, type="pricing sheet", brief=SECRET, by=rep)
    assert told() == [("request.made", "Content is asked for: pricing sheet for “No SOC 2”.")]


def test_an_alarm_is_announced_once_however_often_it_is_looked_for(endpoint, theme, marketer):
    make_collateral("Pack", owner=marketer, themes=[theme], review_by=timezone.localdate() - timedelta(days=3))
    for _ in range(2):
        tell_of_alarms(now=timezone.now())
    assert told() == [("collateral.alarm", "“Pack” is to be checked again")]


def test_a_meeting_and_each_of_its_decisions_are_announced_when_it_closes(endpoint, leader):
    meeting = make_meeting(date(2026, 10, 1), by=leader)
    add_decision(meeting=meeting, decision=Decision(text=SECRET), by=leader)
    promised = Action(text=SECRET, owner=leader, due_on=timezone.localdate())
    add_action(meeting=meeting, action=promised, by=leader)
    assert told() == []
    close_meeting(meeting=meeting, by=leader)
    closed = ("meeting.closed", "The meeting of October 2026 is closed, with 1 decision and 1 action.")
    decided = ("decision.taken", "The meeting of October 2026 decided something. Its words are in the portal.")
    assert told() == [closed, decided]
    reopen_meeting(meeting=meeting, by=leader)
    close_meeting(meeting=meeting, by=leader)
    assert told() == [closed, decided, closed]


def test_nothing_anybody_wrote_leaves_the_portal(endpoint, theme, request_, marketer, leader, rep):
    approve_answer(theme=theme, text=SECRET, by=marketer)
    request_content(themes=[theme], title=SECRET, type="pricing sheet", brief=SECRET, by=rep)
    move_request(request=request_, to="declined", by=marketer, why=SECRET)
    meeting = make_meeting(date(2026, 10, 1), by=leader)
    add_decision(meeting=meeting, decision=Decision(text=SECRET, proof=SECRET), by=leader)
    close_meeting(meeting=meeting, by=leader)
    assert Delivery.objects.count() == 5
    sent = json.dumps(list(Delivery.objects.values_list("content", flat=True)))
    assert "Anna" not in sent
    assert "90000" not in sent


def test_what_is_announced_has_the_shape_of_its_example(endpoint, theme, request_, marketer, leader, rep):
    """So that the pages and documents that show the example show what is sent."""
    approve_answer(theme=theme, text="x", by=marketer)
    request_content(themes=[theme], title="x", type="pricing sheet", by=rep)
    move_request(request=request_, to="declined", by=marketer, why="x")
    other = make_request("Other", by=marketer, themes=[theme], state="measuring")
    move_request(request=other, to="worked", by=marketer, why="x")
    move_request(request=other, to="measuring", by=marketer)
    piece = make_collateral("Pack", owner=marketer, themes=[theme], published=False)
    piece.review_by = timezone.localdate() - timedelta(days=3)
    piece.save()
    publish_collateral(collateral=piece, version=piece.versions.get(), by=marketer)
    tell_of_alarms(now=timezone.now())
    meeting = make_meeting(date(2026, 10, 1), by=leader)
    add_decision(meeting=meeting, decision=Decision(text="x"), by=leader)
    close_meeting(meeting=meeting, by=leader)
    sent = {delivery.event: delivery.content for delivery in Delivery.objects.all()}
    assert {key: shape(content) for key, content in sent.items()} == {
        key: shape(event.example) for key, event in events.items()
    }


def shape(value):
    if isinstance(value, dict):
        return {key: shape(each) for key, each in value.items()}
    return [shape(value[0])] if isinstance(value, list) and value else type(value).__name__
