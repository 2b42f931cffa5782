"""The clock of a running meeting: kept by the portal, shared by all who look, led by one screen."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from feedback import meetings as registry
from feedback.actions import clocks
from feedback.actions.meetings import make_meeting
from feedback.clocks import left_in_words, reading
from feedback.models import AgendaSection, Clock

HTMX = {"HX-Request": "true"}


@pytest.fixture
def meeting(leader):
    return make_meeting(period=(date(2026, 3, 1), date(2026, 3, 31)), facilitator=leader, by=leader)


@pytest.fixture
def later(monkeypatch):
    """Time stands still; `later(minutes)` moves what the clock takes for now."""
    now = timezone.now()

    def by(minutes):
        nonlocal now
        now += timedelta(minutes=minutes)

    monkeypatch.setattr(clocks.timezone, "now", lambda: now)
    return by


def read(meeting, key):
    rows = [row for row in registry.agenda_of(meeting) if not row.is_left_out]
    row = next(row for row in rows if row.key == key)
    return reading(meeting, rows, row, timezone.now())


def url(name, *args):
    return reverse(f"feedback:{name}", args=args)


def test_it_starts_when_a_section_is_shown_first_and_runs_on_through_reloads(meeting, leader, later):
    clocks.show_section(meeting=meeting, key="deals", by=leader)
    later(4)
    clocks.show_section(meeting=meeting, key="deals", by=leader)
    found = read(meeting, "deals")
    assert found.is_running
    assert found.left == 6 * 60


def test_a_section_left_keeps_its_time_and_goes_on_when_shown_again(meeting, leader, later):
    for key, minutes in (("deals", 4), ("landing", 6), ("deals", 7)):
        clocks.show_section(meeting=meeting, key=key, by=leader)
        later(minutes)
    assert read(meeting, "deals").left == -60
    assert read(meeting, "deals").is_over
    assert read(meeting, "landing").left == -180
    assert not read(meeting, "landing").is_running


def test_it_stops_and_goes_on(meeting, leader, later):
    clocks.show_section(meeting=meeting, key="deals", by=leader)
    later(3)
    clocks.pause_clock(meeting=meeting)
    clocks.pause_clock(meeting=meeting)
    later(30)
    assert read(meeting, "deals").left == 7 * 60
    clocks.resume_clock(meeting=meeting)
    later(2)
    assert read(meeting, "deals").left == 5 * 60


def test_it_follows_one_screen_until_somebody_takes_it(meeting, leader, marketer):
    clocks.show_section(meeting=meeting, key="coverage", by=leader)
    clocks.show_section(meeting=meeting, key="deals", by=marketer)
    assert Clock.objects.get().section.key == "coverage"
    clocks.lead_clock(meeting=meeting, key="deals", by=marketer)
    clock = Clock.objects.get()
    assert (clock.section.key, clock.led_by) == ("deals", marketer)


def test_nought_again_forgets_what_was_tried_out(meeting, leader, later):
    clocks.show_section(meeting=meeting, key="deals", by=leader)
    later(5)
    clocks.show_section(meeting=meeting, key="landing", by=leader)
    clocks.reset_clock(meeting=meeting)
    assert read(meeting, "deals").left == 600
    assert not AgendaSection.objects.exclude(started_at=None).exists()


def test_the_end_is_what_is_left_and_what_is_to_come(meeting, leader, later):
    whole = sum(row.minutes for row in registry.agenda_of(meeting))
    assert read(meeting, "coverage").ends_at == timezone.now() + timedelta(minutes=whole)
    clocks.show_section(meeting=meeting, key="coverage", by=leader)
    later(2)
    clocks.show_section(meeting=meeting, key="last_time", by=leader)
    assert read(meeting, "last_time").ends_at == timezone.now() + timedelta(minutes=whole - 5)


def test_who_looks_ahead_and_goes_back_has_all_of_it_to_come(meeting, leader, later):
    whole = sum(row.minutes for row in registry.agenda_of(meeting))
    for key in ("coverage", "quality", "agreement", "last_time", "coverage"):
        clocks.show_section(meeting=meeting, key=key, by=leader)
    later(1)
    assert read(meeting, "coverage").ends_at == timezone.now() + timedelta(minutes=whole - 1)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (600, "10 min left"),
        (241, "5 min left"),
        (60, "1 min left"),
        (59, "under a minute left"),
        (0, "under a minute left"),
        (-1, "over by 1 min"),
        (-60, "over by 1 min"),
        (-61, "over by 2 min"),
    ],
)
def test_it_says_what_is_left(seconds, words):
    assert left_in_words(seconds) == words


def test_opening_the_run_writes_nothing_until_the_clock_is_asked_for(meeting, leader, sign_in):
    client, run = sign_in(leader), url("meeting_run", meeting.pk)
    assert "Start the clock" in client.get(run).content.decode()
    assert not Clock.objects.exists()
    answer = client.post(url("clock_show", meeting.pk, "coverage"))
    assert answer.url == f"{run}?section=coverage"
    assert "Stop the clock" in client.get(answer.url).content.decode()


def test_it_is_worked_by_buttons_of_the_run(meeting, leader, marketer, sign_in, later):
    client = sign_in(leader)
    shown = client.post(url("clock_show", meeting.pk, "deals"), headers=HTMX).content.decode()
    assert "10 min left" in shown
    stopped = client.post(url("clock_pause", meeting.pk), {"section": "deals"}, headers=HTMX).content.decode()
    assert "stopped" in stopped
    assert (
        "Stop the clock"
        in client.post(url("clock_resume", meeting.pk), {"section": "deals"}, headers=HTMX).content.decode()
    )
    other = sign_in(marketer).get(f"{url('meeting_run', meeting.pk)}?section=coverage").content.decode()
    assert "The clock follows Lena" in other
    assert "?section=deals" in other
    assert sign_in(marketer).post(url("clock_lead", meeting.pk, "coverage")).status_code == 302
    assert Clock.objects.get().led_by == marketer
    assert client.post(url("clock_reset", meeting.pk)).url == url("meeting_agenda", meeting.pk)
    assert client.post(url("clock_show", meeting.pk, "gossip")).status_code == 404


@pytest.mark.parametrize("section", ["x" * 3000, "//elsewhere.example/", "coverage&section=deals"])
def test_a_section_on_no_agenda_leads_to_the_first(meeting, leader, sign_in, section):
    clocks.show_section(meeting=meeting, key="coverage", by=leader)
    answer = sign_in(leader).post(url("clock_pause", meeting.pk), {"section": section})
    assert answer.url == url("meeting_run", meeting.pk)


def test_a_clock_at_a_section_that_is_no_more_leads_nowhere(meeting, leader, marketer, sign_in, monkeypatch):
    clocks.show_section(meeting=meeting, key="landing", by=leader)
    monkeypatch.delitem(registry.sections, "landing")
    page = sign_in(marketer).get(url("meeting_run", meeting.pk))
    assert page.status_code == 200
    assert "The clock follows Lena" in page.content.decode()
    assert "who shows" not in page.content.decode()


def test_a_screen_reads_the_clock_once(meeting, leader, sign_in):
    client, run = sign_in(leader), url("meeting_run", meeting.pk)
    with CaptureQueriesContext(connection) as asked:
        client.get(run)
    assert len([query for query in asked.captured_queries if 'FROM "feedback_clock"' in query["sql"]]) == 1
