"""Invitations in people's calendars: what is told, to whom, once, and read again as a calendar reads it."""

from datetime import date, datetime, time, timedelta
from smtplib import SMTPServerDisconnected
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from feedback import jobs
from feedback.actions.meetings import (
    MeetingClosed,
    change_meeting,
    close_meeting,
    delete_meeting,
    make_meeting,
    reopen_meeting,
    write_note,
)
from feedback.mailing import hold
from feedback.models import Company, Invite, Job, User
from feedback.models.invites import InviteMethod
from feedback.spans import month_of
from tests.factories import make_user

pytestmark = pytest.mark.django_db
ZONE = "Europe/Berlin"


@pytest.fixture(autouse=True)
def company(settings):
    settings.PORTAL_URL = "https://loop.example.com"
    return Company.objects.update_or_create(pk=1, defaults={"name": "Hansa", "time_zone": ZONE})[0]


@pytest.fixture
def day():
    return timezone.localdate() + timedelta(days=10)


@pytest.fixture
def meeting(leader, rep, day):
    held = {"held_on": day, "held_at": time(10), "place": "Big room", "facilitator": leader}
    return make_meeting(period=month_of(date(2026, 10, 1)), by=leader, attendees=[rep], **held)


def deliver():
    """What the worker does; returns (address, calendar) of each mail sent by it."""
    before = len(mail.outbox)
    for job in Job.objects.due().filter(kind="send_invites"):
        jobs.run_job(job.pk)
    return [(message.to[0], read(message)) for message in mail.outbox[before:]]


def read(message):
    """The calendar as a mail program finds it in the message that leaves."""
    [part] = [part for part in message.message().walk() if part.get_content_type() == "text/calendar"]
    calendar = Calendar.from_ical(part.get_payload(decode=True))
    assert part.get_param("method") == calendar["method"]
    assert part.get_content_charset() == "utf-8"
    return calendar


def event_of(calendar):
    [event] = calendar.events
    return event


def test_whoever_is_to_come_is_asked_with_time_place_and_link(meeting, day, leader, rep):
    sent = dict(deliver())
    assert sent.keys() == {leader.email, rep.email}
    calendar = sent[rep.email]
    event = event_of(calendar)
    assert calendar["method"] == "REQUEST"
    assert event["summary"] == "Closed-lost review of October 2026"
    assert event.start == datetime.combine(day, time(10), tzinfo=ZoneInfo(ZONE))
    assert event.end - event.start == timedelta(hours=1)
    assert event["dtstart"].params["tzid"] == ZONE
    assert [zone["tzid"] for zone in calendar.timezones] == [ZONE]
    assert event["location"] == "Big room"
    assert event["url"] == f"https://loop.example.com/meetings/{meeting.pk}/"
    assert event["attendee"] == f"mailto:{rep.email}"
    assert event["uid"] == f"meeting-{meeting.pk}@loop.example.com"
    assert event["sequence"] == 0


def test_a_mail_says_the_same_in_words(meeting, rep):
    deliver()
    message = next(each for each in mail.outbox if each.to == [rep.email])
    assert message.subject == "Closed-lost review of October 2026"
    assert "at 10:00 (Europe/Berlin), 60 minutes" in message.body
    assert "Where: Big room" in message.body
    assert f"https://loop.example.com/meetings/{meeting.pk}/" in message.body


def test_another_day_is_told_to_all_under_the_same_uid(meeting, day):
    first = dict(deliver())
    meeting.held_on = day + timedelta(days=1)
    change_meeting(meeting=meeting, fields=["held_on"])
    second = dict(deliver())
    assert second.keys() == first.keys()
    for address, calendar in second.items():
        assert event_of(calendar)["uid"] == event_of(first[address])["uid"]
        assert event_of(calendar)["sequence"] == 1
        assert event_of(calendar).start.date() == day + timedelta(days=1)


def test_what_nobody_needs_to_know_is_not_mailed(meeting, leader):
    deliver()
    change_meeting(meeting=meeting, fields=["held_on"])
    change_meeting(meeting=meeting, fields=[], attendees=list(meeting.attendees.all()))
    assert deliver() == []


def test_who_is_added_is_asked_alone_and_who_is_taken_off_loses_it(meeting, rep, other_rep):
    deliver()
    change_meeting(meeting=meeting, fields=[], attendees=[other_rep])
    sent = dict(deliver())
    assert {address: calendar["method"] for address, calendar in sent.items()} == {
        other_rep.email: "REQUEST",
        rep.email: "CANCEL",
    }
    gone = event_of(sent[rep.email])
    assert (gone["status"], gone["sequence"]) == ("CANCELLED", 1)
    assert mail.outbox[-1].subject.startswith("Cancelled: ") or mail.outbox[-2].subject.startswith("Cancelled: ")


