"""A review in a few keys or taps, and nothing typed is lost: counted in steps, not in seconds."""

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from feedback.jobs import run_due_jobs
from feedback.models import Review
from objections.models import Objection, ReasonCheck
from objections.theming import warm
from tests.factories import make_lost, make_objection, make_theme, make_won, place

pytestmark = pytest.mark.browser
TWO = "They wanted a SOC 2 report before signing. The competitor was 30% cheaper than us."
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


class Counted:
    """Keys pressed and taps made on a page, beside the words typed, which take as long as they take."""

    def __init__(self, page):
        self.page, self.steps = page, 0

    def press(self, key):
        self.steps += 1
        self.page.keyboard.press(key)

    def tap(self, target):
        self.steps += 1
        target.tap()

    def type(self, words):
        self.page.keyboard.type(words)


def open_review(page, deal):
    page.goto(reverse("feedback:review_edit", args=[deal.pk]))
    page.wait_for_load_state("networkidle")
    return page


def saved(page, question):
    expect(page.locator(f"#{question}-saved")).to_have_text("Saved")


def test_what_is_chosen_before_the_scripts_are_there_is_saved_when_they_are(open_as, rep, deal):
    page = open_as(rep)
    held = []
    page.route("**/htmx*.js", lambda route: held.append(route))
    page.goto(reverse("feedback:review_edit", args=[deal.pk]), wait_until="commit")
    page.locator(".tile", has_text="They bought from somebody else").evaluate("tile => tile.click()")
    expect(page.get_by_label("They bought from somebody else")).to_be_checked()
    assert not Review.objects.exists()
    held[0].continue_()
    saved(page, "destination")
    assert Review.objects.get().destination.code == "competitor"


def words_of(page):
    return page.get_by_label("What would have changed it?")


@pytest.fixture
def deal(rep):
    return make_lost("Forklifts", account="Hansa", owner=rep)


def test_a_lost_deal_is_reviewed_in_twelve_keys_at_the_most(open_as, rep, deal):
    page = open_review(open_as(rep), deal)
    hands = Counted(page)
    hands.press("1")
    expect(page.get_by_label("Who won?")).to_be_visible()
    hands.press("1")
    expect(page.get_by_text("More exactly?")).to_be_visible()
    hands.press("q")
    expect(page.locator("#reason [name=detail]:checked")).to_have_count(1)
    saved(page, "reason")
    hands.press("a")
    expect(page.locator("#reason [name=evidence]:checked")).to_have_count(1)
    hands.press("o")
    hands.type("dearer than Nordlift")
    hands.press("Control+Enter")
    expect(page.locator("#objections").get_by_role("listitem")).to_contain_text("dearer than Nordlift")
    hands.press("Escape")
    hands.press("p")
    hands.type("A fixed price")
    hands.press("Control+Enter")
    expect(page.get_by_role("status", name="Messages")).to_contain_text("The review is in.")
    review = Review.objects.get()
    assert review.is_submitted
    assert (review.destination.code, review.reason.code, review.evidence) == ("competitor", "PRICE", "said")
    assert review.detail.label == "Above a rival quote"
    assert (review.would_have_changed, Objection.objects.get().text) == ("A fixed price", "dearer than Nordlift")
    assert hands.steps <= 12


def test_it_takes_ten_taps_at_the_most_on_a_phone(open_as, rep, deal):
    page = open_review(open_as(rep, **PHONE), deal)
    hands = Counted(page)
    hands.tap(page.locator("#destination label", has_text="A competitor"))
    expect(page.get_by_label("Who won?")).to_be_visible()
    hands.tap(page.locator("#reason label", has_text="Price").first)
    expect(page.get_by_text("More exactly?")).to_be_visible()
    hands.tap(page.locator("#reason label", has_text="Discount refused"))
    expect(page.locator("#reason [name=detail]:checked")).to_have_count(1)
    saved(page, "reason")
    hands.tap(page.locator("#reason label", has_text="Buyer said it"))
    hands.tap(page.get_by_label("What did they say?"))
    hands.type("dearer than Nordlift")
    hands.tap(page.locator("#objections").get_by_role("button", name="Log it"))
    expect(page.locator("#objections").get_by_role("listitem")).to_contain_text("dearer than Nordlift")
    hands.tap(words_of(page))
    hands.type("A fixed price")
    hands.tap(page.get_by_role("button", name="Submit the review"))
    expect(page.get_by_role("status", name="Messages")).to_contain_text("The review is in.")
    review = Review.objects.get()
    assert (review.reason.code, review.evidence, review.would_have_changed) == ("PRICE", "said", "A fixed price")
    assert hands.steps <= 10


def test_it_is_handed_in_by_key_right_after_a_choice(open_as, rep, deal):
    page = open_review(open_as(rep), deal)
    page.keyboard.press("3")
    saved(page, "destination")
    page.keyboard.press("1")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status", name="Messages")).to_contain_text("The review is in.")


