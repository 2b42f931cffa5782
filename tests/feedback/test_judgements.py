"""Decisions are judged in later meetings: kept, not kept or overtaken, with a word why, and that can be taken back."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback import meetings
from feedback.actions.decisions import end_action
from feedback.actions.judgements import judge_decision, undo_judgement
from feedback.actions.meetings import close_meeting, reopen_meeting
from feedback.models import Action, Decision, Judgement
from tests.factories import make_meeting


@pytest.fixture
def january(leader):
    return make_meeting(date(2026, 1, 1), by=leader)


@pytest.fixture
def march(leader):
    return make_meeting(date(2026, 3, 1), by=leader)


def last_time(meeting):
    return meetings.sections["last_time"].collect(meeting.period, meeting)


def texts(rows):
    return [row["text"] for row in rows]


def test_it_shows_what_is_overdue_first_with_the_days_over_then_what_is_open(january, march, leader, rep):
    today = timezone.localdate()
    for text, days in (("Long over", -9), ("Just over", -1), ("Today", 0), ("Later", 30)):
        due = {"due_on": today + timedelta(days=days)}
        Decision.objects.create(meeting=january, text=text, by=leader, **due)
        Action.objects.create(meeting=january, text=f"Do: {text}", owner=rep, by=leader, **due)
    Decision.objects.create(meeting=january, text="No day", by=leader)

    found = last_time(march)

    assert [(row["text"], row["days_over"]) for row in found["decisions"]["overdue"]] == [
        ("Long over", 9),
        ("Just over", 1),
    ]
    assert texts(found["decisions"]["open"]) == ["Today", "Later", "No day"]
    assert [(row["text"], row["days_over"]) for row in found["actions"]["overdue"]] == [
        ("Do: Long over", 9),
        ("Do: Just over", 1),
    ]
    assert texts(found["actions"]["open"]) == ["Do: Today", "Do: Later"]


def test_it_carries_open_ones_over_from_all_earlier_meetings_and_tells_an_end_once(january, march, leader, rep):
    february, april = make_meeting(date(2026, 2, 1), by=leader), make_meeting(date(2026, 4, 1), by=leader)
    judged, held = (Decision.objects.create(meeting=january, text=text, by=leader) for text in ("Judged", "Open still"))
    close_meeting(meeting=february, by=leader)
    judge_decision(decision=judged, verdict="kept", why="Done", by=leader)

    assert texts(last_time(march)["decisions"]["ended"]) == ["Judged"]
    assert last_time(march)["decisions"]["ended"][0]["kept"]["why"] == "Done"
    close_meeting(meeting=march, by=leader)
    assert last_time(april)["decisions"] == {"overdue": [], "open": last_time(april)["decisions"]["open"], "ended": []}
    assert texts(last_time(april)["decisions"]["open"]) == [str(held)]


def test_what_nobody_judged_in_three_meetings_is_only_counted_unless_its_day_came_later(january, leader):
    months = [make_meeting(date(2026, month, 1), by=leader) for month in range(2, 7)]
    for text, due in (("Old", date(2026, 1, 31)), ("No day", None), ("For later", date(2026, 6, 30))):
        Decision.objects.create(meeting=january, text=text, by=leader, due_on=due)
    Decision.objects.create(meeting=months[2], text="New", by=leader)

    found = last_time(months[-1])

    assert {text for rows in found["decisions"].values() for text in texts(rows)} == {"For later", "New"}
    assert found["never_judged"] == 2


@pytest.mark.parametrize("reopened", [False, True])
def test_a_meeting_that_was_skipped_or_is_open_again_hides_nothing_that_ended_since(
    january, march, leader, rep, reopened
):
    february = make_meeting(date(2026, 2, 1), by=leader)
    early, late = (Decision.objects.create(meeting=january, text=text, by=leader) for text in ("Early", "Late"))
    judge_decision(decision=early, verdict="kept", why="Done", by=leader)
    close_meeting(meeting=january, by=leader)
    Decision.objects.create(meeting=make_meeting(date(2025, 12, 1), by=leader), text="Older", by=leader)
    judge_decision(decision=Decision.objects.get(text="Older"), verdict="kept", why="Done", by=leader)
    if reopened:
        close_meeting(meeting=february, by=leader)
        reopen_meeting(meeting=february, by=leader)
    judge_decision(decision=late, verdict="kept", why="Done", by=leader)
    done = Action.objects.create(meeting=january, text="Do it", owner=rep, due_on=date(2026, 2, 9), by=leader)
    end_action(action=done, by=rep)
    found = last_time(march)
    assert found["last"] == str(january)
    assert set(texts(found["decisions"]["ended"])) == {"Early", "Late", "Older"}
    assert texts(found["actions"]["ended"]) == ["Do it"]


def test_another_word_takes_the_place_of_the_one_that_held_and_can_be_taken_back(january, leader, marketer):
    decision = Decision.objects.create(meeting=january, text="Fixed price", by=leader)
    first = judge_decision(decision=decision, verdict="kept", why="Offered", by=leader)
    assert judge_decision(decision=decision, verdict="kept", why="Offered", by=leader) == first

    second = judge_decision(decision=decision, verdict="not kept", why="Only once", by=marketer)
    first.refresh_from_db()
    assert (first.undone_by, decision.judgements.live().get()) == (marketer, second)

    for _ in range(2):
        undo_judgement(judgement=second, by=leader)
    assert not decision.judgements.live().exists()
    assert Judgement.objects.count() == 2


def test_it_is_said_on_a_page_and_leads_back_to_the_meeting(january, march, marketer, leader, sign_in):
    decision = Decision.objects.create(meeting=january, text="Fixed price", by=leader)
    client, url = sign_in(marketer), reverse("feedback:judgement_create", args=[decision.pk])
    back = f"{reverse('feedback:meeting_run', args=[march.pk])}?section=last_time"
    page = client.get(back).content.decode()
    assert url in page

    assert client.post(url, {"verdict": "kept", "next": back}).status_code == 422
    assert client.post(url, {"verdict": "forgotten", "why": "x", "next": back}).status_code == 422
    assert client.post(url, {"verdict": "overtaken", "why": "A new list", "next": back}).url == back
    page = client.get(back).content.decode()
    assert "Overtaken: A new list" in page

    client.post(reverse("feedback:judgement_undo", args=[decision.judgements.get().pk]), {"next": back})
    assert "Overtaken" not in client.get(back).content.decode()


def test_it_leads_to_no_other_site(january, leader, sign_in):
    decision = Decision.objects.create(meeting=january, text="Fixed price", by=leader)
    url = reverse("feedback:judgement_create", args=[decision.pk])
    said = {"verdict": "kept", "why": "Yes", "next": "https://evil.example/"}
    assert sign_in(leader).post(url, said).url == january.get_absolute_url()


def test_the_section_asks_as_many_queries_for_many_as_for_few(
    january, march, leader, rep, django_assert_max_num_queries
):
    for number in range(30):
        decision = Decision.objects.create(meeting=january, text=f"No {number}", aim="win-rate", hoped="up", by=leader)
        judge_decision(decision=decision, verdict="kept", why="Yes", by=leader)
        due = timezone.localdate() - timedelta(days=number)
        Action.objects.create(meeting=january, text=f"Do {number}", owner=rep, due_on=due, by=leader)
    with django_assert_max_num_queries(14):
        last_time(march)
