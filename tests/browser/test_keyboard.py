"""The core acts by keyboard alone: no test here touches the mouse."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from objections.models import Objection
from objections.theming.vectors import store_vector, vectors_of
from tests.factories import make_lost, make_objection, make_opportunity, make_theme, place, reason

pytestmark = pytest.mark.browser


@pytest.fixture
def page(open_as, rep):
    """A page of the rep's; `force_login` keeps them signed in."""
    return open_as(rep)


@pytest.fixture
def deals(rep):
    names = ("Hansa Cold Store", "Baltic Foods", "Nordic Mills")
    return [make_lost("Forklifts", account=name, owner=rep, amount=9000) for name in names]


def go(page, url):
    page.goto(url)
    expect(page.locator("#toasts")).to_be_attached()


def focused(page):
    return page.locator(":focus")


def has_visible_focus(page) -> bool:
    """Whether what has the focus, or the row or tile it stands for, is outlined."""
    return page.evaluate(
        """() => { for (let e = document.activeElement; e && e !== document.body; e = e.parentElement)
             if (getComputedStyle(e).outlineStyle !== "none" && parseFloat(getComputedStyle(e).outlineWidth) > 0)
               return true;
           return false; }"""
    )


def test_the_first_stop_skips_to_the_content(page, rep):
    go(page, "/")
    page.keyboard.press("Tab")
    expect(focused(page)).to_have_text("Skip to content")
    expect(focused(page)).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('#main').contains(document.activeElement)")


