"""What fits while an objection is typed: by keyboard, by finger, told to a screen reader, and nothing moves."""

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from objections.models import Answer, Objection, Theme
from objections.theming import warm
from objections.theming.vectors import store_vectors, vectors_of
from tests.browser.axe import LOOKS, violations
from tests.factories import make_lost, make_objection, make_opportunity, make_theme, place

pytestmark = pytest.mark.browser

SECURITY = "they want a SOC 2 report before signing"
NEW = reverse("objections:objection_create")
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def security(company, rep, marketer):
    theme = Theme.objects.get(seed="security-sign-off-missing")
    Answer.objects.create(theme=theme, text="Our report is ready", approved_by=marketer, approved_at=timezone.now())
    voice = make_objection("no SOC 2 report, no signature", author=rep, opportunity=make_opportunity(account="Hansa"))
    store_vectors([(voice.pk, voice.text, vectors_of([voice])[0])])
    place(voice, theme)
    warm()
    return theme


@pytest.fixture
def page(open_as, rep):
    return open_as(rep)


def box(page):
    return page.locator("[data-suggests]")


def options(page):
    return page.get_by_role("listbox", name="Themes that fit").get_by_role("option")


def type_in(page, words=SECURITY):
    """All at once, as from a keyboard with completion: so the first list that comes is the one for all the words."""
    box(page).focus()
    page.keyboard.insert_text(words)
    expect(options(page).first).to_be_visible()


def test_it_shows_what_fits_and_says_so(page, security):
    page.goto(NEW)
    type_in(page)

    expect(options(page).first).to_contain_text(str(security))
    expect(page.get_by_text("Our report is ready")).to_be_visible()
    expect(page.get_by_text("no SOC 2 report, no signature")).to_be_visible()
    expect(box(page)).to_be_focused()
    expect(box(page)).to_have_attribute("aria-controls", "fits")
    told = page.locator("#suggested-told")
    expect(told).to_contain_text(f"First: {security}, heard 1 time. Approved answer shown.")
    expect(told).to_have_attribute("role", "status")


