"""Series of meetings: the next one is made in time, once, on a business day, with its people."""

from datetime import date, time, timedelta
from itertools import islice

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback import jobs
from feedback.actions.meetings import delete_meeting
from feedback.actions.series import change_series, make_due_meetings, make_series
from feedback.models import Action, Holiday, Invite, Job, Meeting, Series
from feedback.readiness import open_before
from feedback.spans import in_words, month_of
from tests.factories import make_meeting, make_user
from tests.reading import Page

pytestmark = pytest.mark.django_db
TODAY = date(2026, 10, 22)  # a Thursday; the fourth business day of November is Thursday the 5th


@pytest.fixture
def today(monkeypatch):
    """Sets the day on which it is made, by the company's clock."""
    now = {"day": TODAY}
    monkeypatch.setattr(timezone, "localdate", lambda value=None, timezone=None: now["day"])
    return lambda day: now.update(day=day)


@pytest.fixture
def monthly(today, leader, rep):
    today(date(2026, 10, 1))
    series = Series(name="Monthly review", starts_on=date(2026, 10, 1), facilitator=leader, place="Big room")
    return make_series(series=series, attendees=[rep], by=leader)


def test_it_makes_the_next_meeting_two_weeks_before_it_is_held(monthly, today, leader, rep):
    today(TODAY - timedelta(days=1))
    assert make_due_meetings(series=monthly) == []
    today(TODAY)
    [meeting] = make_due_meetings(series=monthly)
    assert meeting.period == (date(2026, 10, 1), date(2026, 10, 31))
    assert (meeting.held_on, meeting.held_at, meeting.minutes) == (date(2026, 11, 5), time(10), 60)
    assert (meeting.facilitator, meeting.place, meeting.made_by) == (leader, "Big room", leader)
    assert list(meeting.attendees.all()) == [rep]


def test_making_it_twice_makes_one(monthly, today):
    today(TODAY)
    for _ in range(2):
        make_due_meetings(series=monthly)
        Job.objects.all().delete()
        jobs.queue_daily_jobs()
        for job in Job.objects.due().filter(kind="make_meetings"):
            jobs.run_job(job.pk)
    assert Meeting.objects.count() == 1


def test_the_daily_job_makes_it(monthly, today):
    today(TODAY)
    jobs.queue_daily_jobs()
    job = Job.objects.get(kind="make_meetings")
    jobs.run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result) == ("done", {"made": 1})


def test_a_holiday_moves_it_to_the_next_business_day(monthly, today):
    Holiday.objects.create(day=date(2026, 11, 2), name="All Souls")
    today(date(2026, 10, 23))
    [meeting] = make_due_meetings(series=monthly)
    assert meeting.held_on == date(2026, 11, 6)


def test_what_is_switched_off_makes_none(monthly, today):
    monthly.is_on = False
    change_series(series=monthly, fields=["is_on"], attendees=[])
    today(TODAY)
    assert make_due_meetings(series=monthly) == []


def test_a_meeting_that_was_taken_away_is_not_made_again(monthly, today):
    today(TODAY)
    [meeting] = make_due_meetings(series=monthly)
    delete_meeting(meeting=meeting)
    monthly.refresh_from_db()
    assert make_due_meetings(series=monthly) == []


def test_a_meeting_made_by_hand_for_the_same_days_becomes_its_own_and_stays_as_it_is(monthly, today, leader):
    by_hand = make_meeting(date(2026, 10, 1), by=leader, place="Elsewhere")
    today(TODAY)
    assert make_due_meetings(series=monthly) == [by_hand]
    by_hand.refresh_from_db()
    assert (by_hand.series, by_hand.place) == (monthly, "Elsewhere")


def test_what_was_missed_is_not_made_up_for(monthly, today):
    today(date(2027, 3, 1))
    assert [meeting.period[0] for meeting in make_due_meetings(series=monthly)] == [date(2027, 2, 1)]


@pytest.mark.parametrize(
    ("every", "unit", "periods"),
    [
        (1, "months", ["October 2026", "November 2026"]),
        (3, "months", ["Q4 2026", "Q1 2027"]),
        (2, "weeks", ["1 to 14 October 2026", "15 to 28 October 2026"]),
    ],
)
def test_its_periods_follow_each_other(every, unit, periods, leader):
    series = Series(every=every, unit=unit, starts_on=date(2026, 10, 1))
    found = series.periods()
    assert [in_words(next(found)) for _ in periods] == periods


def test_no_two_of_its_meetings_overlap_when_it_comes_more_often(monthly, today):
    today(TODAY)
    make_due_meetings(series=monthly)
    monthly.refresh_from_db()
    monthly.every, monthly.unit, monthly.starts_on = 1, "weeks", date(2026, 10, 5)
    change_series(series=monthly, fields=["every", "unit", "starts_on"], attendees=[])
    spans = sorted(Meeting.objects.values_list("first_day", "last_day"))
    assert all(before[1] < after[0] for before, after in zip(spans, spans[1:], strict=False))


@pytest.mark.parametrize(
    ("every", "unit", "starts_on", "following"),
    [
        (1, "weeks", date(2026, 10, 5), [(date(2026, 11, 1),) * 2, (date(2026, 11, 2), date(2026, 11, 8))]),
        (
            3,
            "months",
            date(2026, 10, 1),
            [(date(2026, 11, 1), date(2026, 12, 31)), (date(2027, 1, 1), date(2027, 3, 31))],
        ),
        (1, "months", date(2026, 10, 1), [month_of(date(2026, 11, 1)), month_of(date(2026, 12, 1))]),
    ],
)
def test_no_day_is_left_out_when_it_comes_at_other_times(monthly, today, every, unit, starts_on, following):
    today(TODAY)
    make_due_meetings(series=monthly)
    monthly.refresh_from_db()
    monthly.every, monthly.unit, monthly.starts_on = every, unit, starts_on
    assert list(islice(monthly.coming(TODAY), 2)) == following