@pytest.mark.parametrize("keys", ["/", "Control+k"])
def test_the_palette_finds_a_deal_and_opens_it(keys, page, deals):
    go(page, "/")
    page.keyboard.press(keys)
    expect(page.get_by_role("searchbox", name="Search deals")).to_be_focused()
    page.keyboard.insert_text("hansa")
    expect(page.locator("#palette-results").get_by_role("link", name="Hansa Cold Store")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#palette-results").get_by_role("link").first).to_be_focused()
    assert has_visible_focus(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Hansa Cold Store")


def test_enter_in_the_palette_opens_what_was_found_for_these_words(page, deals):
    go(page, "/")
    page.keyboard.press("/")
    page.keyboard.insert_text("baltic")
    expect(page.locator("#palette-results").get_by_role("link", name="Baltic Foods")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Baltic Foods")


def test_escape_closes_the_palette_and_gives_the_focus_back(page, deals):
    go(page, reverse("feedback:opportunity_list"))
    opener = page.get_by_role("link", name="Search", exact=True)
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#palette")).to_be_visible()
    page.keyboard.type("hansa")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    expect(opener).to_be_focused()
    assert has_visible_focus(page)


def test_an_objection_is_logged(page, rep):
    deal = make_opportunity("Forklifts", account="Hansa Cold Store", owner=rep)
    go(page, "/")
    page.keyboard.press("n")
    words = page.get_by_label("What did they say?")
    expect(page.get_by_role("heading", level=1)).to_have_text("Log an objection")
    tab_to(page, words)
    page.keyboard.type("nobody here can service it")
    page.keyboard.press("Tab")
    page.keyboard.type("hansa")
    tab_to(page, page.get_by_role("radio", name="Concern"))
    page.keyboard.press("ArrowLeft")
    tab_to(page, page.get_by_role("button", name="Log it"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status", name="Messages")).to_contain_text("Logged. Thank you.")
    objection = Objection.objects.get()
    assert (objection.text, objection.opportunity) == ("nobody here can service it", deal)
    assert objection.weight != "concern"


def tab_to(page, target, most=60):
    """Presses Tab until the target has the focus; every stop on the way shows that it has it."""
    if target.evaluate("e => e === document.activeElement"):
        return
    for _ in range(most):
        page.keyboard.press("Tab")
        assert has_visible_focus(page), focused(page).evaluate("e => e.outerHTML")
        if target.evaluate("e => e === document.activeElement"):
            return
    raise AssertionError(f"not reached in {most} stops: {target}")


def test_number_keys_answer_a_review(page, deals):
    go(page, reverse("feedback:review_edit", args=[deals[0].pk]))
    page.keyboard.press("1")
    expect(page.get_by_label("Who won?")).to_be_visible()  # the question came back saved, and asks who
    expect(page.get_by_role("radio", name="A competitor")).to_be_checked()
    page.keyboard.press("5")  # the next question without an answer
    expect(page.locator("#reason .saved")).to_be_visible()
    expect(page.get_by_role("radio", name=re.compile("^Product"))).to_be_checked()
    tab_to(page, page.get_by_role("button", name=re.compile("^Submit")))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status", name="Messages")).to_contain_text("The review is in.")
    review = deals[0].reviews.get()
    assert review.is_submitted
    assert (review.destination.code, review.reason) == ("competitor", reason("PRODUCT"))


def test_the_focus_stays_on_the_tile_when_its_question_comes_back(page, deals):
    go(page, reverse("feedback:review_edit", args=[deals[0].pk]))
    page.keyboard.press("1")
    expect(page.get_by_label("Who won?")).to_be_visible()
    expect(page.get_by_role("radio", name="A competitor")).to_be_focused()
    assert has_visible_focus(page)


def test_j_and_k_walk_a_list_and_enter_opens_the_row(page, deals):
    go(page, reverse("feedback:opportunity_list"))
    rows = page.locator("tbody .row-link")
    for key, at in (("j", 0), ("j", 1), ("j", 2), ("j", 2), ("k", 1)):
        page.keyboard.press(key)
        expect(rows.nth(at)).to_be_focused()
        assert has_visible_focus(page)
    name = rows.nth(1).inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def test_keys_pressed_while_typing_are_letters(page, rep):
    make_objection("no need", author=rep)
    go(page, reverse("objections:objection_create"))
    words = page.get_by_label("What did they say?")
    tab_to(page, words)
    page.keyboard.type("nj/?1")
    expect(words).to_have_value("nj/?1")
    expect(page.get_by_role("heading", level=1)).to_have_text("Log an objection")


def test_the_pile_is_emptied_by_keys(open_as, marketer, rep):
    price, voice = make_theme("Price"), make_objection("too dear for what it does", author=rep)
    example = make_objection("far too dear", author=rep)
    place(example, price)
    store_vector(example, vectors_of([example])[0])
    page = open_as(marketer)
    go(page, reverse("objections:pile"))
    expect(page.get_by_role("button", name=re.compile("Price"))).to_be_visible()
    page.keyboard.press("1")
    expect(page.get_by_role("heading", name="The pile is empty")).to_be_visible()
    assert voice.placement.theme == price
    page.keyboard.press("u")
    expect(page.get_by_role("heading", name="Where does it belong?")).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_label("Search all themes")).to_be_focused()
    page.keyboard.type("high price")
    expect(page.get_by_label("Theme", exact=True).locator("option")).to_have_text("Price · Price simply too high")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type("Not worth it")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="The pile is empty")).to_be_visible()
    assert voice.placement.theme.name == "Not worth it"


def test_the_list_of_keys_opens_and_closes(page, rep):
    go(page, "/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keyboard keys")).to_be_hidden()


def test_keys_of_one_character_can_be_switched_off(page, rep):
    rep.single_keys = False
    rep.save()
    go(page, "/")
    expect(page.get_by_role("link", name="Log objection").locator("kbd")).to_be_hidden()
    page.keyboard.press("?")
    page.keyboard.press("n")
    page.keyboard.press("/")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page).to_have_url(re.compile(r"/$"))
    page.keyboard.press("Control+k")
    expect(page.locator("dialog[open]")).to_have_count(1)


def test_escape_closes_a_menu_and_gives_the_focus_back(page, rep):
    go(page, "/")
    menu = page.locator(".menu-person > summary")
    menu.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Your profile")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Your profile")).to_be_hidden()
    expect(menu).to_be_focused()
