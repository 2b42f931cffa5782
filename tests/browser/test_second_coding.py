"""Coding a sample a second time by keys alone, and what the sections beside it look like."""

from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from feedback.models import Destination, SecondCoding
from feedback.samples import drawn
from tests.browser.axe import seen_in_all_looks
from tests.browser.layout import sideways, unnamed
from tests.browser.pages import visit
from tests.factories import make_lost, make_meeting, make_objection, make_review, make_theme, place

pytestmark = pytest.mark.browser
MONTH, DAY = date(2026, 3, 1), date(2026, 3, 10)


@pytest.fixture
def meeting(leader, rep):
    """A meeting of four lost deals, in which notes repeat each other and a theme is new."""
    theme = make_theme("Dearer than others")
    for number, code in enumerate(("competitor", "status quo", "indecision", "unknown")):
        deal = make_lost(f"Deal {number}", account=f"Account {number}", closed_on=DAY, amount=90_000, owner=rep)
        place(make_objection("dearer", author=rep, opportunity=deal, heard_on=DAY), theme)
        destination = Destination.objects.in_force().get(code=code)
        make_review(deal, author=rep, destination=destination, would_have_changed="A fixed price")
    return make_meeting(MONTH, by=leader)


def test_the_sample_is_coded_by_keys_alone(meeting, marketer, open_as):
    page = open_as(marketer)
    first, second, *_ = drawn(meeting)
    page.goto(reverse("feedback:second_coding_create", args=[meeting.pk, first]))
    expect(page.locator("#toasts")).to_be_attached()
    page.keyboard.press("2")
    expect(page.get_by_role("radio", name="No decision: status quo")).to_be_checked()
    page.keyboard.press("3")
    expect(page.get_by_role("radio", name="Value", exact=False).first).to_be_checked()
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/sample/{second}/")
    coding = SecondCoding.objects.get()
    assert (coding.review_id, coding.destination.code, coding.reason.code) == (first, "status quo", "VALUE")


def test_its_pages_and_the_new_sections_are_sound_in_both_themes_and_at_all_widths(meeting, marketer, open_as):
    page = open_as(marketer)
    run = reverse("feedback:meeting_run", args=[meeting.pk])
    sample = reverse("feedback:second_coding_list", args=[meeting.pk])
    one, other, *_ = drawn(meeting)
    visit(page, f"{sample}{one}/")
    page.keyboard.press("1")
    page.keyboard.press("1")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/sample/{other}/")
    pages = {"sample": sample, "form": f"{sample}{other}/", "meeting": meeting.get_absolute_url()}
    for key in ("coverage", "quality", "agreement", "destinations", "moving", "definitions"):
        pages[key] = f"{run}?section={key}"
    found = []
    for name, url in pages.items():
        visit(page, url)
        found += [f"{name} · {each}" for each in sideways(page) + unnamed(page)] + seen_in_all_looks(page, name)
    assert not found, "\n".join(found)
