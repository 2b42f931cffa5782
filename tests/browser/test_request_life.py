"""The life of a request, from what a rep asks for to the person who says that it worked; each as their own."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from feedback.models.people import Role
from tests.browser.test_board import card, column, told
from tests.browser.test_chain import go, state, step
from tests.factories import make_objection, make_opportunity, make_team, make_theme, make_user, place

pytestmark = pytest.mark.browser

TITLE = "What it costs in all, on one page"
SAID = "nobody can tell us what it costs in the end"


@pytest.fixture
def theme(rep):
    """Heard by the rep on a deal that is still open; another is open, too, on which the answer can be used."""
    theme = make_theme("Cost in the end unclear")
    deal = make_opportunity("Forklifts", account="Hansa Cold Store", owner=rep)
    place(make_objection(SAID, author=rep, opportunity=deal), theme)
    make_opportunity("Stackers", account="Baltic Foods", owner=rep)
    return theme


@pytest.fixture
def co_owner(company):
    return make_user("Cora Seller", role=Role.REP, team=make_team("South"))


def test_a_request_lives_from_the_ask_to_its_result(theme, open_as, rep, marketer, co_owner, live_server, faults):
    faults.meant = {422}  # closing it without a word
    at_rep, at_marketer, at_co_owner = (open_as(user) for user in (rep, marketer, co_owner))

    ask(at_rep, theme)
    triage(at_marketer)
    write_the_brief_and_make_it(at_marketer, link=f"{live_server.url}/definitions/")
    send_back_and_sign_off(at_co_owner, at_marketer)
    approve_and_publish(at_marketer)
    hear_and_use_it(at_rep)
    measure_and_judge(at_marketer)
    see_the_result(at_rep, theme)


def ask(page, theme):
    page.goto(theme.get_absolute_url())
    page.get_by_role("link", name="Ask for content").click()
    page.get_by_label("What is missing?").fill(TITLE)
    page.get_by_label("Type").select_option("Pricing sheet")
    expect(page.get_by_role("checkbox", name=theme.name)).to_be_checked()
    expect(page.get_by_label("Brief")).not_to_have_value("")
    expect(page.get_by_label("Owner")).to_have_count(0)  # those who run the queue say who
    page.get_by_role("button", name="Ask for it").click()
    told(page, "Marketing looks at it within two working days.")
    expect(state(page)).to_have_text("New")
    expect(page.get_by_role("region", name="Next step")).to_have_count(0)


def triage(page):
    """From the board, where it waits among what is new, and back to it."""
    page.goto("/")
    go(page, "Content")
    expect(column(page, "New")).to_contain_text(TITLE)
    expect(card(page, TITLE)).to_contain_text("No owner")
    card(page, TITLE).get_by_role("link", name="Triage").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Triage")
    page.get_by_label("Small edit").check()
    page.get_by_label("Owner", exact=True).select_option("Mara Marketer")
    page.get_by_label("Sales co-owner").select_option("Cora Seller")
    page.get_by_role("button", name="Triage").click()
    told(page, f"“{TITLE}” is now triaged.")
    expect(column(page, "Triaged")).to_contain_text(TITLE)
    expect(card(page, TITLE)).to_contain_text("Due in 3 business days")
    page.get_by_role("link", name=TITLE, exact=True).click()
    expect(page.get_by_role("complementary", name="Facts")).to_contain_text("Cora Seller")


def write_the_brief_and_make_it(page, link):
    page.get_by_role("link", name="Write on").click()
    page.get_by_label("Brief").fill("For whoever signs: licences, hardware and our days, over three years.")
    page.get_by_role("button", name="Save the brief").click()
    expect(page.get_by_role("region", name="Brief")).to_contain_text("over three years")
    step(page, "Brief is ready", "Briefed")
    step(page, "Start production", "In production")
    page.get_by_role("link", name="Add collateral").click()
    expect(page.get_by_label("Title")).to_have_value(TITLE)
    page.get_by_label("Link").fill(link)
    page.get_by_role("button", name="Save as a draft").click()
    expect(page.get_by_role("heading", name="Draft")).to_be_visible()
    page.get_by_role("complementary", name="Facts").get_by_role("link", name=TITLE).click()
    step(page, "Send to review", "In review")
    expect(page.get_by_role("region", name="Sales sign-off")).to_contain_text("Waits for sales")


def send_back_and_sign_off(page, at_marketer):
    """The sales co-owner asks for changes once; then it fits."""
    news(page, f"“{TITLE}” waits for your sign-off").click()
    page.get_by_label("In a word").fill("Say what the third year costs")
    page.get_by_role("button", name="Ask for changes").last.click()
    expect(state(page)).to_have_text("In production")

    news(at_marketer, f"“{TITLE}” needs changes").click()
    step(at_marketer, "Send to review", "In review")

    page.reload()
    expect(state(page)).to_have_text("In review")
    page.get_by_role("button", name="Sign off").click()
    expect(page.get_by_role("region", name="Sales sign-off")).to_contain_text("Signed off")


def approve_and_publish(page):
    news(page, f"Cora Seller signed off “{TITLE}”").click()
    step(page, "Approve", "Approved")
    step(page, "Publish", "Published")
    expect(page.get_by_role("region", name="History")).to_contain_text("Cora Seller")


def hear_and_use_it(page):
    item = news(page, f"“{TITLE}” is live")
    expect(page.get_by_role("listitem").filter(has=item)).to_contain_text(f"you logged “{SAID}” at Hansa Cold Store")
    item.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    page.get_by_label("I used this on").select_option("Baltic Foods · Stackers")
    page.get_by_text("Yes", exact=True).click()
    page.get_by_role("button", name="I used this").click()
    expect(page.get_by_role("region", name="Where it was used")).to_contain_text("Baltic Foods")


def measure_and_judge(page):
    step(page, "Start measuring", "Measuring")
    page.get_by_role("region", name="Next step").get_by_role("link", name="It worked").click()
    expect(page.get_by_role("heading", name="What the figures say")).to_be_visible()
    page.get_by_role("button", name="It worked").click()
    expect(page.get_by_role("alert")).to_be_visible()  # not without a word of hers
    page.get_by_label("In a word: what did it do?").fill("Buyers stopped asking for it")
    page.get_by_role("button", name="It worked").click()
    expect(state(page)).to_have_text("Closed: worked")


def see_the_result(page, theme):
    item = news(page, f"“{TITLE}” worked")
    expect(page.get_by_role("listitem").filter(has=item)).to_contain_text("In a word: Buyers stopped asking for it")
    item.click()
    expect(page.locator("#main")).to_contain_text("Worked, says Mara Marketer")
    page.goto(theme.get_absolute_url())
    loop = page.get_by_role("region", name="The loop").get_by_role("listitem")
    expect(loop).to_have_count(7)
    expect(loop.last).to_contain_text("Result")
    expect(loop.filter(has_text="not yet")).to_have_count(0)


def news(page, title):
    """The button of a notification that has not been read."""
    page.goto(reverse("feedback:notification_list"))
    return page.get_by_role("button", name=f"{title} (unread)")
