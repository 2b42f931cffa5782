import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.home import panels, rail, search
from feedback.jobs import queue_job
from objections.models import Build, Proposal
from tests.factories import make_collateral, make_lost, make_objection, make_opportunity, make_theme, place

HOME = reverse("feedback:home")


@pytest.fixture
def proposal(marketer):
    build = Build.objects.create(job=queue_job(kind="build_themes"), by=marketer, ended_at=timezone.now())
    return Proposal.objects.create(build=build, kind="new", name="No parking", why="alike")


def test_marketers_see_proposals_the_pile_and_what_costs_most(proposal, rep, marketer, sign_in):
    dear = make_theme("Too dear")
    place(make_objection(author=rep, opportunity=make_lost(amount=5000)), dear)
    make_objection("nobody knows where this belongs", author=rep)

    page = sign_in(marketer).get(HOME).content.decode()

    assert "<b>1</b> proposal to decide" in page
    assert "nobody knows where this belongs" in page
    assert "Too dear" in page


def test_reps_see_their_open_deals_that_raised_what_has_no_answer(rep, other_rep, marketer):
    open_theme, answered = make_theme("Too dear"), make_theme("No SOC 2", category="trust")
    make_collateral(owner=marketer, themes=[answered])
    deals = {name: make_opportunity(name, owner=rep) for name in ("Exposed", "Answered", "Quiet")}
    place(make_objection(author=rep, opportunity=deals["Exposed"]), open_theme)
    place(make_objection(author=rep, opportunity=deals["Answered"]), answered)
    place(make_objection(author=rep, opportunity=make_opportunity("Other", owner=other_rep)), open_theme)
    place(make_objection(author=rep, opportunity=make_lost("Lost", owner=rep)), open_theme)

    shown = panels["exposed"].collect(rep)

    assert [(deal.name, themes) for deal, themes in shown["deals"]] == [("Exposed", "Too dear")]
    assert panels["exposed"].shown_to(rep)
    assert not panels["exposed"].shown_to(marketer)


def test_the_rail_counts_proposals_for_those_who_decide_them(proposal, rep, marketer, leader):
    badge = rail["Themes"].badge

    assert (badge(marketer), badge(leader), badge(rep)) == (1, 1, 0)


def test_search_finds_active_themes_most_heard_first(rep):
    for name, voices in (("Dear one", 1), ("Dear two", 2)):
        theme = make_theme(name)
        for _ in range(voices):
            place(make_objection(author=rep), theme)
    make_theme("Dear gone", state="retired")

    found = dict(search(rep, "dear ", 6))

    assert [hit.label for hit in found["Themes"]][:2] == ["Dear two", "Dear one"]
    assert "Dear gone" not in [hit.label for hit in found["Themes"]]
