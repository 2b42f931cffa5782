"""The content board by keyboard alone, from the first stop to a moved card; and by dragging, which is an extra."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.test_keyboard import focused, has_visible_focus, tab_to
from tests.factories import make_request, make_theme, make_user

pytestmark = pytest.mark.browser

LIST = reverse("objections:request_list")


@pytest.fixture
def rows(rep, marketer):
    """Title → request: two triaged, the first of them late, one in production and one in review."""
    theme, today = make_theme("Too dear"), timezone.localdate()
    given = {
        "Sheet": ("triaged", -9),
        "Deck": ("triaged", 9),
        "Film": ("in production", 12),
        "Track": ("in review", 14),
    }
    return {
        title: make_request(
            title,
            by=rep,
            themes=[theme],
            state=state,
            owner=marketer,
            due_on=today + timedelta(days=days),
            brief="What it costs in all",
        )
        for title, (state, days) in given.items()
    }


@pytest.fixture
def page(rows, open_as, marketer):
    page = open_as(marketer)
    page.goto(LIST)
    expect(page.locator("#toasts")).to_be_attached()
    return page


def card(page, title):
    return page.locator(".board-card", has=page.get_by_role("link", name=title, exact=True))


def column(page, title):
    return page.get_by_role("region", name=title, exact=True)


def is_on(page, title):
    expect(page.get_by_role("link", name=title, exact=True)).to_be_focused()
    assert has_visible_focus(page)


def told(page, words):
    expect(page.get_by_role("status", name="Messages")).to_contain_text(words)


def state(row):
    row.refresh_from_db()
    return row.state


def test_arrows_walk_the_cards_and_the_next_step_moves_one(page, rows):
    tab_to(page, page.get_by_role("link", name="Sheet", exact=True))
    for key, title in (
        ("ArrowDown", "Deck"),
        ("ArrowDown", "Deck"),
        ("ArrowRight", "Film"),
        ("ArrowRight", "Track"),
        ("ArrowRight", "Track"),
        ("ArrowLeft", "Film"),
        ("ArrowLeft", "Sheet"),
    ):
        page.keyboard.press(key)
        is_on(page, title)

    page.keyboard.press("Shift+ArrowRight")

    expect(column(page, "Briefed").locator(".board-card")).to_contain_text("Sheet")
    told(page, "“Sheet” is now briefed.")
    is_on(page, "Sheet")
    page.keyboard.press("Shift+ArrowRight")
    expect(column(page, "In production").locator(".board-card").first).to_contain_text("Sheet")
    is_on(page, "Sheet")
    assert state(rows["Sheet"]) == "in production"


def test_its_menu_has_all_moves_and_one_that_asks_leads_to_its_form_and_back(page, rows):
    page.keyboard.press("j")
    is_on(page, "Sheet")
    page.keyboard.press("m")
    menu = page.get_by_role("dialog", name="Move this request")
    expect(menu.get_by_role("button", name="Brief is ready")).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()

    page.keyboard.press("m")
    expect(menu.get_by_role("button", name="Brief is ready")).to_be_focused()
    for _ in range(20):
        if focused(page).inner_text().startswith("Decline"):
            break
        page.keyboard.press("ArrowDown")
    assert has_visible_focus(page)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Decline")
    tab_to(page, page.get_by_label("Why?"))
    page.keyboard.insert_text("Covered by the deck")
    tab_to(page, page.get_by_role("button", name="Decline"))
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Content")
    told(page, "“Sheet” is now declined.")
    expect(card(page, "Sheet")).to_have_count(0)
    is_on(page, "Deck")  # the first that is left
    assert state(rows["Sheet"]) == "declined"
    assert rows["Sheet"].moves.get().why == "Covered by the deck"


def test_a_move_of_the_menu_keeps_the_focus_with_the_card(page, rows):
    tab_to(page, page.get_by_role("link", name="Film", exact=True))
    page.keyboard.press("m")
    menu = page.get_by_role("dialog", name="Move this request")
    expect(menu.get_by_role("button", name="Send to review")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(menu.get_by_role("button", name="Back to the brief")).to_be_focused()
    page.keyboard.press("Enter")
    told(page, "“Film” is now briefed.")
    expect(menu).to_be_hidden()
    is_on(page, "Film")
    assert state(rows["Film"]) == "briefed"


def test_what_the_table_refuses_is_told_on_the_page_of_the_move(page, rows, faults):
    faults.meant = {422}
    rows["Film"].due_on = None
    rows["Film"].save()
    page.reload()
    tab_to(page, page.get_by_role("link", name="Film", exact=True))
    page.keyboard.press("Shift+ArrowRight")
    expect(page.get_by_role("alert")).to_contain_text("It still needs a due date.")
    assert state(rows["Film"]) == "in production"


def test_the_letter_can_be_switched_off_and_the_other_keys_stay(rows, open_as, marketer):
    marketer.single_keys = False
    marketer.save()
    page = open_as(marketer)
    page.goto(LIST)
    tab_to(page, page.get_by_role("link", name="Sheet", exact=True))
    page.keyboard.press("m")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.keyboard.press("ArrowDown")
    is_on(page, "Deck")
    page.keyboard.press("Shift+ArrowRight")
    told(page, "“Deck” is now briefed.")
    is_on(page, "Deck")


def test_arrows_go_on_in_the_next_lane(rows, open_as, marketer):
    ben = make_user("Ben Hartog", role="marketer")
    rows["Deck"].owner = ben
    rows["Deck"].save()
    page = open_as(marketer)
    page.goto(f"{LIST}?lanes=owner")
    tab_to(page, page.get_by_role("link", name="Deck", exact=True))
    page.keyboard.press("ArrowDown")
    is_on(page, "Sheet")
    page.keyboard.press("Shift+ArrowRight")
    told(page, "“Sheet” is now briefed.")
    is_on(page, "Sheet")
    expect(page.get_by_role("region", name="Mara Marketer", exact=True)).to_contain_text("Sheet")


def test_whoever_may_move_nothing_walks_the_cards_and_has_no_moves(rows, open_as, rep):
    page = open_as(rep)
    page.goto(LIST)
    tab_to(page, page.get_by_role("link", name="Sheet", exact=True))
    page.keyboard.press("m")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("ArrowDown")
    is_on(page, "Deck")
    assert state(rows["Sheet"]) == "triaged"


def test_a_card_is_dragged_where_the_table_lets_it_go(page, rows):
    moved = []
    page.on("request", lambda request: moved.append(request) if request.method == "POST" else None)
    card(page, "Sheet").drag_to(column(page, "Approved"))  # the table has no such move
    card(page, "Sheet").drag_to(column(page, "Briefed"))
    told(page, "“Sheet” is now briefed.")
    assert state(rows["Sheet"]) == "briefed"
    assert len(moved) == 1
    page.get_by_role("heading", level=1).drag_to(column(page, "In production"))  # no card, and none is taken for it
    card(page, "Sheet").drag_to(column(page, "Paused"))
    page.get_by_role("link", name="Put on hold").click()  # which of the two it is, is asked
    expect(page.get_by_role("heading", level=1)).to_have_text("Put on hold")
