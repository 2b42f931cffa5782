"""A meeting is run with arrow keys alone, two people write in it at once, on any screen."""

from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from feedback.actions.meetings import make_meeting
from feedback.models import Clock, Decision, SectionNote
from tests.browser.test_keyboard import focused, has_visible_focus, tab_to
from tests.factories import make_lost

pytestmark = pytest.mark.browser

PHONE, PROJECTOR = {"width": 360, "height": 740}, {"width": 1920, "height": 1080}


@pytest.fixture
def meeting(leader):
    make_lost("Forklifts", account="Hansa", amount=90_000, closed_on=date(2026, 3, 10))
    return make_meeting(period=(date(2026, 3, 1), date(2026, 3, 31)), facilitator=leader, by=leader)


def run_of(meeting, section=""):
    return reverse("feedback:meeting_run", args=[meeting.pk]) + (f"?section={section}" if section else "")


def title(page):
    return page.locator("#slide-title")


def open_run(page, meeting, section=""):
    page.goto(run_of(meeting, section))
    expect(page.locator("#toasts")).to_be_attached()


def saved(page, words="Saved"):
    expect(page.locator(".meeting-note [role=status]").last).to_contain_text(words)


def test_it_is_run_with_arrow_keys_alone(meeting, open_as, leader):
    page = open_as(leader)
    open_run(page, meeting)
    expect(title(page)).to_have_text("What we know")
    for key, words in (
        ("ArrowRight", "What the reviews are worth"),
        ("ArrowRight", "Coded twice"),
        ("ArrowLeft", "What the reviews are worth"),
        ("End", "Decisions and actions"),
        ("Home", "What we know"),
    ):
        page.keyboard.press(key)
        expect(title(page)).to_have_text(words)

    page.keyboard.press("End")
    expect(title(page)).to_have_text("Decisions and actions")
    tab_to(page, page.get_by_label("We decided to"))
    page.keyboard.insert_text("Offer a fixed price")
    page.keyboard.press("Enter")
    expect(page.locator("#decision-rows")).to_contain_text("Offer a fixed price")
    expect(page.get_by_label("We decided to")).to_have_value("")
    expect(page.get_by_label("We decided to")).to_be_focused()
    assert Decision.objects.get().by == leader
    page.get_by_label("Notes").focus()
    page.keyboard.insert_text("Agreed by all")
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowLeft")  # at once: what was typed is saved before the page is left
    expect(title(page)).to_have_text("Definitions to review")
    assert SectionNote.objects.get().text == "Agreed by all"


def test_a_decision_half_typed_is_there_again_when_one_comes_back(meeting, open_as, leader):
    page = open_as(leader)
    open_run(page, meeting, "decisions")
    page.get_by_label("We decided to").fill("Offer a fixed")
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowLeft")
    expect(title(page)).to_have_text("Definitions to review")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("We decided to")).to_have_value("Offer a fixed")
    page.get_by_label("We decided to").press("Enter")
    expect(page.locator("#decision-rows")).to_contain_text("Offer a fixed")
    page.reload()
    expect(page.get_by_label("We decided to")).to_have_value("")


def test_two_people_write_in_one_meeting_and_neither_loses_a_word(meeting, open_as, leader, marketer, faults):
    faults.meant = {422}
    hers, his = open_as(leader), open_as(marketer)
    open_run(hers, meeting, "deals")
    open_run(his, meeting, "deals")
    his.get_by_label("Notes").fill("Price again")
    saved(his)

    expect(hers.get_by_label("Notes")).to_have_value("Price again")  # it came by itself
    hers.get_by_label("Notes").fill("Price again, says she")
    his.get_by_label("Notes").evaluate("field => field.setSelectionRange(5, 5)")
    saved(hers)
    his.keyboard.insert_text(", and trust")

    told = his.locator("[data-crossed]")
    expect(told).to_contain_text("Lena (leader) changed this")
    expect(told).to_contain_text("Price again, says she")
    expect(his.get_by_label("Notes")).to_have_value("Price, and trust again")
    expect(his.get_by_label("Notes")).to_be_focused()
    assert SectionNote.objects.get().text == "Price again, says she"

    expect(his.get_by_role("button", name="Keep both")).to_be_in_viewport(ratio=1)
    his.get_by_role("button", name="Keep both").click()
    expect(his.get_by_label("Notes")).to_have_value("Price again, says she / Price, and trust again")
    expect(told).to_have_count(0)
    expect(hers.locator("[data-crossed]")).to_have_count(0)
    hers.get_by_label("Notes").blur()
    expect(hers.get_by_label("Notes")).to_have_value("Price again, says she / Price, and trust again")


def test_what_one_decides_appears_to_the_other_without_moving_the_caret(meeting, open_as, leader, marketer):
    hers, his = open_as(leader), open_as(marketer)
    open_run(hers, meeting, "decisions")
    open_run(his, meeting, "decisions")
    field = his.get_by_label("We decided to")
    field.fill("Half a sentence")
    field.evaluate("field => field.setSelectionRange(4, 4)")

    hers.get_by_label("We decided to").fill("Hold the price")
    hers.get_by_role("button", name="Add the decision").click()

    expect(his.locator("#decision-rows")).to_contain_text("Hold the price")
    expect(field).to_be_focused()
    expect(field).to_have_value("Half a sentence")
    assert field.evaluate("field => field.selectionStart") == 4


