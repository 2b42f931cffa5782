"""Everything that must be done can be done with JavaScript turned off."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from feedback.models import Job
from objections.models import Build, Objection, Proposal
from tests.factories import make_lost, make_meeting, make_objection, make_request, make_theme, place

pytestmark = pytest.mark.browser
PASSWORD = "correct horse battery staple"


@pytest.fixture
def open_plain(open_as):
    """As `open_as`, in a browser without JavaScript."""
    return lambda user: open_as(user, java_script_enabled=False)


def said(page, words):
    expect(page.get_by_role("status", name="Messages")).to_contain_text(words)


def test_signing_in_and_out(open_plain, rep):
    rep.set_password(PASSWORD)
    rep.save()
    page = open_plain(None)
    page.goto(reverse("feedback:opportunity_list"))
    page.get_by_label("E-mail address").fill(rep.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Deals")
    page.locator(".menu-person > summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_a_review_is_answered_question_by_question_and_handed_in(open_plain, rep):
    deal = make_lost("Forklifts", account="Hansa", owner=rep)
    page = open_plain(rep)
    page.goto(reverse("feedback:review_edit", args=[deal.pk]))
    answer(page, "destination", lambda form: form.get_by_role("radio", name="A competitor").check())
    answer(page, "destination", lambda form: form.get_by_label("Who won?").fill("Nordlift"))
    answer(page, "reason", lambda form: form.get_by_role("radio", name="Price 1").check())
    answer(page, "reason", lambda form: form.get_by_label("Discount refused").check())
    log(page, "dearer than Nordlift")
    answer(page, "change", lambda form: form.get_by_role("textbox").fill("A fixed price"))
    page.get_by_role("button", name="Submit the review").click()
    said(page, "The review is in.")
    review = deal.reviews.get()
    assert review.is_submitted
    assert (review.competitor.name, review.reason.code, review.would_have_changed) == (
        "Nordlift",
        "PRICE",
        "A fixed price",
    )
    assert review.detail.label == "Discount refused"
    assert Objection.objects.get(opportunity=deal).text == "dearer than Nordlift"


def answer(page, question, fill):
    form = page.locator(f"#{question}")
    fill(form)
    form.get_by_role("button", name="Save and continue").click()


def log(page, words):
    panel = page.locator("#objections")
    panel.get_by_label("What did they say?").fill(words)
    panel.get_by_role("button", name="Log it").click()
    said(page, "Logged. Thank you.")
    expect(page.locator("#objections").get_by_role("listitem")).to_contain_text(words)


def test_an_objection_is_logged_from_the_header(open_plain, rep):
    page = open_plain(rep)
    page.goto("/")
    page.get_by_role("link", name="Log objection").click()
    page.get_by_label("What did they say?").fill("nobody here can service it")
    page.get_by_role("button", name="Log it").click()
    said(page, "Logged. Thank you.")
    expect(page.locator("blockquote")).to_contain_text("nobody here can service it")


def test_a_list_is_filtered_and_searched(open_plain, rep):
    for account in ("Hansa", "Baltic"):
        make_lost("Forklifts", account=account, owner=rep)
    page = open_plain(rep)
    page.goto(reverse("feedback:opportunity_list"))
    page.get_by_role("textbox", name="Search").fill("baltic")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Search", exact=True).click()
    page.get_by_role("main").get_by_role("searchbox").fill("hansa")
    page.get_by_role("main").get_by_role("button", name="Search").click()
    expect(page.get_by_role("main").get_by_role("link", name="Hansa")).to_be_visible()


def test_collateral_is_made_and_published(open_plain, marketer, live_server):
    make_theme("Too dear")
    page = open_plain(marketer)
    page.goto(reverse("objections:collateral_create"))
    page.get_by_label("Title").fill("Price sheet")
    page.get_by_label("Type").select_option("Pricing sheet")
    page.get_by_label("Too dear").check()
    page.get_by_label("Link").fill(f"{live_server.url}/sheet")
    page.get_by_role("button", name="Save as a draft").click()
    page.get_by_role("button", name="Publish version 1").click()
    expect(page.get_by_role("heading", name="In use now")).to_be_visible()


def test_a_proposal_is_accepted_and_another_rejected(open_plain, rep, marketer):
    job = Job.objects.create(kind="build_themes", state="done")
    build = Build.objects.create(job=job, by=marketer, ended_at=timezone.now())
    for name in ("Nowhere to park", "Dogs that bite"):
        proposal = Proposal.objects.create(build=build, kind="new", name=name, why="They read alike")
        proposal.objections.set([make_objection(f"{name} {n}", author=rep) for n in range(3)])
    page = open_plain(marketer)
    page.goto(reverse("objections:proposal_list"))
    proposal = page.locator(".proposal", has=page.get_by_role("heading", name="Nowhere to park"))
    proposal.get_by_label("Category").select_option("Product and integration")
    proposal.get_by_role("button", name="Accept").click()
    expect(page.locator(".proposal")).to_have_count(1)
    page.locator(".proposal").get_by_role("button", name="Reject").click()
    expect(page.locator(".proposal")).to_have_count(0)
    states = dict(Proposal.objects.values_list("name", "state"))
    assert states == {"Nowhere to park": "accepted", "Dogs that bite": "rejected"}


def test_the_board_has_lanes_and_every_move_of_a_card(open_plain, rep, marketer):
    theme, due = make_theme("Too dear"), timezone.localdate()
    row = make_request("Sheet", by=rep, themes=[theme], owner=marketer, state="triaged", due_on=due)
    make_request("Deck", by=rep, themes=[theme])
    page = open_plain(marketer)
    page.goto(reverse("objections:request_list"))
    page.get_by_role("link", name="By owner").click()
    lane = page.get_by_role("region", name="Mara Marketer", exact=True)
    expect(lane.locator(".board-card")).to_have_count(1)
    lane.get_by_role("link", name="Other moves of Sheet").click()
    expect(page.get_by_role("button", name="Start production")).to_be_visible()
    page.get_by_role("link", name="Put on hold").click()
    page.get_by_label("Why?").fill("Until prices are out")
    page.get_by_role("button", name="Put on hold").click()
    said(page, "“Sheet” is now on hold.")
    expect(lane).to_contain_text("On hold")  # back where it was, lanes and all
    page.get_by_role("link", name="Calendar").click()
    expect(page.get_by_role("table", name="Requests due in")).to_contain_text("Sheet")
    row.refresh_from_db()
    assert row.state == "on hold"


def test_a_meeting_is_noted_and_closed(open_plain, rep, leader):
    make_lost("Forklifts", account="Hansa", owner=rep)
    meeting = make_meeting(by=leader)
    page = open_plain(leader)
    page.goto(meeting.get_absolute_url())
    section = page.locator("#reasons")
    section.get_by_label("Notes").fill("Price again")
    section.get_by_role("button", name="Save the notes").click()
    page.get_by_label("What is to be done?").fill("Write the offer")
    page.get_by_label("By whom?").select_option("Rita Rep")
    page.get_by_label("By when?").fill(f"{timezone.localdate()}")
    page.get_by_role("button", name="Add the action").click()
    page.get_by_role("link", name="Close the meeting").click()
    page.get_by_role("button", name="Close the meeting").click()
    said(page, "Meeting closed.")
    for words in ("Price again", "Write the offer", "Hansa"):
        expect(page.get_by_role("main")).to_contain_text(words)
    assert meeting.packs.live().exists()


def test_a_theme_is_looked_into_pinned_and_routed_from_its_row(open_plain, rep, marketer):
    for name in ("Too dear", "Too slow"):
        place(make_objection(name, author=rep, opportunity=make_lost(name)), make_theme(name))
    page = open_plain(marketer)
    page.goto(reverse("objections:theme_triage"))
    row = page.locator(".triage-row").filter(has=page.get_by_role("link", name="Too slow", exact=True))
    row.locator("summary", has_text="Why this order").click()
    expect(row.get_by_role("table", name="Parts of the score of Too slow")).to_contain_text("Lost value, 90 days")
    row.locator("summary", has_text="Why this order").click()
    row.locator("summary", has_text="Pin").click()
    row.get_by_label("Why does it come first?").fill("The board asks")
    row.get_by_role("button", name="Pin it").click()
    said(page, "“Too slow” stands first.")
    expect(page.locator(".triage-row").first).to_contain_text("Pinned: The board asks")
    row.locator("summary", has_text="Route").click()
    row.get_by_role("radio", name="Product").check()
    row.get_by_label("Why is it theirs?").fill("Only they can make it faster")
    row.get_by_role("button", name="Route it").click()
    said(page, "“Too slow” is product's now.")
    page.get_by_role("link", name="Not ours to paper over").click()
    expect(page.get_by_role("region", name="Themes of product")).to_contain_text("Only they can make it faster")
    page.get_by_role("button", name="Take back Too slow").click()
    said(page, "“Too slow” is marketing's again.")
