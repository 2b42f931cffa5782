"""From the run of a meeting: an action becomes a content request, and the meeting shows how that stands."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from feedback.models import Action
from objections.actions.content import move_request
from objections.models import ContentRequest
from tests.factories import make_meeting, make_theme

pytestmark = pytest.mark.browser


def test_an_action_becomes_a_content_request_and_its_state_shows(open_as, leader, marketer, live_server):
    theme, meeting = make_theme("Cost in the end unclear"), make_meeting(by=leader)
    due = timezone.localdate() + timedelta(days=20)
    Action.objects.create(meeting=meeting, text="Write the cost sheet", owner=marketer, due_on=due, by=leader)
    page = open_as(leader)
    page.goto(f"{reverse('feedback:meeting_run', args=[meeting.pk])}?section=decisions")

    page.get_by_text("Becomes … Write the cost sheet").click()
    page.get_by_role("link", name="Content request").click()
    expect(page.get_by_label("What is missing?")).to_have_value("Write the cost sheet")
    expect(page.get_by_label("Owner optional", exact=True)).to_have_value(str(marketer.pk))
    page.get_by_label("Type").select_option("Pricing sheet")
    page.get_by_role("checkbox", name=theme.name).check()
    page.get_by_role("button", name="Save the request").click()

    expect(page).to_have_url(f"{live_server.url}{reverse('feedback:meeting_run', args=[meeting.pk])}?section=decisions")
    became = page.locator(".became-line")
    expect(became).to_contain_text("Became content request Write the cost sheet")
    expect(became.locator(".pill")).to_have_text("Triaged")

    move_request(request=ContentRequest.objects.get(), to="declined", why="Sales has one", by=marketer)
    page.reload()
    expect(became.locator(".pill")).to_have_text("Declined")
    expect(page.get_by_text("What it became is over. Is it done?")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Done")).click()
    expect(page.get_by_role("button", name=re.compile("^Not done"))).to_be_visible()