def test_without_a_network_it_is_not_handed_in_and_says_so(open_as, rep, deal, faults):
    faults.away = True
    page = open_review(open_as(rep), deal)
    words_of(page).fill("A fixed price")
    page.context.set_offline(True)
    page.get_by_role("button", name="Submit the review").click()
    expect(page.get_by_role("status", name="Messages")).to_contain_text("Not handed in: you are offline.")
    expect(words_of(page)).to_have_value("A fixed price")
    assert not Review.objects.filter(submissions__isnull=False).exists()


def test_an_objection_is_logged_in_three_keys_at_the_most(open_as, rep):
    page = open_as(rep)
    page.goto("/")
    hands = Counted(page)
    hands.press("n")
    expect(page.get_by_label("What did they say?")).to_be_focused()
    hands.type("no SOC 2")
    hands.press("Control+Enter")
    expect(page.get_by_role("status", name="Messages")).to_contain_text("Logged. Thank you.")
    assert Objection.objects.get().text == "no SOC 2"
    assert hands.steps <= 3


def test_every_reason_has_a_key(open_as, rep, deal):
    page = open_review(open_as(rep), deal)
    page.keyboard.press("7")
    saved(page, "destination")
    page.keyboard.press("y")
    saved(page, "reason")
    assert Review.objects.get().reason.code == "UNKNOWN"


def test_a_won_deal_asks_one_thing(open_as, rep):
    page = open_review(open_as(rep), make_won("Forklifts", owner=rep))
    page.keyboard.press("p")
    page.keyboard.type("They trust us")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status", name="Messages")).to_contain_text("The review is in.")
    assert Review.objects.get().won_because == "They trust us"


def test_what_is_typed_is_saved_without_leaving_the_field(open_as, rep, deal):
    page = open_review(open_as(rep), deal)
    words_of(page).press_sequentially("A fixed price")
    saved(page, "change")
    expect(words_of(page)).to_be_focused()
    page.keyboard.type(" and a start date")
    expect(words_of(page)).to_have_value("A fixed price and a start date")
    assert Review.objects.get().would_have_changed.startswith("A fixed price")


def test_a_tab_that_is_closed_in_mid_word_loses_nothing(open_as, rep, deal):
    page = open_review(open_as(rep), deal)
    words_of(page).press_sequentially("A fixed pri")
    page.close()
    page = open_review(page.context.new_page(), deal)
    expect(words_of(page)).to_have_value("A fixed pri")
    saved(page, "change")
    assert Review.objects.get().would_have_changed == "A fixed pri"
    assert kept(page) == 0


def test_what_is_typed_offline_goes_out_on_return(open_as, rep, deal, faults):
    page = open_review(open_as(rep), deal)
    faults.away = True
    page.context.set_offline(True)
    page.locator("#destination label", has_text="A competitor").click()
    words_of(page).fill("Typed in a tunnel")
    words_of(page).blur()
    expect(page.get_by_text("The portal cannot be reached. What you typed is still here.").first).to_be_visible()
    assert not Review.objects.exists()
    page.context.set_offline(False)
    saved(page, "change")
    saved(page, "destination")
    review = Review.objects.get()
    assert (review.destination.code, review.would_have_changed) == ("competitor", "Typed in a tunnel")
    assert kept(page) == 0


def test_it_goes_out_from_any_page(open_as, rep, deal, faults):
    """The tab was closed while the network was away; the rep comes back to their home page."""
    page = open_review(open_as(rep), deal)
    faults.away = True
    page.context.set_offline(True)
    words_of(page).fill("Typed in a tunnel")
    page.close()
    page.context.set_offline(False)
    page = page.context.new_page()
    page.goto("/")
    expect(page.get_by_role("status", name="Messages")).to_contain_text("Sent: what you had typed on Hansa · Forklifts")
    assert Review.objects.get().would_have_changed == "Typed in a tunnel"


def test_a_portal_that_dies_between_two_saves_loses_nothing(open_as, rep, deal, faults):
    page = open_review(open_as(rep), deal)
    faults.meant = {502}
    words_of(page).fill("First")
    words_of(page).blur()
    saved(page, "change")
    page.route("**/review/change/", lambda route: route.fulfill(status=502, body="gone"))
    words_of(page).fill("First and second")
    words_of(page).blur()
    expect(page.get_by_text("That did not work").first).to_be_visible()
    assert kept(page) == 1
    page.unroute("**/review/change/")
    page.evaluate("dispatchEvent(new Event('online'))")
    saved(page, "change")
    assert kept(page) == 0
    assert Review.objects.get().would_have_changed == "First and second"


