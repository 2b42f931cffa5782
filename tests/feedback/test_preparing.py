"""Meetings over many deals are worked out by a job; smaller ones, and what a closed one freezes, never are."""

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback import meetings, preparing
from feedback.actions.meetings import close_meeting, reopen_meeting
from feedback.actions.meetings import make_meeting as prepare
from feedback.figures import forget_figures
from feedback.jobs import MOST_ATTEMPTS, queue_daily_jobs, run_due_jobs, run_job
from feedback.models import Job, Meeting, PreparedSection
from feedback.models.jobs import JobState
from feedback.packs import canonical
from feedback.spans import month_of
from objections.actions.objections import change_objection, withdraw_objection
from objections.models import Objection
from tests.factories import make_lost, make_meeting, make_objection, make_review, make_theme, place

MONTH = date(2026, 3, 1)
DAY = date(2026, 3, 10)


@pytest.fixture
def deals(monkeypatch, rep, leader):
    """Three lost deals, which is many here."""
    monkeypatch.setattr(preparing, "MANY", 2)
    deals = [make_lost(f"Fleet {n}", closed_on=DAY, amount=Decimal("1000.50"), owner=rep) for n in range(3)]
    make_review(deals[0], author=rep)
    theme = make_theme("Too dear")
    place(make_objection("It costs too much", author=rep, opportunity=deals[1], heard_on=DAY), theme)
    return deals


@pytest.fixture
def meeting(deals, leader):
    return prepare(period=month_of(MONTH), facilitator=leader, held_on=None, by=leader)


def url(name, meeting):
    return reverse(f"feedback:{name}", args=[meeting.pk])


def prepared_at_all():
    return {section.key for section in meetings.in_order() if section.to_prepare}


def test_it_is_prepared_when_it_is_made_and_shows_what_it_would_show_without(meeting, leader, sign_in):
    client = sign_in(leader)
    live = [each.data for each in meetings.preview(meeting)]
    run_due_jobs()
    assert set(meeting.prepared.values_list("section", flat=True)) == prepared_at_all()
    shown = meetings.preview(meeting)
    assert {each.section.key for each in shown if each.at} == prepared_at_all()
    assert [canonical(each.data) for each in shown] == [canonical(data) for data in live]
    before = client.get(meeting.get_absolute_url()).context["shown"]
    PreparedSection.objects.all().delete()
    after = client.get(meeting.get_absolute_url()).context["shown"]
    assert [each.data for each in before] == [json_like(each.data) for each in after]


def json_like(value):
    """Tuples become lists, and nothing else changes: dates stay dates, decimals decimals."""
    if isinstance(value, dict):
        return {key: json_like(each) for key, each in value.items()}
    return [json_like(each) for each in value] if isinstance(value, list | tuple) else value


def test_deals_to_discuss_are_suggested_beforehand_and_picked_at_once(meeting, deals, rep):
    run_due_jobs()
    late = make_lost("Just lost", closed_on=DAY, amount=9_000_000, owner=rep)
    [shown] = meetings.preview(meeting, [meetings.sections["deals"]])
    assert shown.at == meeting.prepared.get(section="deals").at
    assert {deal["id"] for deal in shown.data["deals"]} == {deal.pk for deal in deals}
    meeting.opportunities.add(late)
    [shown] = meetings.preview(meeting, [meetings.sections["deals"]])
    assert shown.at is None
    assert [deal["id"] for deal in shown.data["deals"]] == [late.pk]


def test_a_small_one_is_worked_out_for_each_page(rep, leader):
    make_lost("Alone", closed_on=DAY, owner=rep)
    meeting = prepare(period=month_of(MONTH), facilitator=None, held_on=None, by=leader)
    assert not Job.objects.filter(kind="prepare_meeting").exists()
    assert not list(preparing.unprepared())
    assert {each.at for each in meetings.preview(meeting)} == {None}


