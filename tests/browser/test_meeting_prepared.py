"""A series is started, its meeting comes, and what has to be there before it is held goes from "not yet" to ready."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from feedback.models import Meeting
from tests.factories import make_lost, make_review

pytestmark = pytest.mark.browser


@pytest.fixture
def lost(rep):
    return make_lost("Forklifts", account="Hansa Cold Store", owner=rep, amount=90_000, closed_on=timezone.localdate())


def test_a_series_is_started_and_its_meeting_made_ready(lost, open_as, leader, rep):
    page = open_as(leader)
    page.goto("/meetings/")
    page.get_by_role("link", name="Series", exact=True).click()
    page.get_by_role("link", name="Start a series").first.click()
    start_weekly(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Weekly review")
    meeting = Meeting.objects.get()
    page.get_by_role("region", name="Meetings").get_by_role("link", name=str(meeting)).click()

    expect(line(page, "Day and facilitator")).to_contain_text("Ready")
    expect(line(page, "People")).to_contain_text("1 to attend")
    expect(line(page, "Reviews still owed")).to_contain_text("1 owed, worth 90,000 EUR")
    expect(line(page, "Deals to discuss")).to_contain_text("Not yet")

    line(page, "Deals to discuss").get_by_role("link").click()
    page.get_by_role("button", name="Discuss").click()
    make_review(lost, author=rep)
    page.get_by_role("link", name="Back to the meeting").click()
    expect(line(page, "Deals to discuss")).to_contain_text("1 chosen")
    expect(line(page, "Reviews still owed")).to_contain_text("None owed")
    expect(page.locator("#readiness .pill", has_text="Not yet")).to_have_count(0)

    page.get_by_role("button", name="Remind them now").click()
    expect(page.locator("#readiness")).to_contain_text("Reminded today")

    at_rep = open_as(rep)
    at_rep.goto(meeting.get_absolute_url())
    expect(at_rep.get_by_role("heading", level=1)).to_have_text(meeting.period_words)
    expect(at_rep.get_by_role("link", name="Run the meeting")).to_have_count(0)


def start_weekly(page):
    page.get_by_label("Name").fill("Weekly review")
    page.get_by_label("Months or weeks").select_option("weeks")
    page.get_by_label("The first looks back from").fill(timezone.localdate().isoformat())
    page.get_by_label("Held on business day").fill("2")
    page.get_by_label("Rita Rep").check()
    page.get_by_role("button", name="Save").click()


def line(page, title):
    return page.locator("#readiness .item", has_text=title)
