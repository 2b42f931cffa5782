"""The palette shows what has the words typed and what means the same, and says which."""

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect

from objections.theming import warm
from objections.theming.vectors import store_vectors, vectors_of
from tests.browser.axe import seen_in_all_looks
from tests.factories import make_objection, make_theme, place

pytestmark = pytest.mark.browser


def test_the_palette_finds_by_words_and_by_meaning(open_as, rep):
    warm()
    theme = make_theme("Not for our people")
    for text in ("pickers will never learn it", "the picker cannot be taught this, says the union"):
        voice = make_objection(text, author=rep)
        store_vectors([(voice.pk, voice.text, vectors_of([voice])[0])])
        place(voice, theme)
    page = open_as(rep)
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.insert_text("the picker cannot be taught this")
    results = page.locator("#palette-results")
    expect(results.get_by_role("link", name="says the union")).to_contain_text("in their words")
    expect(results.get_by_role("link", name="will never learn")).to_contain_text("by meaning")
    expect(results.get_by_role("link", name="Not for our people")).to_be_visible()
    page.evaluate(AXE_SCRIPT)
    found = seen_in_all_looks(page, "palette")
    assert not found, "\n".join(found)
