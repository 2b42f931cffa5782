"""The private calendar: what it says, to whom, and how it ends."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from feedback.actions.decisions import add_action
from feedback.actions.feeds import open_feed
from feedback.models import Action, CalendarFeed, Meeting
from tests.factories import make_lost, make_meeting, make_request

TODAY = timezone.localdate()


def read(client, token, **more):
    return client.get(reverse("feedback:feed", args=[token]), **more)


def events(answer):
    assert answer.status_code == 200
    found = Calendar.from_ical(answer.content).walk("VEVENT")
    return {str(event["SUMMARY"]): event for event in found}


@pytest.fixture
def token(rep):
    return open_feed(user=rep)


def test_it_says_what_is_due_and_on_what_day(token, rep, marketer, client):
    deals = [make_lost(f"Deal {n}", account=f"Secret account {n}", owner=rep, closed_on=TODAY) for n in range(2)]
    meeting = make_meeting(TODAY.replace(day=1), by=marketer)
    add_action(meeting=meeting, action=Action(text="Call them", owner=rep, due_on=TODAY), by=marketer)
    answer = read(client, token)
    found = events(answer)
    assert set(found) == {"2 loss reviews due", "Action due: Call them"}
    review = found["2 loss reviews due"]
    assert review["DTSTART"].dt == deals[0].review_due_on
    assert review["DTEND"].dt - review["DTSTART"].dt == timedelta(days=1)
    assert str(review["URL"]) == "http://testserver" + reverse("feedback:review_owed")
    assert b"Secret account" not in answer.content


def test_it_shows_content_to_its_owner_and_meetings_to_who_prepares_them(marketer, rep, token, client):
    make_request("Write the one-pager", by=marketer, owner=marketer, due_on=TODAY)
    make_meeting(TODAY.replace(day=1), by=marketer, held_on=TODAY)
    found = events(read(client, open_feed(user=marketer)))
    assert "Content due: Write the one-pager" in found
    assert str(Meeting.objects.get()) in found
    assert events(read(client, token)) == {}


def test_an_event_keeps_its_identity_and_bears_any_words(token, rep, marketer, client):
    words = "Ask; them, about\nBEGIN:VEVENT \\ “€ 5”"
    meeting = make_meeting(TODAY.replace(day=1), by=marketer)
    add_action(meeting=meeting, action=Action(text=words, owner=rep, due_on=TODAY), by=marketer)
    first, again = (events(read(client, token)) for _ in range(2))
    assert list(first) == [f"Action due: {words}"]
    assert [e["UID"] for e in first.values()] == [e["UID"] for e in again.values()]


def test_long_past_days_are_left_out(token, rep, marketer, client):
    meeting = make_meeting(date(2024, 1, 1), by=marketer)
    add_action(meeting=meeting, action=Action(text="Old", owner=rep, due_on=TODAY - timedelta(days=91)), by=marketer)
    assert events(read(client, token)) == {}


def test_it_is_stored_nowhere_and_leads_nowhere(token, client):
    answer = read(client, token)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer.headers["Cache-Control"]
    assert not answer.cookies
    assert token not in str(list(CalendarFeed.objects.values()))


def test_a_new_address_ends_the_old_and_taking_it_back_ends_it(token, rep, client, sign_in):
    here = sign_in(rep)
    page = here.post(reverse("feedback:feed_create"))
    new = page.context["url"].rpartition("/")[2].removesuffix(".ics")
    assert [read(client, each).status_code for each in (token, new)] == [404, 200]
    assert new not in here.get(reverse("feedback:security")).content.decode()
    here.post(reverse("feedback:feed_end"))
    assert read(client, new).status_code == 404


def test_it_is_dead_for_the_deactivated(token, rep, client):
    rep.is_active = False
    rep.save()
    assert read(client, token).status_code == 404


def test_addresses_cannot_be_guessed_at_will(token, client):
    assert [read(client, f"x{n}").status_code for n in range(31)] == [404] * 30 + [429]
    assert read(client, token).status_code == 200


def test_a_calendar_is_read_sixty_times_an_hour(token, client):
    answers = [read(client, token).status_code for _ in range(61)]
    assert answers == [200] * 60 + [429]


def test_it_is_read_only(token, client):
    assert client.post(reverse("feedback:feed", args=[token])).status_code == 405


def test_its_cost_does_not_grow_with_what_is_due(token, rep, client, django_assert_max_num_queries):
    for number in range(12):
        make_lost(f"Deal {number}", owner=rep, closed_on=TODAY - timedelta(days=number))
    with django_assert_max_num_queries(18):
        read(client, token)
