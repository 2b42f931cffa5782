"""axe finds nothing in what opens on a page, nor in the API's; and it would find what is wrong."""

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import reverse

from tests.browser.axe import in_turn, seen_in, violations
from tests.browser.conftest import DESK
from tests.browser.pages import visit

pytestmark = pytest.mark.browser


def test_it_finds_nothing_in_what_swagger_draws(rep, open_as):
    """The API's page: the list of addresses, two of them open, one asked, and the dialog for a token; each in one look,
    for axe takes long over them."""
    page = open_as(rep)
    visit(page, reverse("api:docs"))
    page.locator(".opblock").first.wait_for()
    found = seen_in(in_turn(0), page, "list")
    page.set_viewport_size(DESK)
    for method in ("get", "post"):
        page.locator(f".opblock-{method}", has_text="/api/v1/objections/").first.locator("button").first.click()
    page.locator(".opblock-post .examples-select-element").wait_for()
    found += seen_in(in_turn(1), page, "open")
    page.set_viewport_size(DESK)
    page.locator(".try-out__btn").first.click()
    page.locator(".execute").first.click()
    page.locator(".live-responses-table .highlight-code").first.wait_for()
    found += seen_in(in_turn(0), page, "asked")
    page.set_viewport_size(DESK)
    page.locator(".btn.authorize").click()
    page.locator(".modal-ux").wait_for()
    found += seen_in(in_turn(1), page, "token")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("dialog", ["palette", "keys"])
def test_it_finds_nothing_in_a_dialog(dialog, rep, open_as):
    page = open_as(rep)
    visit(page, "/")
    page.keyboard.press({"palette": "/", "keys": "?"}[dialog])
    page.evaluate(AXE_SCRIPT)
    assert violations(page) == []


@pytest.mark.parametrize(("colours", "pale"), [("light", "#aaa"), ("dark", "#555")])
def test_it_would_find_what_is_wrong(colours, pale, company, open_as):
    """That it looks at all: words that can hardly be read, and a picture without words."""
    page = open_as(None, color_scheme=colours)
    visit(page, reverse("login"))
    page.evaluate(f"document.querySelector('h1').style.color = '{pale}'; document.forms[0].append(new Image())")
    page.evaluate(AXE_SCRIPT)
    assert {line.split(" · ")[0] for line in violations(page)} == {"color-contrast", "image-alt"}
