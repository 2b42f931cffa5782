"""The whole loop in the browser: from a lost deal through three roles to a closed meeting that stays as it was."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect

from feedback.jobs import run_due_jobs
from tests.factories import make_lost, make_objection, make_opportunity
from tests.objections.test_build_themes import COFFEE, DOGS, PARKING

pytestmark = pytest.mark.browser

PARK = "the lorries of our haulier find nowhere to park"
INVOICE = "your invoices come in a format that our system refuses"
TITLE = "Where to park at the depot"


@pytest.fixture
def scene(rep, other_rep, marketer, leader):
    """What lies before the three: a deal the rep has just lost, one still open, and what others heard before."""
    deals = [make_opportunity(f"Fleet {n}", account=f"Haulier {n}", owner=other_rep) for n in range(3)]
    for n, text in enumerate(PARKING + DOGS + COFFEE):
        make_objection(text, author=other_rep, opportunity=deals[n % 3])
    make_lost("Forklifts", account="Hansa Cold Store", amount=48_000, owner=rep)
    make_opportunity("Stackers", account="Baltic Foods", owner=rep)


def test_it_closes_the_loop(scene, open_as, rep, marketer, leader, live_server):
    at_rep, at_marketer, at_leader = (open_as(user) for user in (rep, marketer, leader))

    review_the_lost_deal(at_rep)
    run_due_jobs()
    build_and_accept(at_marketer)
    place_by_hand(at_marketer)
    ask_for_content(at_marketer)
    move_to_approved(at_marketer)
    publish(at_marketer, link=f"{live_server.url}/definitions/")
    read_the_news_and_use_it(at_rep)
    prepare_and_run_the_meeting(at_leader)
    close_the_meeting(at_leader)

    shown = frozen(at_leader)
    edit_the_amount(at_leader)
    look_back(at_leader, shown)
    check_the_seals()


def saved(page, what):
    """Does what saves a question of the review, and waits until the portal has it."""
    with page.expect_response(lambda answer: "/review/" in answer.url and answer.request.method == "POST") as answer:
        what()
    assert answer.value.ok


def review_the_lost_deal(page):
    page.goto("/")
    owed = page.get_by_role("region", name="Reviews you owe")
    expect(owed).to_contain_text("1 lost deal worth € 48 k")
    owed.get_by_role("link", name="Hansa Cold Store").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Hansa Cold Store")

    saved(page, lambda: page.locator(".tile", has_text="They bought from somebody else").click())
    who = page.get_by_label("Who won?")
    who.fill("Nordlift")
    saved(page, lambda: who.press("Tab"))
    saved(page, lambda: page.locator(".tile", has_text="A must-have capability").click())
    saved(page, lambda: page.locator(".chip", has_text="Integration or migration").click())
    saved(page, lambda: page.locator(".chip", has_text="Buyer said").first.click())
    log_in_the_panel(page, PARK, "Blocker")
    log_in_the_panel(page, INVOICE, "Concern")
    change = page.get_by_label("4 · What would have changed it?")
    change.fill("A place to park")
    saved(page, lambda: change.press("Tab"))

    page.reload()
    expect(page.get_by_label("Who won?")).to_have_value("Nordlift")
    expect(page.get_by_label("Integration or migration")).to_be_checked()
    page.get_by_role("button", name="Submit the review").click()
    expect(page.get_by_role("status", name="Messages")).to_contain_text("Thank you. The review is in.")
    expect(page.get_by_role("heading", name="Nothing owed")).to_be_visible()


def log_in_the_panel(page, words, weight):
    panel = page.locator("#objections")
    panel.get_by_label("What did they say?").fill(words)
    panel.locator(".chip", has_text=weight).click()
    panel.get_by_role("button", name="Log it").click()
    expect(panel.get_by_role("listitem").filter(has_text=words)).to_contain_text(weight)
    expect(panel.get_by_label("What did they say?")).to_have_value("")


def build_and_accept(page):
    page.goto("/")
    go(page, "Themes")
    page.get_by_role("button", name="Build themes").click()
    expect(page.get_by_text("Waiting for the worker")).to_be_visible()
    run_due_jobs()
    review = page.get_by_role("link", name=re.compile(r"Review \d+ proposals?"))  # the page looks again by itself
    expect(page.locator("#build")).to_contain_text("objections read")
    review.click()
    proposal = page.locator(".proposal", has_text=PARK)
    proposal.get_by_label("Name").fill("Nowhere to park")
    proposal.get_by_label("Category").select_option("Product and integration")
    proposal.get_by_role("button", name="Accept").click()
    decided = page.locator(".proposal-decided")
    expect(decided).to_contain_text("Accepted")
    decided.get_by_role("link", name="Nowhere to park").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nowhere to park")
    expect(page.locator("#quotes")).to_contain_text(PARK)


def place_by_hand(page):
    go(page, "Objections")
    page.get_by_role("link", name=INVOICE).click()
    page.get_by_role("link", name="Place it").click()
    page.get_by_role("combobox", name="Theme").select_option("Product and integration · Nowhere to park")
    page.get_by_role("button", name="Place it", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Objection")
    expect(page.get_by_role("region", name="Theme")).to_contain_text("placed by a person")
    page.get_by_role("region", name="Theme").get_by_role("link", name="Nowhere to park").click()
    expect(page.locator("#quotes")).to_contain_text(INVOICE)


def ask_for_content(page):
    page.get_by_role("link", name="Ask for content").click()
    page.get_by_label("What is missing?").fill(TITLE)
    page.get_by_label("Type").select_option("Objection one-pager")
    expect(page.get_by_role("checkbox", name="Nowhere to park")).to_be_checked()
    expect(page.get_by_label("Brief")).not_to_have_value("")
    page.get_by_role("button", name="Save the request").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(state(page)).to_have_text("New")


def move_to_approved(page):
    page.get_by_role("link", name="Triage").click()
    page.get_by_role("button", name="Triage").click()
    for said, then in (("", "Triaged"), ("Brief is ready", "Briefed"), ("Start production", "In production")):
        step(page, said, then)
    step(page, "Send to review", "In review")
    step(page, "Approve", "Approved")
    expect(page.get_by_role("region", name="History")).to_contain_text("Mara Marketer")


def step(page, button, then):
    if button:
        page.get_by_role("region", name="Next step").get_by_role("button", name=button).click()
    expect(state(page)).to_have_text(then)


def publish(page, link):
    page.get_by_role("link", name="Add collateral").click()
    expect(page.get_by_label("Title")).to_have_value(TITLE)
    page.get_by_label("Link").fill(link)
    page.get_by_role("button", name="Save as a draft").click()
    expect(page.get_by_role("heading", name="Draft")).to_be_visible()
    page.get_by_role("button", name="Publish version 1").click()
    expect(page.get_by_role("heading", name="In use now")).to_be_visible()
    page.get_by_role("complementary", name="Facts").get_by_role("link", name=TITLE).click()
    expect(state(page)).to_have_text("Published")


def read_the_news_and_use_it(page):
    page.goto("/")
    page.get_by_role("link", name="Notifications, 1 unread").click()
    news = page.get_by_role("listitem").filter(has_text=f"“{TITLE}” is live")
    expect(news).to_contain_text(re.compile(rf"you logged “({PARK}|{INVOICE})” at Hansa Cold Store"))
    news.get_by_role("button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(page.get_by_role("link", name="Notifications", exact=True)).to_be_visible()
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Open the link").click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("Definitions")
    page.get_by_label("I used this on").select_option("Baltic Foods · Stackers")
    page.get_by_text("Yes", exact=True).click()
    page.get_by_role("button", name="I used this").click()
    expect(page.get_by_role("region", name="Where it was used")).to_contain_text("Baltic Foods")


def prepare_and_run_the_meeting(page):
    page.goto("/")
    go(page, "Meetings")
    page.get_by_role("link", name="Prepare a meeting").click()
    page.get_by_label("Looks back at").select_option(f"{timezone.localdate():%Y-%m}")
    page.get_by_role("button", name="Prepare it").click()
    expect(page.get_by_role("status", name="Messages")).to_contain_text("Meeting ready to prepare.")
    page.get_by_role("link", name="Run the meeting").click()
    titles = [title := page.get_by_role("heading", level=1).inner_text()]
    onward = page.locator("a[rel=next]")
    while onward.count():
        onward.click()
        expect(page.get_by_role("heading", level=1)).not_to_have_text(title)
        page.wait_for_load_state()
        title = page.get_by_role("heading", level=1).inner_text()
        titles.append(title)
        if page.get_by_role("button", name="Add the action").count():
            note_and_promise(page)
    assert len(set(titles)) == len(titles) > 4


def note_and_promise(page):
    with page.expect_response(re.compile("/notes/")):
        page.get_by_label("Notes").fill("Parking comes up again and again")
    expect(page.get_by_text(re.compile(r"^Saved \d\d:\d\d$"))).to_be_visible()
    page.get_by_label("What is to be done?").fill("Walk the depot with the haulier")
    page.get_by_label("By whom?").select_option("Rita Rep")
    page.get_by_label("By when?").fill(f"{timezone.localdate() + timedelta(days=14)}")
    page.get_by_role("button", name="Add the action").click()
    expect(page.get_by_role("listitem").filter(has_text="Walk the depot")).to_contain_text("Rita Rep, by")


def close_the_meeting(page):
    page.get_by_role("link", name="Close the meeting").click()
    page.get_by_role("button", name="Close the meeting").click()
    expect(page.get_by_text("The period’s figures are still those the meeting saw.")).to_be_visible()
    for words in ("€ 48 k", "Hansa Cold Store", "Nowhere to park", TITLE, "Walk the depot", "Parking comes up again"):
        expect(page.locator("#main")).to_contain_text(words)


def frozen(page) -> list[str]:
    """The words of every section, as the page of the closed meeting shows them."""
    return page.locator(".meeting-section").all_inner_texts()


def edit_the_amount(page):
    go(page, "Deals")
    page.get_by_role("link", name="Hansa Cold Store").click()
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Amount").fill("95000")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("complementary", name="The deal")).to_contain_text("95,000")


def look_back(page, shown):
    go(page, "Meetings")
    page.get_by_role("link", name=f"{timezone.localdate():%B %Y}").click()
    expect(page.get_by_role("region", name="Since then")).to_contain_text("€ 48 k → € 95 k")
    assert frozen(page) == shown


def check_the_seals():
    out = StringIO()
    call_command("verify_meetings", stdout=out)
    assert out.getvalue().strip() == "1 pack verified"


def go(page, where):
    page.get_by_role("navigation", name="Main").get_by_role("link", name=where).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(where)


def state(page):
    return page.locator(".page-sub .pill").first