def test_a_decision_edited_by_two_is_kept_both(meeting, open_as, leader, marketer, faults):
    faults.meant = {422}
    Decision.objects.create(meeting=meeting, text="Wait", by=leader)
    hers, his = open_as(leader), open_as(marketer)
    for page in (hers, his):
        open_run(page, meeting, "decisions")
        page.get_by_role("link", name="Edit the decision: Wait").click()
        expect(page.locator("[data-editing]").get_by_label("We decided to")).to_have_value("Wait")
    for page, words in ((hers, "Act"), (his, "Sleep")):
        page.locator("[data-editing]").get_by_label("We decided to").fill(words)
        page.locator("[data-editing]").get_by_role("button", name="Save").click()
    expect(his.get_by_role("alert")).to_contain_text("Lena (leader) changed this")
    his.get_by_text("Both", exact=True).click()
    his.locator("[data-editing]").get_by_role("button", name="Save").click()
    expect(his.locator("#decision-rows")).to_contain_text("Act / Sleep")
    assert Decision.objects.get().text == "Act / Sleep"


def test_the_clock_starts_by_itself_outlives_a_reload_and_is_shared(meeting, open_as, leader, marketer):
    hers = open_as(leader)
    open_run(hers, meeting, "deals")
    expect(hers.get_by_role("button", name="Stop the clock")).to_be_visible()
    clock = Clock.objects.get()
    assert (clock.section.key, clock.led_by) == ("deals", leader)
    clock.section.seconds_used = 601
    clock.section.save()

    hers.reload()
    expect(hers.get_by_role("timer")).to_contain_text("over by 1 min")
    his = open_as(marketer)
    open_run(his, meeting)
    expect(his.locator("#clock")).to_contain_text("The clock follows Lena, who shows Deals to discuss")
    hers.keyboard.press("ArrowRight")
    expect(title(hers)).to_have_text("Where we do not land")
    expect(his.locator("#clock")).to_contain_text("who shows Where we do not land")


def test_the_clock_stays_where_the_last_of_two_windows_put_it(meeting, open_as, leader):
    first = open_as(leader)
    open_run(first, meeting, "deals")
    expect(first.get_by_role("button", name="Stop the clock")).to_be_visible()
    second = first.context.new_page()
    open_run(second, meeting, "landing")
    expect(second.get_by_role("button", name="Stop the clock")).to_be_visible()

    move = first.get_by_role("button", name="Move the clock here")
    expect(move).to_be_visible()  # it came as news
    for page in (first, second):
        with page.expect_response("**/news/**"):
            pass
    assert Clock.objects.get().section.key == "landing"
    expect(move).to_be_visible()
    move.click()
    expect(second.get_by_role("button", name="Move the clock here")).to_be_visible()
    assert Clock.objects.get().section.key == "deals"


@pytest.mark.parametrize("viewport", [PHONE, PROJECTOR], ids=["phone", "projector"])
def test_it_fits_a_phone_and_is_read_from_the_back_of_a_room(meeting, open_as, leader, viewport):
    page = open_as(leader, viewport=viewport)
    for section in ("coverage", "deals", "decisions"):
        open_run(page, meeting, section)
        expect(page.get_by_role("button", name="Stop the clock")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        if viewport is PROJECTOR:
            size = "parseFloat(getComputedStyle(e).fontSize) * (e.getBoundingClientRect().height / e.offsetHeight)"
            assert title(page).evaluate(f"e => {size}") >= 32
            expect(title(page)).to_be_in_viewport()
            expect(page.get_by_role("timer")).to_be_in_viewport()


def test_the_agenda_is_put_in_order_by_keyboard(meeting, open_as, leader, faults):
    faults.meant = {422}
    page = open_as(leader)
    page.goto(reverse("feedback:meeting_agenda", args=[meeting.pk]))
    expect(page.locator("#toasts")).to_be_attached()
    places = page.locator("[data-section]")
    tab_to(page, page.get_by_role("button", name="Move What the reviews are worth up"))
    page.keyboard.press("Enter")
    expect(places.first).to_contain_text("What the reviews are worth")
    expect(focused(page)).to_have_attribute("id", "up-quality")
    assert has_visible_focus(page)
    page.keyboard.press("Alt+ArrowDown")
    expect(places.first).to_contain_text("What we know")
    expect(focused(page)).to_have_attribute("id", "down-quality")

    tab_to(page, page.get_by_label("Minutes of In numbers"))
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("0")
    page.keyboard.press("Tab")
    expect(page.get_by_role("alert")).to_contain_text("greater than or equal to 1")
    page.get_by_label("Minutes of In numbers").fill("9")
    page.keyboard.press("Tab")
    expect(page.locator("#agenda")).to_contain_text("64 of 60 minutes, 4 too many")


def test_a_section_of_the_agenda_is_dragged(meeting, open_as, leader):
    page = open_as(leader)
    page.goto(reverse("feedback:meeting_agenda", args=[meeting.pk]))
    expect(page.locator("[data-section=deals]")).to_have_attribute("draggable", "true")
    page.locator("[data-section=deals] > .grow").drag_to(page.locator("[data-section=coverage] > .grow"))
    expect(page.locator("[data-section]").first).to_contain_text("Deals to discuss")