def test_arrows_walk_the_list_and_enter_is_same_as_this(page, security):
    page.goto(NEW)
    type_in(page, "they want a SOC 2 report")
    page.keyboard.press("ArrowDown")
    expect(box(page)).to_have_attribute("aria-activedescendant", "fit-1")
    expect(box(page)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(box(page)).not_to_have_attribute("aria-activedescendant", "fit-1")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    assert box(page).get_attribute("aria-activedescendant") is None  # in the midst of the words it moves the caret
    page.keyboard.press("Home")
    page.keyboard.press("Alt+ArrowDown")
    expect(box(page)).to_have_attribute("aria-activedescendant", "fit-1")
    expect(page.locator("#fit-1")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")

    expect(page.get_by_text(f"Logged as the same as “{security}”.")).to_be_visible()
    voice = Objection.objects.latest("pk")
    assert (voice.text, voice.placement.theme, voice.placement.guess_rank) == ("they want a SOC 2 report", security, 1)


@pytest.mark.parametrize("where", ["deal", "review", "home"])
def test_one_key_adds_a_voice_wherever_it_is_typed(where, page, security, rep):
    deal = make_lost(owner=rep)
    names = {"deal": "feedback:opportunity_detail", "review": "feedback:review_edit"}
    page.goto(reverse(names[where], args=[deal.pk]) if where in names else "/")
    type_in(page)
    page.keyboard.press("Alt+Enter")

    expect(page.locator("#toasts").get_by_text(f"Logged as the same as “{security}”.")).to_be_visible()
    expect(page.locator("#toasts").get_by_role("button", name="Undo")).to_be_visible()
    voice = Objection.objects.latest("pk")
    assert (voice.text, voice.placement.theme, voice.placement.by) == (SECURITY, security, rep)
    if where != "home":
        assert voice.opportunity == deal
        expect(box(page)).to_have_value("")
        expect(box(page)).to_be_focused()  # for the next one


def test_the_key_logs_as_it_is_what_nothing_fits_or_was_changed_since(page, security):
    page.goto(NEW)
    type_in(page)
    page.route("**/objections/suggest/", lambda route: None)  # no answer comes any more
    page.keyboard.type(" or rather not")
    page.keyboard.press("Alt+Enter")

    expect(page.get_by_text("Logged. Thank you.")).to_be_visible()
    voice = Objection.objects.latest("pk")
    assert (voice.text, voice.placement) == (f"{SECURITY} or rather not", None)


def test_enter_alone_writes_a_line_and_submits_a_single_line_as_it_is(page, security):
    page.goto(NEW)
    type_in(page)
    page.keyboard.press("Enter")
    expect(box(page)).to_have_value(f"{SECURITY}\n")
    page.goto("/")
    type_in(page)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Logged. Thank you.")).to_be_visible()
    assert Objection.objects.latest("pk").placement is None


def test_escape_leaves_the_list_then_closes_it_and_typing_brings_it_back(page, security):
    page.goto("/")
    field = page.get_by_role("combobox", name="What did they say?")
    expect(field).to_have_attribute("aria-expanded", "false")
    type_in(page)
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    assert field.get_attribute("aria-activedescendant") is None
    expect(options(page).first).to_be_visible()
    page.keyboard.press("Escape")
    expect(options(page).first).to_be_hidden()
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_value(SECURITY)
    page.keyboard.type(" now")
    expect(options(page).first).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    expect(options(page).first).to_be_visible()


def test_a_finger_shows_another_theme_and_the_button_logs(open_as, rep, security):
    page = open_as(rep, viewport=PHONE, has_touch=True)
    page.goto(NEW)
    type_in(page, "they want a SOC 2 report and a discount")
    many = options(page).count()
    options(page).nth(many - 1).tap()
    expect(options(page).nth(many - 1)).to_have_attribute("aria-selected", "true")
    options(page).first.tap()
    page.get_by_role("button", name="Same as this").tap()
    expect(page.get_by_text(f"Logged as the same as “{security}”.")).to_be_visible()


@pytest.mark.parametrize("size", [PHONE, {"width": 768, "height": 900}, {"width": 1440, "height": 900}])
@pytest.mark.parametrize("where", ["new", "deal", "home"])
def test_nothing_moves_when_it_comes(where, size, open_as, rep, security):
    page = open_as(rep, viewport=size)
    page.goto({"new": NEW, "deal": make_lost(owner=rep).get_absolute_url(), "home": "/"}[where])
    box(page).focus()
    page.keyboard.type("they")
    before = boxes(page)
    page.keyboard.insert_text(" want a SOC 2 report")
    expect(options(page).first).to_be_visible()
    assert boxes(page) == before
    page.keyboard.press("ArrowDown")
    assert boxes(page) == before
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def boxes(page):
    """Where everything is that was there before, but for what fits itself."""
    return page.evaluate(
        """() => [...document.querySelectorAll("main *")]
             .filter((each) => !each.closest(".suggested") && each.id !== "suggested-told")
             .map((each) => { const b = each.getBoundingClientRect();
               return [each.tagName, each.id, b.x, b.y + scrollY, b.width, b.height].join(" "); })"""
    )


def test_a_request_that_is_behind_is_cancelled(page, security, faults):
    cancelled, answered = [], []
    page.on("requestfailed", lambda request: cancelled.append((request.url, request.post_data, request.failure)))
    page.on("requestfinished", lambda request: answered.append(request.post_data))
    page.goto(NEW)
    held = []
    page.route("**/objections/suggest/", lambda route: held.append(route) if not held else route.continue_())
    box(page).focus()
    with page.expect_request("**/objections/suggest/"):
        page.keyboard.type("they want a SOC 2")
    with page.expect_event("requestfailed"):
        page.keyboard.type(" report before signing")
    expect(options(page).first).to_be_visible()

    (url, sent, failure) = cancelled[0]
    assert url.endswith("/objections/suggest/")
    assert "ABORTED" in failure.upper()
    assert sent != answered[-1]
    faults.seen = [line for line in faults.seen if "htmx:" not in line]  # it says on the console what it cancelled


def test_typing_is_not_held_up_by_a_server_that_does_not_answer(page, security):
    page.goto(NEW)
    page.route("**/objections/suggest/", lambda route: None)
    box(page).focus()
    page.keyboard.type(SECURITY, delay=30)
    expect(box(page)).to_have_value(SECURITY)
    page.get_by_role("button", name="Log it").click()
    expect(page.get_by_text("Logged. Thank you.")).to_be_visible()


@pytest.mark.parametrize("failure", ["signed out", "away"])
def test_that_nothing_came_is_not_spoken_of(failure, page, security, faults):
    page.goto(NEW)
    if failure == "away":
        page.route("**/objections/suggest/", lambda route: route.abort())
    else:
        page.context.clear_cookies()
    box(page).focus()
    with page.expect_request("**/objections/suggest/") as asked:
        page.keyboard.type(SECURITY)
    asked.value.response()
    page.keyboard.type(" now")
    expect(page.get_by_text("As you type")).to_be_visible()
    expect(page.locator("#toasts .toast")).to_have_count(0)
    expect(page.locator("main").get_by_label("Password")).to_have_count(0)
    faults.seen = []  # the console says what did not come


@pytest.mark.parametrize("where", ["new", "deal", "home"])
def test_axe_finds_nothing_with_the_list_open(where, page, security, rep):
    page.goto({"new": NEW, "deal": make_lost(owner=rep).get_absolute_url(), "home": "/"}[where])
    page.evaluate(AXE_SCRIPT)
    found = []
    for colours, size in LOOKS:
        page.emulate_media(color_scheme=colours, reduced_motion="reduce")
        page.set_viewport_size(size)
        box(page).fill("")
        expect(options(page).first).to_be_hidden()
        type_in(page)
        page.keyboard.press("ArrowDown")
        found += violations(page)
    assert found == []


def test_what_could_not_be_logged_is_asked_for_again(page, security, faults):
    faults.meant = {422}
    page.goto(NEW)
    page.get_by_label("Which deal?").fill("No such account")
    type_in(page)
    page.keyboard.press("Alt+Enter")
    expect(page.get_by_role("alert")).to_contain_text("No deal has this name")
    expect(box(page)).to_have_value(SECURITY)
    expect(options(page).first).to_be_visible()


def test_the_theme_appears_on_the_objection_s_page_when_it_was_read(page, rep):
    voice = make_objection("they want a SOC 2 report", author=rep)
    page.goto(voice.get_absolute_url())
    theme = page.locator("#theme")
    expect(theme).to_contain_text("It is being read just now.")
    with page.expect_response(f"**{voice.get_absolute_url()}"):
        pass  # it asks by itself
    place(voice, make_theme("Security papers"))
    expect(theme.get_by_role("link", name="Security papers")).to_be_visible()
