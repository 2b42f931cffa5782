"""Is a meeting ready? What the checklist says, and who is told what is missing, once."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from feedback import jobs, meeting_days
from feedback.actions import reminders
from feedback.actions.action_updates import say_how_it_stands
from feedback.actions.decisions import add_action
from feedback.actions.meetings import close_meeting, pick_opportunity
from feedback.actions.notifications import choose_notifications
from feedback.actions.opportunities import snooze_review
from feedback.actions.reminders import remind, remind_now, reminders_of
from feedback.meeting_days import soon
from feedback.models import Action, Job, Notification
from feedback.readiness import Check, readiness_of
from tests.factories import make_lost, make_meeting, make_objection, make_review

pytestmark = pytest.mark.django_db
FEBRUARY, MARCH = date(2026, 2, 1), date(2026, 3, 1)


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def before(leader, rep, today):
    """A closed meeting with one open action of the rep's."""
    meeting = make_meeting(FEBRUARY, by=leader)
    action = Action(text="Ask Northwind", owner=rep, due_on=today + timedelta(days=5))
    add_action(meeting=meeting, action=action, by=leader)
    close_meeting(meeting=meeting, by=leader)
    return meeting


@pytest.fixture
def meeting(leader):
    return make_meeting(MARCH, by=leader)


def checks(meeting):
    return {line.key: check for line, check in readiness_of(meeting)}


def test_nothing_is_ready_at_first(meeting, before, rep):
    make_lost("Big", owner=rep, amount=90_000, closed_on=date(2026, 3, 5))
    make_objection("Too dear", author=rep, heard_on=date(2026, 3, 6))
    found = checks(meeting)
    assert [key for key, check in found.items() if check.is_ready] == ["vague", "agenda"]
    assert found["reviews"].figure == "1 owed, worth 90,000 EUR"
    assert found["actions"].figure == "1 open action: 1 without an update, 0 late"
    assert found["pile"].figure == "1 objection in none yet"


def test_all_is_ready_when_everybody_has_done_their_part(meeting, before, leader, rep, today):
    deal = make_lost("Big", owner=rep, amount=90_000, closed_on=date(2026, 3, 5))
    make_review(deal, author=rep)
    pick_opportunity(meeting=meeting, opportunity=deal)
    say_how_it_stands(action=before.actions.get(), text="Half done", by=rep)
    meeting.held_on, meeting.facilitator = today + timedelta(days=9), leader
    meeting.save()
    meeting.attendees.add(rep)
    assert {key for key, check in checks(meeting).items() if not check.is_ready} == set()


def test_an_agenda_longer_than_the_meeting_is_not_ready(meeting):
    meeting.minutes = 45
    assert checks(meeting)["agenda"] == Check(
        False, "60 of 45 minutes planned", reverse("feedback:meeting_agenda", args=[meeting.pk])
    )


def test_reviews_of_other_months_are_not_its_own(meeting, rep):
    make_lost("April", owner=rep, amount=90_000, closed_on=date(2026, 4, 1))
    assert checks(meeting)["reviews"].is_ready


def test_a_late_action_is_not_ready_even_with_an_update(meeting, before, rep, today):
    action = before.actions.get()
    say_how_it_stands(action=action, text="Soon", by=rep)
    Action.objects.update(due_on=today - timedelta(days=30))
    assert checks(meeting)["actions"].figure == "1 open action: 0 without an update, 1 late"
    assert not checks(meeting)["actions"].is_ready


def test_a_word_from_before_the_last_meeting_is_no_update(meeting, before, rep):
    say_how_it_stands(action=before.actions.get(), text="Before", by=rep)
    before.packs.update(closed_at=timezone.now() + timedelta(minutes=1))
    assert not checks(meeting)["actions"].is_ready


def test_over_a_tenth_of_vague_reasons_is_not_ready(meeting, rep):
    make_review(make_lost("Known", owner=rep, amount=1, closed_on=date(2026, 3, 5)), author=rep)
    assert checks(meeting)["vague"].is_ready
    make_review(make_lost("Unknown", owner=rep, amount=1, closed_on=date(2026, 3, 6)), author=rep, code="UNKNOWN")
    assert not checks(meeting)["vague"].is_ready
    assert "in 1 of 2 reviews" in checks(meeting)["vague"].figure


def test_each_line_leads_to_where_it_is_mended(client, meeting, before, leader, rep):
    make_lost("Big", owner=rep, amount=90_000, closed_on=date(2026, 3, 5))
    make_objection("Too dear", author=rep, heard_on=date(2026, 3, 6))
    client.force_login(leader)
    for key, check in checks(meeting).items():
        page = client.get(check.url)
        assert page.status_code == 200, key
    assert "Big" in client.get(checks(meeting)["reviews"].url).content.decode()


