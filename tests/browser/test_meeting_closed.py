"""A closed meeting in the browser: a review that comes late shows beside its frozen figures; opened again it counts."""

import re
from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from feedback.actions.meetings import close_meeting, make_meeting
from feedback.models import Pack
from feedback.packs import differences
from tests.factories import make_lost

pytestmark = pytest.mark.browser
MARCH = date(2026, 3, 1), date(2026, 3, 31)


def test_a_late_review_shows_since_then_and_counts_once_the_meeting_is_opened_again(open_as, rep, leader):
    deal = make_lost("Forklifts", account="Hansa", owner=rep, closed_on=date(2026, 3, 10), amount=48_000)
    meeting = make_meeting(period=MARCH, facilitator=leader, by=leader)
    pack = close_meeting(meeting=meeting, by=leader)
    at_leader, at_rep = open_as(leader), open_as(rep)

    hand_in(at_rep, deal)

    at_leader.goto(meeting.get_absolute_url())
    since = at_leader.get_by_role("region", name="Since then")
    expect(since).to_contain_text("0 of 1 → 1 of 1")
    since.get_by_role("link", name="1 review handed in").click()
    expect(at_leader.get_by_role("heading", level=1)).to_have_text("Reviews")
    expect(at_leader.locator("#main")).to_contain_text("Hansa")
    assert differences(Pack.objects.get()) == []
    assert Pack.objects.get().content == pack.content

    at_leader.goto(meeting.get_absolute_url())
    at_leader.get_by_role("link", name="Open it again").click()
    at_leader.get_by_role("button", name="Open it again").click()
    expect(at_leader.get_by_role("status", name="Messages")).to_contain_text("Meeting open again.")
    expect(at_leader.locator("#coverage")).to_contain_text("1 of 1")
    at_leader.get_by_role("link", name="Close the meeting").click()
    at_leader.get_by_role("button", name="Close the meeting").click()
    expect(at_leader.locator(".page-sub")).to_contain_text("version 2")
    expect(since).to_contain_text("still those the meeting saw")
    assert [differences(each) for each in Pack.objects.order_by("version")] == [[], []]


def hand_in(page, deal):
    page.goto(reverse("feedback:review_edit", args=[deal.pk]))
    for part, words in (
        ("#destination .tile", "They bought from somebody else"),
        ("#reason .tile", "Too dear for something comparable"),
        ("#reason .chip", "Buyer said"),
    ):
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            page.locator(part, has_text=words).first.click()
    page.get_by_role("button", name=re.compile("Submit")).click()
    expect(page.get_by_role("status", name="Messages")).to_contain_text("The review is in.")