def test_two_tabs_lose_nothing(open_as, rep, deal):
    first = open_review(open_as(rep), deal)
    second = open_review(first.context.new_page(), deal)
    words_of(first).fill("From the first")
    words_of(first).blur()
    saved(first, "change")
    words_of(second).fill("From the second")
    words_of(second).blur()
    expect(second.locator("#change-other")).to_contain_text("From the first")
    assert Review.objects.get().would_have_changed == "From the second"
    second.get_by_role("button", name="Take this instead").click()
    expect(words_of(second)).to_have_value("From the first")
    assert Review.objects.get().would_have_changed == "From the first"


def test_it_is_never_sent_as_somebody_else(open_as, rep, other_rep, deal, faults):
    page = open_review(open_as(rep), deal)
    faults.away = True
    page.context.set_offline(True)
    words_of(page).fill("Rita's words")
    page.close()
    page.context.set_offline(False)
    theirs = open_as(other_rep)
    mine = page.context
    mine.clear_cookies()
    mine.add_cookies(theirs.context.cookies())
    page = mine.new_page()
    page.goto(reverse("feedback:unsent"))
    expect(page.get_by_text("Everything is sent")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert not Review.objects.exists()
    assert kept(page) == 1


def test_signing_out_warns_of_what_is_still_here(open_as, rep, deal, faults):
    page = open_review(open_as(rep), deal)
    faults.meant = {502}
    page.route("**/review/change/", lambda route: route.fulfill(status=502, body="gone"))
    words_of(page).fill("Not sent")
    words_of(page).blur()
    expect(page.get_by_text("That did not work").first).to_be_visible()
    page.locator(".menu-person > summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Not sent yet")
    expect(page.get_by_role("list", name="Not sent yet")).to_contain_text("Not sent")
    page.get_by_role("button", name="Sign out anyway").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_a_sign_in_that_ended_is_told_and_keeps_what_was_typed(open_as, rep, deal):
    page = open_review(open_as(rep), deal)
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    words_of(page).fill("Still here")
    words_of(page).blur()
    expect(page.get_by_text("You were signed out")).to_be_visible()
    expect(words_of(page)).to_have_value("Still here")
    assert kept(page) == 1


def kept(page):
    return page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('unsent:')).length")


def test_signing_in_again_elsewhere_sends_what_waited(open_as, rep, deal, faults):
    """The page still holds the token of the sign-in before."""
    faults.meant = {403}
    page = open_review(open_as(rep), deal)
    page.context.clear_cookies()
    words_of(page).fill("Still here")
    words_of(page).blur()
    expect(page.get_by_text("You were signed out")).to_be_visible()
    page.context.add_cookies(open_as(rep).context.cookies())
    page.evaluate("dispatchEvent(new Event('online'))")
    saved(page, "change")
    assert Review.objects.get().would_have_changed == "Still here"
    assert kept(page) == 0


def test_words_that_come_too_late_are_kept_and_told_of_on_every_page(open_as, rep, deal, faults):
    page = open_review(open_as(rep), deal)
    faults.away = True
    page.context.set_offline(True)
    words_of(page).fill("Typed in a tunnel")
    page.close()
    phone = open_review(open_as(rep), deal)
    words_of(phone).fill("From the phone")
    words_of(phone).blur()
    saved(phone, "change")
    page.context.set_offline(False)
    page = page.context.new_page()
    page.goto("/")
    page.get_by_role("link", name="See what, and send it").click()
    expect(page.get_by_role("list", name="Not sent yet")).to_contain_text("Typed in a tunnel")
    assert Review.objects.get().would_have_changed == "From the phone"


def test_the_reason_is_questioned_on_a_phone_and_both_answers_are_kept(open_as, rep, deal):
    place(
        make_objection("dearer than Nordlift", author=rep, opportunity=deal), make_theme("Too dear", category="price")
    )
    page = open_review(open_as(rep, **PHONE), deal)
    page.locator("#reason label", has_text="Trust").first.tap()
    question = page.locator("#reason-check")
    expect(question).to_contain_text("You chose Trust; what we heard on this deal speaks of price (1 objection).")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for answer in question.get_by_role("button").all():
        box = answer.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
    question.get_by_role("button", name="It was price, most of all").tap()
    expect(page.get_by_role("radio", name="Price Too dear")).to_be_checked()
    expect(page.locator("#reason-check")).to_be_empty()
    check = ReasonCheck.objects.get()
    assert (check.chosen.code, check.heard.code, Review.objects.get().reason.code) == ("TRUST", "PRICE", "PRICE")


def test_two_objections_in_the_note_of_a_new_review_are_offered(open_as, rep, deal):
    warm()
    page = open_review(open_as(rep), deal)
    words_of(page).fill(TWO)
    words_of(page).blur()
    saved(page, "change")
    run_due_jobs()
    run_due_jobs()
    offer = page.locator("#noted")
    expect(offer).to_contain_text("We see two objections in your note, log them?")
    offer.get_by_role("button", name="Log them").click()
    expect(page.get_by_role("status", name="Messages")).to_contain_text("Logged 2 objections from your note.")
    assert Objection.objects.filter(opportunity=deal).count() == 2