@pytest.mark.parametrize("many", [1, 8])
def test_the_page_asks_as_much_for_many_as_for_few(client, meeting, leader, rep, many, django_assert_max_num_queries):
    earlier = make_meeting(FEBRUARY, by=leader)
    for number in range(many):
        make_lost(f"Deal {number}", owner=rep, amount=1, closed_on=date(2026, 3, 5))
        row = Action(text=f"A {number}", owner=rep, due_on=date(2026, 4, 1))
        add_action(meeting=earlier, action=row, by=leader)
        say_how_it_stands(action=row, text="Begun", by=rep)
        meeting.attendees.add(rep)
    client.force_login(leader)
    with django_assert_max_num_queries(125):
        assert client.get(meeting.get_absolute_url()).status_code == 200


def test_who_owes_is_told_what_in_one_notification(meeting, before, leader, rep, other_rep):
    meeting.facilitator = leader
    meeting.save()
    for amount in (90_000, 500):
        make_lost(f"Deal {amount}", owner=rep, amount=amount, closed_on=date(2026, 3, 5))
    assert remind(meeting=meeting, reminders=reminders_of(meeting), key="k") == 2
    told = Notification.objects.get(to=rep, key="k")
    assert told.kind == "meeting-soon"
    assert told.title == "Closed-lost review of March 2026 is being prepared"
    assert "You owe 2 reviews of what it looks at, worth 90,500 EUR." in told.body
    assert "You promised 1 action: say how far you are." in told.body
    assert "Northwind" not in told.title + told.body
    assert told.url == reverse("feedback:review_owed")
    led = Notification.objects.get(to=leader, key="k")
    assert "Not ready yet: day and facilitator, people, reviews still owed" in led.body
    assert led.url.endswith(f"/meetings/{meeting.pk}/#readiness")
    assert not Notification.objects.filter(to=other_rep).exists()


def test_a_review_that_was_put_off_is_not_reminded_of(meeting, rep, today):
    deal = make_lost("Later", owner=rep, amount=1, closed_on=date(2026, 3, 5))
    snooze_review(opportunity=deal, until=today + timedelta(days=5), by=rep)
    assert remind(meeting=meeting, reminders=reminders_of(meeting), key="k") == 0


def test_whoever_wants_none_gets_none(meeting, rep):
    make_lost("Big", owner=rep, amount=1, closed_on=date(2026, 3, 5))
    choose_notifications(person=rep, wanted={"meeting-soon": (False, False)})
    assert remind(meeting=meeting, reminders=reminders_of(meeting), key="k") == 0


@pytest.mark.parametrize(
    ("held_on", "first"),
    [
        (date(2026, 11, 5), date(2026, 10, 29)),  # Thursdays
        (date(2026, 11, 8), date(2026, 10, 30)),  # a week before is a Sunday: on the Friday
    ],
)
def test_it_is_a_week_before_on_a_business_day(meeting, held_on, first):
    meeting.held_on = held_on
    meeting.save()
    assert soon(first - timedelta(days=1)) == []
    assert soon(first) == [meeting]
    assert soon(held_on - timedelta(days=1)) == [meeting]
    assert soon(held_on) == []


def test_a_closed_meeting_reminds_nobody(before, today):
    before.held_on = today + timedelta(days=1)
    before.save()
    assert soon(today) == []


def test_the_daily_job_tells_each_once_however_often_it_runs(meeting, rep, today):
    make_lost("Big", owner=rep, amount=1, closed_on=date(2026, 3, 5))
    meeting.held_on = today + timedelta(days=6)
    meeting.save()
    for _ in range(3):
        Job.objects.all().delete()
        jobs.queue_daily_jobs()
        jobs.run_job(Job.objects.get(kind="remind_of_meetings").pk)
    assert Notification.objects.filter(to=rep, kind="meeting-soon").count() == 1


def test_they_are_reminded_by_hand_once_a_day(client, meeting, leader, rep):
    make_lost("Big", owner=rep, amount=1, closed_on=date(2026, 3, 5))
    client.force_login(leader)
    address = reverse("feedback:meeting_remind", args=[meeting.pk])
    for _ in range(2):
        assert client.post(address).status_code == 302
    assert Notification.objects.filter(to=rep, kind="meeting-soon").count() == 1
    assert "Reminded today" in client.get(meeting.get_absolute_url()).content.decode()
    meeting.reminded_on = timezone.localdate() - timedelta(days=1)
    meeting.save()
    Notification.objects.update(key="another day")
    assert remind_now(meeting=meeting) == 1
    assert Notification.objects.filter(to=rep, kind="meeting-soon").count() == 2


@pytest.mark.django_db(transaction=True)
def test_what_people_owe_is_worked_out_before_anybody_is_kept_from_writing(leader, rep, today, monkeypatch):
    make_lost("Big", owner=rep, amount=1, closed_on=date(2026, 3, 5))
    meeting, held = make_meeting(MARCH, by=leader, held_on=today + timedelta(days=6)), []

    def watched(meeting):
        held.append(connection.in_atomic_block)
        return reminders_of(meeting)

    monkeypatch.setattr(reminders, "reminders_of", watched)
    monkeypatch.setattr(meeting_days, "reminders_of", watched)
    assert remind_now(meeting=meeting) == 1
    jobs.queue_daily_jobs()
    jobs.run_job(Job.objects.get(kind="remind_of_meetings").pk)
    assert held == [False, False]
    assert Notification.objects.filter(to=rep, kind="meeting-soon").count() == 2