def test_many_deals_of_the_year_make_it_large_and_those_before_do_not(monkeypatch, rep, leader):
    monkeypatch.setattr(preparing, "MANY", 2)
    for day in (date(2026, 3, 31), date(2025, 4, 1), date(2025, 3, 31)):
        make_lost(f"Lost {day}", closed_on=day, owner=rep)
    meeting = make_meeting(MONTH, by=leader)
    assert not preparing.is_large(meeting)
    make_lost("One more", closed_on=date(2025, 4, 1), owner=rep)
    assert preparing.is_large(meeting)


def test_it_says_how_far_it_is(meeting, leader, sign_in, monkeypatch):
    told = []
    real = preparing.Run.progress

    def progress(self, done, all_, note=""):
        real(self, done, all_, note)
        told.append(sign_in(leader).get(url("preparation_detail", meeting), headers={"HX-Request": "true"}))

    monkeypatch.setattr(preparing.Run, "progress", progress)
    assert "Waiting for the worker" in sign_in(leader).get(meeting.get_absolute_url()).content.decode()
    run_due_jobs()
    pages = [answer.content.decode() for answer in told]
    all_ = len(prepared_at_all())
    assert [f"{n} of {all_} sections worked out" in page for n, page in enumerate(pages)] == [True] * (all_ + 1)
    assert "now “What we know”" in pages[0]
    page = sign_in(leader).get(meeting.get_absolute_url()).content.decode()
    assert "With so many deals the figures of the month are prepared every hour: these are of" in page


def test_the_sweep_prepares_it_again_after_an_hour_and_once(meeting):
    run_due_jobs()
    assert not list(preparing.unprepared())
    PreparedSection.objects.update(at=timezone.now() - timedelta(hours=1, minutes=1))
    queue_daily_jobs()
    queue_daily_jobs()
    run_job(Job.objects.get(kind="prepare_due_meetings").pk)
    run_job(Job.objects.unfinished().get(kind="prepare_meeting").pk)
    assert not list(preparing.unprepared())
    assert Job.objects.filter(kind="prepare_meeting").count() == 2


def test_a_person_brings_it_up_to_date(meeting, deals, marketer, sign_in):
    run_due_jobs()
    make_lost("Just lost", closed_on=DAY, owner=deals[0].owner)
    client = sign_in(marketer)
    for _ in range(2):
        assert client.post(url("preparation_create", meeting)).url == meeting.get_absolute_url()
    assert Job.objects.unfinished().filter(kind="prepare_meeting").get().by == marketer
    run_due_jobs()
    [first, *_] = meetings.preview(meeting)
    assert first.data["lost"] == 4


def test_what_words_are_taken_from_is_forgotten_at_once_also_while_a_job_is_at_it(meeting, monkeypatch):
    """It may have read the words before they went: it starts over."""
    real, rounds = preparing.Run.progress, []

    def progress(self, done, all_, note=""):
        if not done:
            rounds.append(note)
            if len(rounds) == 1:
                forget_figures()
        real(self, done, all_, note)

    monkeypatch.setattr(preparing.Run, "progress", progress)
    job = Job.objects.get(kind="prepare_meeting")
    run_job(job.pk)
    assert not PreparedSection.objects.exists()
    run_job(job.pk)  # it is over; another took its place
    assert len(rounds) == 1
    run_due_jobs()
    assert (PreparedSection.objects.exists(), len(rounds)) == (True, 2)
    forget_figures()
    assert not PreparedSection.objects.exists()
    assert Job.objects.unfinished().get(kind="prepare_meeting").payload == {"meeting": meeting.pk}


def test_corrections_without_end_do_not_make_it_fail(meeting, monkeypatch):
    real = preparing.Run.progress

    def progress(self, done, all_, note=""):
        if not done:
            forget_figures()
        real(self, done, all_, note)

    with monkeypatch.context() as patched:
        patched.setattr(preparing.Run, "progress", progress)
        for _ in range(MOST_ATTEMPTS + 1):
            run_due_jobs()
    assert not Job.objects.filter(state=JobState.FAILED).exists()
    run_due_jobs()
    assert meeting.prepared.exists()
    assert not Job.objects.unfinished().filter(kind="prepare_meeting").exists()


