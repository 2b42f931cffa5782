"""Whose review it is: drafts follow the person they fall to, and nobody's are found."""

import pytest
from django.urls import reverse

from feedback.actions.opportunities import change_opportunity, reassign_review
from feedback.actions.reviews import start_review, submit_review
from feedback.models import Opportunity, Review, Taxonomy
from tests.factories import make_lost, make_review, make_team, make_user

OWED = reverse("feedback:review_owed")


def draft_of(rep, **fields):
    unknown = Taxonomy.objects.current().destinations.get(code="unknown")
    return make_review(make_lost(owner=rep), author=rep, submitted=False, destination=unknown, **fields)


def hand_over(deal, to, by):
    reassign_review(opportunity=deal, to=to, by=by)


def change_owner(deal, to, by):
    deal.owner = to
    change_opportunity(opportunity=deal, fields=["owner"], by=by)


def import_owner(deal, to, by):
    Opportunity.objects.filter(pk=deal.pk).update(owner=to)


@pytest.mark.parametrize("move", [hand_over, change_owner, import_owner])
def test_a_draft_is_read_by_whom_it_falls_to_now(rep, other_rep, leader, sign_in, move):
    draft = draft_of(rep)
    move(draft.opportunity, other_rep, leader)
    url = draft.get_absolute_url()
    assert sign_in(other_rep).get(url).status_code == 200
    assert sign_in(rep).get(url).status_code == 404


@pytest.mark.parametrize("move", [hand_over, change_owner, import_owner])
def test_it_is_submitted_in_the_name_of_whom_it_falls_to(rep, other_rep, leader, move):
    draft = draft_of(rep)
    move(draft.opportunity, other_rep, leader)
    submit_review(review=draft, by=other_rep)
    draft.refresh_from_db()
    assert draft.author == other_rep


def test_it_is_the_submitters_where_it_falls_to_nobody(rep, admin):
    draft = draft_of(rep)
    Opportunity.objects.update(owner=None)
    submit_review(review=draft, by=admin)
    assert Review.objects.get().author == admin


def test_a_review_handed_in_keeps_its_author_when_the_deal_moves_on(rep, other_rep, leader):
    deal = make_lost(owner=rep)
    make_review(deal, author=rep)
    change_owner(deal, other_rep, leader)
    assert Review.objects.get().author == rep


def test_going_on_with_a_draft_takes_it_over(rep, other_rep):
    draft = draft_of(rep)
    Opportunity.objects.update(owner=other_rep)
    assert start_review(opportunity=draft.opportunity, by=other_rep).author == other_rep


def test_a_marketer_manages_nobody(rep, marketer, sign_in):
    team = make_team("North")
    team.manager = marketer
    team.save()
    rep.team = team
    draft = draft_of(rep)
    left = make_lost("Left", owner=make_user("Gone", is_active=False, team=team))

    assert not marketer.manages(rep)
    assert sign_in(marketer).get(draft.get_absolute_url()).status_code == 404
    assert not Opportunity.objects.for_reviewer(marketer).exists()
    assert not Opportunity.objects.for_manager(marketer).exists()
    assert left.reviewer is None


@pytest.fixture
def nobodys(rep, manager, marketer, leader):
    """Names of owed deals that fall to nobody, beside others that fall to somebody."""
    gone, lone = make_user("Gone", is_active=False), make_user("Lone", is_active=False, team=make_team("Lone"))
    led_by_gone = make_team("Led by gone", manager=gone)
    led_by_marketer = make_team("Led by marketer", manager=marketer)
    make_lost("owner", owner=rep)
    make_lost("manager", owner=make_user("Left", is_active=False, team=make_team("North")))
    hand_over(make_lost("handed", owner=None), rep, leader)
    make_lost("no owner", owner=None)
    make_lost("no team", owner=gone)
    make_lost("no manager", owner=lone)
    make_lost("manager gone", owner=make_user("A", is_active=False, team=led_by_gone))
    make_lost("manager a marketer", owner=make_user("B", is_active=False, team=led_by_marketer))
    hand_over(make_lost("handed to one gone", owner=rep), gone, leader)
    return ["handed to one gone", "manager a marketer", "manager gone", "no manager", "no owner", "no team"]


def test_leaders_find_what_falls_to_nobody_and_hand_it_out(nobodys, leader, sign_in):
    page = sign_in(leader).get(OWED, {"whose": "nobody"})
    assert sorted(deal.name for deal in page.context["page"]) == nobodys
    first = page.context["page"][0]
    assert reverse("feedback:opportunity_reassign", args=[first.pk]) in page.content.decode()


@pytest.mark.parametrize("who", ["rep", "manager", "marketer"])
def test_others_have_no_such_list(who, nobodys, request, sign_in):
    page = sign_in(request.getfixturevalue(who)).get(OWED, {"whose": "nobody"})
    assert page.context["whose"] == "mine"
    assert b"Unassigned" not in page.content


def test_every_owed_deal_falls_to_somebody_or_nobody(nobodys, rep, manager, leader, marketer):
    somebodys = [
        deal.name
        for user in (rep, manager, leader, marketer)
        for deal in Opportunity.objects.owing_review().for_reviewer(user)
    ]
    assert sorted(somebodys + nobodys) == sorted(Opportunity.objects.values_list("name", flat=True))


def test_deals_of_unknown_value_come_last_within_a_day(rep, sign_in):
    make_lost("Unknown", owner=rep, amount=None)
    make_lost("Small", owner=rep, amount=1)
    make_lost("Large", owner=rep, amount=2)
    page = sign_in(rep).get(OWED)
    assert [deal.name for deal in page.context["page"]] == ["Large", "Small", "Unknown"]