def test_what_was_promised_to_a_series_that_is_off_is_carried_over_by_a_new_one(monthly, today, leader, rep):
    today(TODAY)
    [october] = make_due_meetings(series=monthly)
    due = {"due_on": date(2026, 12, 1)}
    Action.objects.create(meeting=october, text="Ask Northwind", owner=rep, by=leader, **due)
    weekly = Series.objects.create(name="Weekly", unit="weeks", starts_on=date(2026, 10, 26), made_by=leader)
    overlapping = make_meeting(by=leader, series=weekly, first_day=date(2026, 10, 26), last_day=date(2026, 11, 1))
    assert not open_before(overlapping).exists()  # as long as both run, each keeps its own
    Series.objects.filter(pk=monthly.pk).update(is_on=False)
    assert [action.text for action in open_before(overlapping)] == ["Ask Northwind"]
    assert overlapping.previous() == october
    assert not open_before(october).exists()


def test_people_who_left_are_not_asked(monthly, today, rep):
    rep.is_active = False
    rep.save()
    today(TODAY)
    [meeting] = make_due_meetings(series=monthly)
    assert not meeting.attendees.exists()


def form(**changed):
    return {
        "name": "Quarterly review",
        "every": 3,
        "unit": "months",
        "starts_on": "2026-10-01",
        "business_day": 4,
        "held_at": "09:30",
        "minutes": 90,
        "is_on": "on",
    } | changed


def test_it_is_started_on_a_page(client, marketer, rep, today):
    client.force_login(marketer)
    page = client.post(reverse("feedback:series_create"), form(attendees=[rep.pk], facilitator=marketer.pk))
    series = Series.objects.get()
    assert page.status_code == 302
    assert (series.cadence, series.made_by, series.held_at) == ("every 3 months", marketer, time(9, 30))
    assert list(series.attendees.all()) == [rep]
    shown = client.get(series.get_absolute_url()).content.decode()
    assert "Q4 2026" in shown
    assert "6 Jan 2027" in shown.replace("\xa0", " ")


def test_a_day_that_not_every_month_has_is_refused_and_nothing_typed_is_lost(client, leader):
    client.force_login(leader)
    page = client.post(reverse("feedback:series_create"), form(starts_on="2026-10-31", place="Big room"))
    assert page.status_code == 422
    assert "Not every month has this day" in page.content.decode()
    assert 'value="Big room"' in page.content.decode()
    assert not Series.objects.exists()


def test_it_is_changed_on_a_page(client, leader, monthly):
    client.force_login(leader)
    attended = {"initial-attendees": [person.pk for person in monthly.attendees.all()]}
    client.post(reverse("feedback:series_edit", args=[monthly.pk]), form(name="Review") | attended)
    monthly.refresh_from_db()
    assert (monthly.name, monthly.every, monthly.attendees.count()) == ("Review", 3, 0)
    assert monthly.history.count() == 2


@pytest.mark.parametrize("many", [2, 12])
def test_its_list_asks_as_much_for_many_as_for_few(client, leader, many, django_assert_max_num_queries):
    for number in range(many):
        facilitator = make_user(f"Fay {number}", role="leader")
        Series.objects.create(name=f"S {number}", starts_on=TODAY, facilitator=facilitator, made_by=leader)
    client.force_login(leader)
    with django_assert_max_num_queries(16):
        assert client.get(reverse("feedback:series_list")).status_code == 200


def test_reps_see_none(client, rep, monthly):
    client.force_login(rep)
    assert client.get(reverse("feedback:series_list")).status_code == 403
    assert client.get(monthly.get_absolute_url()).status_code == 404


def test_its_invitations_are_written_down_with_it(today, leader, rep):
    real = date.today()
    today(real)
    first = real.replace(day=1)
    make_series(series=Series(name="Weekly", every=1, unit="weeks", starts_on=first), attendees=[rep], by=leader)
    assert Meeting.objects.exists()
    told = Invite.objects.filter(method="REQUEST", meeting__held_on__gt=real)
    assert {invite.person for invite in told} == {rep}


def sent_by(page):
    """What its form sends when nobody touches it."""
    return Page("/", page.content.decode()).form("minutes").filled()


def test_two_who_change_it_at_once_lose_nothing(client, leader, marketer, rep, other_rep, monthly):
    page = reverse("feedback:series_edit", args=[monthly.pk])
    monthly.attendees.set([rep])
    client.force_login(leader)
    opened = sent_by(client.get(page))
    client.force_login(marketer)
    theirs = sent_by(client.get(page)) | {"place": "Roof", "minutes": "45", "attendees": [rep.pk, other_rep.pk]}
    assert client.post(page, theirs).status_code == 302
    client.force_login(leader)
    assert client.post(page, opened | {"name": "Review"}).status_code == 302
    monthly.refresh_from_db()
    assert (monthly.name, monthly.place, monthly.minutes) == ("Review", "Roof", 45)
    assert set(monthly.attendees.all()) == {rep, other_rep}
    crossed = client.post(page, opened | {"minutes": "90"})
    assert crossed.status_code == 409
    assert "changed this" in crossed.content.decode()
    monthly.refresh_from_db()
    assert monthly.minutes == 45
    kept = sent_by(crossed) | {"minutes": "90", "keep_minutes": "mine"}
    assert client.post(page, kept).status_code == 302
    monthly.refresh_from_db()
    assert monthly.minutes == 90