def test_who_comes_back_is_asked_anew(meeting, rep):
    for people in ([], [rep]):
        change_meeting(meeting=meeting, fields=[], attendees=people)
    sent = [calendar for address, calendar in deliver() if address == rep.email]
    assert [(calendar["method"], event_of(calendar)["sequence"]) for calendar in sent] == [
        ("REQUEST", 0),
        ("CANCEL", 1),
        ("REQUEST", 2),
    ]


def test_a_meeting_without_its_day_or_taken_away_leaves_all_calendars(meeting, leader, rep):
    deliver()
    delete_meeting(meeting=meeting)
    sent = dict(deliver())
    assert {address: calendar["method"] for address, calendar in sent.items()} == {
        leader.email: "CANCEL",
        rep.email: "CANCEL",
    }


def test_taking_its_day_away_cancels_it_and_a_new_day_asks_anew(meeting, day):
    deliver()
    meeting.held_on = None
    change_meeting(meeting=meeting, fields=["held_on"])
    assert {calendar["method"] for _, calendar in deliver()} == {"CANCEL"}
    meeting.held_on = day
    change_meeting(meeting=meeting, fields=["held_on"])
    assert {calendar["method"] for _, calendar in deliver()} == {"REQUEST"}


def test_without_a_time_it_is_a_whole_day(meeting, day):
    meeting.held_at = None
    change_meeting(meeting=meeting, fields=["held_at"])
    event = event_of(deliver()[-1][1])
    assert (event.start, event.end) == (day, day + timedelta(days=1))


def move(meeting, day):
    meeting.held_on = day
    change_meeting(meeting=meeting, fields=["held_on"])


def test_moved_to_a_day_that_is_over_it_leaves_the_calendars_in_which_it_is_to_come(meeting, leader, rep):
    deliver()
    move(meeting, timezone.localdate() - timedelta(days=2))
    sent = dict(deliver())
    assert {address: calendar["method"] for address, calendar in sent.items()} == {
        leader.email: "CANCEL",
        rep.email: "CANCEL",
    }
    move(meeting, timezone.localdate() - timedelta(days=3))
    assert deliver() == []


def test_what_was_told_and_is_over_by_now_stays_in_the_calendars(meeting, day):
    deliver()
    over = timezone.localdate() - timedelta(days=2)
    for invite in Invite.objects.all():
        invite.event["day"] = over.isoformat()
        invite.save()
    move(meeting, over - timedelta(days=1))
    assert deliver() == []


@pytest.mark.parametrize("outcome", ["no mail", "refused"])
def test_who_could_not_be_mailed_is_asked_with_the_next_change_and_never_taken_off(meeting, leader, rep, outcome):
    deliver()
    Invite.objects.filter(person=rep).update(outcome=outcome)
    change_meeting(meeting=meeting, fields=[])
    assert [(address, calendar["method"]) for address, calendar in deliver()] == [(rep.email, "REQUEST")]
    Invite.objects.filter(person=rep).update(outcome=outcome)
    change_meeting(meeting=meeting, fields=[], attendees=[])
    assert deliver() == []


def test_who_was_told_and_then_not_told_of_another_day_is_told_again(meeting, rep, day):
    deliver()
    move(meeting, day + timedelta(days=1))
    deliver()
    Invite.objects.filter(person=rep, sequence=1).update(outcome="refused")
    change_meeting(meeting=meeting, fields=[])
    assert [address for address, _ in deliver()] == [rep.email]


def test_closed_and_opened_again_it_asks_nobody(meeting, leader, rep):
    early = make_meeting(period=month_of(date(2026, 9, 1)), by=leader, attendees=[rep], facilitator=leader)
    close_meeting(meeting=early, by=leader)  # it had no day: it has today's now
    reopen_meeting(meeting=early, by=leader)
    early.refresh_from_db()
    deliver()
    early.place = "Small room"
    change_meeting(meeting=early, fields=["place"])
    assert early.held_on == timezone.localdate(early.packs.get().closed_at, Company.current().zone)
    assert not early.invites.exists()


@pytest.mark.parametrize("sender", ["loop@example.com", "Closed Loop <loop@example.com>"])
def test_the_sender_holds_it_whether_or_not_they_have_a_name(meeting, settings, sender):
    settings.DEFAULT_FROM_EMAIL = sender
    assert {str(event_of(calendar)["organizer"]) for _, calendar in deliver()} == {"mailto:loop@example.com"}


def test_nobody_is_told_of_a_day_that_is_over(meeting, leader):
    move(meeting, timezone.localdate() - timedelta(days=2))
    deliver()
    meeting.place = "Small room"
    change_meeting(meeting=meeting, fields=["place"])
    close_meeting(meeting=meeting, by=leader)
    assert deliver() == []


