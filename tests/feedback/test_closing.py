"""What the page that closes a meeting says against it, and what a version that was opened again still shows."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.actions.meetings import close_meeting, reopen_meeting, write_note
from feedback.actions.meetings import make_meeting as prepare
from feedback.closing import doubts_about_closing
from feedback.models import Action, Decision
from tests.factories import make_meeting

LONG_AGO = date(2026, 3, 1)


@pytest.fixture
def meeting(leader):
    return make_meeting(LONG_AGO, by=leader)


def test_nothing_is_said_against_a_meeting_in_order(meeting, leader, sign_in):
    Decision.objects.create(
        meeting=meeting, text="Ship it", owner=leader, due_on=timezone.localdate(), proof="two wins", by=leader
    )
    assert doubts_about_closing(meeting) == []
    page = sign_in(leader).get(reverse("feedback:meeting_close", args=[meeting.pk])).content.decode()
    assert "Before you close it" not in page


def test_it_says_what_is_too_early(leader, sign_in):
    today = timezone.localdate()
    meeting = make_meeting(today.replace(day=1), by=leader)
    meeting.held_on = today + timedelta(days=5)
    meeting.save()
    early, not_held = doubts_about_closing(meeting)
    assert "What closes until then would be missing" in early
    assert "would be closed before" in not_held
    page = sign_in(leader).get(reverse("feedback:meeting_close", args=[meeting.pk])).content.decode()
    assert "Before you close it" in page
    assert early in page


def test_it_names_the_meetings_before_that_are_open(meeting, leader):
    before = make_meeting(date(2026, 2, 1), by=leader)
    assert [str(before) in doubt for doubt in doubts_about_closing(meeting)] == [True]
    close_meeting(meeting=before, by=leader)
    assert doubts_about_closing(meeting) == []


def test_it_lets_be_what_was_skipped_and_what_is_not_over(meeting, leader):
    make_meeting(date(2026, 1, 1), by=leader)  # skipped: the one after it was closed
    close_meeting(meeting=make_meeting(date(2026, 2, 1), by=leader), by=leader)
    prepare(period=(date(2026, 1, 1), date(2026, 3, 31)), by=leader)  # a quarter of which March is a part
    assert doubts_about_closing(meeting) == []


def test_it_counts_what_nobody_answers_for_and_days_that_are_over(meeting, leader):
    yesterday = timezone.localdate() - timedelta(days=1)
    Decision.objects.create(meeting=meeting, text="Ship it", by=leader)
    Decision.objects.create(meeting=meeting, text="Stop it", owner=leader, due_on=yesterday, proof="x", by=leader)
    Action.objects.create(meeting=meeting, text="Write it", owner=leader, due_on=yesterday, by=leader)
    assert doubts_about_closing(meeting) == [
        "1 decision of 2 lacks an owner, a day or how we will know it worked.",
        "1 decision is due on a day that is over already.",
        "1 action is due on a day that is over already.",
    ]


def test_a_version_that_was_opened_again_can_still_be_read(meeting, leader, rep, sign_in):
    write_note(meeting=meeting, section="reasons", text="Price, they say", by=leader)
    close_meeting(meeting=meeting, by=leader)
    url = reverse("feedback:pack_detail", args=[meeting.pk, 1])
    assert sign_in(rep).get(url).url == meeting.get_absolute_url()  # it is the one in force
    reopen_meeting(meeting=meeting, by=leader)
    assert sign_in(rep).get(url).status_code == 404  # as the meeting itself, while it is open
    write_note(meeting=meeting, section="reasons", text="Trust, after all", by=leader)
    close_meeting(meeting=meeting, by=leader)

    client = sign_in(rep)
    assert f'href="{url}"' in client.get(meeting.get_absolute_url()).content.decode()
    page = client.get(url).content.decode()
    assert "Version 1, no longer in force" in page
    assert "Price, they say" in page
    assert "Trust, after all" not in page
    assert meeting.packs.get(version=1).checksum in page
    assert client.get(reverse("feedback:pack_detail", args=[meeting.pk, 3])).status_code == 404


@pytest.mark.parametrize("role", ["rep", "other_rep", "manager", "marketer", "leader", "admin"])
def test_everybody_who_may_read_a_closed_meeting_reads_its_earlier_versions(role, meeting, leader, request, sign_in):
    close_meeting(meeting=meeting, by=leader)
    reopen_meeting(meeting=meeting, by=leader)
    close_meeting(meeting=meeting, by=leader)
    url = reverse("feedback:pack_detail", args=[meeting.pk, 1])
    assert sign_in(request.getfixturevalue(role)).get(url).status_code == 200
    assert sign_in(None).get(url).status_code == 302
