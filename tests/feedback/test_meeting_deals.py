"""Deals to discuss: what is suggested and why, and the order the facilitator gives them."""

from datetime import date

import pytest
from django.urls import reverse

from feedback.actions.meetings import make_meeting, move_opportunity, pick_opportunity
from feedback.discussing import suggestions
from feedback.metrics import rising_reasons
from feedback.models import Opportunity
from feedback.sections.deals import collect, discussed
from objections.models import ReasonCheck
from tests.factories import make_lost, make_objection, make_review, make_theme, place, reason

DAY, BEFORE = date(2026, 3, 10), date(2026, 2, 10)


@pytest.fixture
def meeting(leader):
    return make_meeting(period=(date(2026, 3, 1), date(2026, 3, 31)), facilitator=leader, by=leader)


def why(meeting, deal):
    return dict(next((each.grounds for each in suggestions(meeting) if each.deal == deal), []))


def test_picked_deals_stand_in_the_order_given_by_hand(meeting):
    deals = [make_lost(name, closed_on=DAY) for name in ("One", "Two", "Three")]
    for deal in deals:
        pick_opportunity(meeting=meeting, opportunity=deal)
    pick_opportunity(meeting=meeting, opportunity=deals[0])  # it stays where it is
    move_opportunity(meeting=meeting, opportunity=deals[2], step=-1)
    move_opportunity(meeting=meeting, opportunity=deals[0], step=-1)
    assert [deal.name for deal in discussed(meeting)] == ["One", "Three", "Two"]
    assert [deal["name"] for deal in collect(meeting.period, meeting, list)["deals"]] == ["One", "Three", "Two"]


def test_deals_picked_before_there_was_an_order_keep_theirs_and_can_be_moved(meeting):
    late, early = make_lost("Late", closed_on=DAY), make_lost("Early", closed_on=date(2026, 3, 2))
    meeting.opportunities.set([late, early])
    assert list(discussed(meeting)) == [early, late]
    move_opportunity(meeting=meeting, opportunity=late, step=-1)
    assert list(discussed(meeting)) == [late, early]


def test_it_suggests_large_ones_first_and_says_why(meeting):
    small, large = make_lost("S", amount=1, closed_on=DAY), make_lost("L", amount=9, closed_on=DAY)
    make_lost("Another month's", amount=99, closed_on=BEFORE)
    found = suggestions(meeting)
    assert [each.deal for each in found] == [large, small]
    assert found[0].grounds == [("Large", "The largest loss of the period")]
    assert [each.deal for each in suggestions(meeting, without=[large])] == [small]
    assert len(suggestions(meeting, limit=1)) == 1


def test_a_deal_that_fits_two_says_both_and_comes_before_a_larger_one(meeting, rep):
    make_lost("Larger", amount=90, closed_on=DAY)
    deal = make_lost("Telling", amount=9, closed_on=DAY, owner=rep)
    make_review(deal, author=rep, evidence="said", would_have_changed="A fixed price")
    for name in ("Too dear", "No discount"):
        place(make_objection(f"“{name}”", author=rep, opportunity=deal, is_quote=True), make_theme(name))
    found = suggestions(meeting)
    assert found[0].deal == deal
    assert [label for label, _ in found[0].grounds] == ["Large", "Telling"]
    assert "review 25 of 30, 2 quotes, 2 themes" in why(meeting, deal)["Telling"]
    assert [each.deal for each in found].count(deal) == 1


def test_it_suggests_where_reason_and_objections_differ(meeting, rep):
    deal, agreeing = make_lost("Differs", closed_on=DAY), make_lost("Agrees", closed_on=DAY)
    review = make_review(deal, author=rep, code="TRUST")
    make_review(agreeing, author=rep, code="PRICE")
    theme = make_theme("Too dear", category="price")
    for each in (deal, agreeing):
        place(make_objection("too dear", author=rep, opportunity=each), theme)
    said = why(meeting, deal)["Reason in doubt"]
    assert said.endswith("the objections speak of: price 1×")
    assert "Reason in doubt" not in why(meeting, agreeing)
    given = {"chosen": reason("TRUST"), "heard": reason("PRICE"), "answer": "kept", "by": rep}
    ReasonCheck.objects.create(review=review, **given)
    assert "Asked once" in why(meeting, deal)["Reason in doubt"]


def test_it_suggests_the_largest_deal_of_a_reason_that_rises(meeting, rep):
    for at, day in enumerate([BEFORE, DAY, DAY, DAY]):
        make_review(make_lost(f"Trust {at}", amount=at + 1, closed_on=day), author=rep, code="TRUST")
    for day in (BEFORE, BEFORE, DAY, DAY, DAY):
        make_review(make_lost("Price", amount=1, closed_on=day), author=rep, code="PRICE")
    rises = rising_reasons(Opportunity.objects.all(), meeting.period)
    assert [(rise.code, rise.now, rise.before) for rise in rises] == [("TRUST", 3, 1)]
    said = why(meeting, Opportunity.objects.get(name="Trust 3"))["Rising reason"]
    assert "cost us 3 deals, 1 in as many days before" in said


def test_the_page_names_no_rep_and_moves_picked_deals(meeting, rep, marketer, sign_in):
    one, two = (make_lost(name, amount=9, closed_on=DAY, owner=rep) for name in ("One", "Two"))
    make_review(one, author=rep, would_have_changed="A fixed price")
    client, page = sign_in(marketer), reverse("feedback:meeting_deals", args=[meeting.pk])
    assert "Rita" not in client.get(page).content.decode()
    for deal in (one, two):
        client.post(page, {"opportunity": deal.pk})
    move = reverse("feedback:meeting_deal_move", args=[meeting.pk, two.pk])
    assert client.post(move, {"to": "up"}).url == page
    assert client.get(page).context["picked"] == [two, one]
    client.post(move, {"to": "sideways"})
    assert client.get(page).context["picked"] == [two, one]


def test_suggesting_costs_the_same_for_many_deals(meeting, rep, marketer, sign_in, django_assert_max_num_queries):
    for at in range(12):
        deal = make_lost(f"Deal {at}", account=f"Account {at}", amount=at, closed_on=DAY)
        make_review(deal, author=rep, code=["PRICE", "TRUST", "VALUE"][at % 3])
        place(make_objection(f"dear {at}", author=rep, opportunity=deal), make_theme(f"Theme {at}"))
        if at < 5:
            pick_opportunity(meeting=meeting, opportunity=deal)
    client = sign_in(marketer)
    with django_assert_max_num_queries(45):
        client.get(reverse("feedback:meeting_deals", args=[meeting.pk]))