def test_only_words_that_go_are_forgotten(meeting, deals, leader):
    voice = Objection.objects.get()
    run_due_jobs()
    voice.weight = "blocker"
    change_objection(objection=voice, by=leader)
    assert meeting.prepared.exists()
    voice.text = "It is too dear for them"
    change_objection(objection=voice, by=leader)
    assert not meeting.prepared.exists()
    run_due_jobs()
    assert meeting.prepared.exists()
    withdraw_objection(objection=voice, by=leader)
    assert not meeting.prepared.exists()
    run_due_jobs()
    withdraw_objection(objection=voice, by=leader)
    assert meeting.prepared.exists()


def test_one_that_is_large_no_more_forgets_what_was_prepared(meeting, leader, sign_in, monkeypatch):
    run_due_jobs()
    monkeypatch.setattr(preparing, "MANY", 3)
    queue_daily_jobs()
    run_job(Job.objects.get(kind="prepare_due_meetings").pk)
    assert not meeting.prepared.exists()
    PreparedSection.objects.create(meeting=meeting, section="headline", data={}, at=timezone.now())
    sign_in(leader).post(url("preparation_create", meeting))
    assert not meeting.prepared.exists()
    preparing.prepare_meeting(meeting=meeting)
    run_due_jobs()
    assert not meeting.prepared.exists()


def test_one_that_is_opened_again_is_prepared_again(meeting, leader):
    run_due_jobs()
    close_meeting(meeting=meeting, by=leader)
    reopen_meeting(meeting=meeting, by=leader)
    reopen_meeting(meeting=meeting, by=leader)
    run_due_jobs()
    assert meeting.prepared.exists()
    assert Job.objects.filter(kind="prepare_meeting").count() == 2


def test_closing_freezes_what_is_and_not_what_was_prepared(meeting, deals, leader):
    run_due_jobs()
    make_lost("Just lost", closed_on=DAY, owner=deals[0].owner)
    pack = close_meeting(meeting=meeting, by=leader)
    assert json.loads(pack.content)["sections"][0]["data"]["lost"] == 4
    assert not meeting.prepared.exists()


def test_a_job_that_comes_too_late_writes_nothing(meeting, leader):
    close_meeting(meeting=meeting, by=leader)
    run_due_jobs()
    assert not PreparedSection.objects.exists()
    gone = make_meeting(date(2026, 2, 1), by=leader)
    preparing.prepare_meeting(meeting=gone)
    Meeting.objects.filter(pk=gone.pk).delete()
    run_due_jobs()
    assert not Job.objects.filter(state=JobState.FAILED).exists()


def test_a_job_that_is_at_it_while_the_meeting_is_closed_writes_nothing(meeting, leader, monkeypatch):
    real = preparing.Run.progress

    def progress(self, done, all_, note=""):
        real(self, done, all_, note)
        if done == all_:
            close_meeting(meeting=meeting, by=leader)

    monkeypatch.setattr(preparing.Run, "progress", progress)
    run_due_jobs()
    assert Job.objects.get(kind="prepare_meeting").state == JobState.DONE
    assert not PreparedSection.objects.exists()


def test_one_that_failed_says_so_and_can_be_asked_for_again(meeting, leader, sign_in):
    Job.objects.filter(kind="prepare_meeting").update(state=JobState.FAILED, error="It stopped the worker too often.")
    page = sign_in(leader).get(meeting.get_absolute_url()).content.decode()
    assert "could not be prepared: It stopped the worker too often." in page
    assert "Bring up to date" in page


def test_plain_data_comes_back_as_it_was(meeting):
    at = datetime(2026, 3, 10, 12, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    data = {"day": DAY, "sum": Decimal("10.50"), "none": None, "rows": [{"n": 1, "share": 0.5, "words": "a “b”"}]}
    PreparedSection.objects.create(meeting=meeting, section="x", data={**data, "at": at}, at=at)
    found = PreparedSection.objects.get(section="x").data
    assert found == {**data, "at": at}
    assert [type(found[name]) for name in ("day", "sum", "at")] == [date, Decimal, datetime]
