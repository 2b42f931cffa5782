"""The map sharpened: walked by keys, and objections chosen by drawing around them."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories import make_map, make_objection

pytestmark = pytest.mark.browser


@pytest.fixture
def page(rep, open_as):
    """The map with three objections in a row."""
    make_map([make_objection(f"note {at}", author=rep) for at in range(3)])
    page = open_as(rep)
    page.goto(reverse("objections:map"))
    expect(page.get_by_role("button", name="Choose an area")).to_be_visible()
    return page


def test_the_map_is_walked_and_chosen_from_by_keys(page):
    dots = page.locator(".map-dots a")
    dots.first.focus()
    page.keyboard.press("ArrowRight")
    expect(dots.nth(1)).to_be_focused()
    expect(page.locator(".map-card")).to_contain_text("note 1")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    chosen = page.get_by_role("region", name="Chosen objections")
    expect(chosen).to_contain_text("2 objections chosen")
    chosen.get_by_role("link", name="Open these as a list").click()
    expect(page.get_by_role("link", name="note 2")).to_be_visible()
    expect(page.get_by_role("link", name="note 0")).to_be_hidden()


def test_objections_on_the_map_are_chosen_by_drawing_around_them(page):
    box = page.locator("svg.map").bounding_box()
    around = [(0.15, 0.3), (0.6, 0.3), (0.6, 0.7), (0.15, 0.7)]
    corners = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in around]
    page.mouse.move(*corners[0])
    page.mouse.down()
    for corner in corners[1:]:
        page.mouse.move(*corner)
    page.mouse.up()
    chosen = page.get_by_role("region", name="Chosen objections")
    expect(chosen).to_contain_text("2 objections chosen")
    page.get_by_role("button", name="Clear").click()
    expect(chosen).to_be_hidden()