def test_a_worker_that_died_is_followed_by_one_that_sends_the_rest_once(meeting, monkeypatch):
    """The first is sent and written down; then the worker dies."""
    tried = []

    def die_at_the_second(row):
        tried.append(row)
        if len(tried) == 2:
            raise KeyboardInterrupt
        return hold(row)

    monkeypatch.setattr("feedback.invite_mail.hold", die_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        deliver()
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    deliver()
    assert len({message.to[0] for message in mail.outbox}) == len(mail.outbox) == 2
    assert not Invite.objects.unsent().exists()


def test_a_mail_server_that_is_away_is_asked_again_later(meeting, monkeypatch):
    with monkeypatch.context() as away:
        away.setattr(EmailBackend, "send_messages", lambda *_: (_ for _ in ()).throw(SMTPServerDisconnected()))
        deliver()
    assert Invite.objects.unsent().count() == 2
    jobs.queue_daily_jobs()
    assert len(deliver()) == 2


def test_without_mail_nothing_is_sent_and_the_portal_says_so_to_itself(meeting, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    assert deliver() == []
    assert set(Invite.objects.values_list("outcome", flat=True)) == {"no mail"}


def test_people_without_an_address_or_access_are_left_out(leader, day):
    gone, unknown = make_user("Gone", is_active=False), make_user("Unknown")
    User.objects.filter(pk=unknown.pk).update(email="")
    held = {"held_on": day, "facilitator": None}
    make_meeting(period=month_of(date(2026, 10, 1)), by=leader, attendees=[gone, unknown], **held)
    assert not Invite.objects.exists()


def test_no_word_of_the_meeting_leaves_by_it(meeting, rep):
    write_note(meeting=meeting, section="coverage", text="Northwind wanted the moon", by=rep)
    deliver()
    assert all("Northwind" not in message.message().as_string() for message in mail.outbox)


def test_it_is_downloaded_by_whom_it_concerns(client, meeting, rep, other_rep, day):
    address = reverse("feedback:meeting_calendar", args=[meeting.pk])
    client.force_login(rep)
    calendar = Calendar.from_ical(client.get(address).content)
    assert calendar["method"] == "PUBLISH"
    assert event_of(calendar)["uid"] == f"meeting-{meeting.pk}@loop.example.com"
    client.force_login(other_rep)
    assert client.get(address).status_code == 404


def test_without_a_day_there_is_nothing_to_download(client, leader):
    meeting = make_meeting(period=month_of(date(2026, 10, 1)), by=leader)
    client.force_login(leader)
    assert client.get(reverse("feedback:meeting_calendar", args=[meeting.pk])).status_code == 404


def test_who_attends_reads_it_while_it_is_prepared_and_writes_nothing(client, meeting, rep):
    client.force_login(rep)
    page = client.get(meeting.get_absolute_url())
    assert page.status_code == 200
    shown = page.content.decode()
    assert "Until it is closed it can be read by leaders, marketers and those who attend" in shown
    assert "Run the meeting" not in shown
    assert "Is it ready?" not in shown
    note = reverse("feedback:meeting_note", args=[meeting.pk, "coverage"])
    for address in (note, reverse("feedback:meeting_edit", args=[meeting.pk])):
        assert client.post(address, {"text": "Mine"}).status_code == 403


def test_its_page_takes_when_where_and_who(client, meeting, leader, other_rep, day):
    client.force_login(leader)
    given = {"held_on": day, "held_at": "14:30", "minutes": 45, "place": "Roof", "attendees": [other_rep.pk]}
    given |= {"initial-facilitator": leader.pk, "initial-attendees": [person.pk for person in meeting.attendees.all()]}
    assert client.post(reverse("feedback:meeting_edit", args=[meeting.pk]), given).status_code == 302
    meeting.refresh_from_db()
    assert (meeting.held_at, meeting.minutes, meeting.place) == (time(14, 30), 45, "Roof")
    assert list(meeting.attendees.all()) == [other_rep]
    assert Invite.objects.filter(method=InviteMethod.CANCEL).count() == 2  # the rep, and the leader who leads no more


def test_it_is_taken_away_only_while_nothing_hangs_on_it(client, meeting, leader, marketer):
    address = reverse("feedback:meeting_delete", args=[meeting.pk])
    client.force_login(marketer)
    assert client.get(address).status_code == 403
    client.force_login(leader)
    close_meeting(meeting=meeting, by=leader)
    assert client.post(address).status_code == 403
    with pytest.raises(MeetingClosed):
        delete_meeting(meeting=meeting)
