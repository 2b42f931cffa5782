from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.actions.opportunities import change_opportunity, exclude_from_reviews, reassign_review, undo_exclusion
from feedback.models import Opportunity, Source
from tests.factories import make_lost, make_opportunity, make_review, make_won

URL = reverse("feedback:review_owed")


def owed_by(user):
    return [deal.name for deal in Opportunity.objects.owing_review().for_reviewer(user).order_by("name")]


def test_it_asks_for_every_lost_deal_however_it_was_lost(rep):
    make_opportunity("Open", owner=rep)
    make_won("Won", owner=rep)
    bulk = make_opportunity("Lost in bulk", owner=rep)
    Opportunity.objects.filter(pk=bulk.pk).update(outcome="lost", closed_on=date(2026, 3, 2))
    make_lost("Lost by hand", owner=rep)

    assert owed_by(rep) == ["Lost by hand", "Lost in bulk"]


def test_it_is_due_five_business_days_after_the_close(company):
    deal = Opportunity(outcome="lost", closed_on=date(2026, 11, 12))  # a Thursday
    assert deal.review_due_on == date(2026, 11, 19)


@pytest.mark.parametrize("day", [14, 15])
def test_it_counts_from_the_friday_when_a_deal_closed_at_the_weekend(day, company):
    assert Opportunity(outcome="lost", closed_on=date(2026, 11, day)).review_due_on == date(2026, 11, 20)


def test_it_is_overdue_from_the_day_after_it_was_due(rep):
    make_lost("Late", owner=rep, closed_on=date(2026, 11, 12))
    make_lost("Due today", owner=rep, closed_on=date(2026, 11, 13))

    overdue = Opportunity.objects.owing_review().overdue(date(2026, 11, 20))

    assert [deal.name for deal in overdue] == ["Late"]


def test_it_leaves_out_deals_lost_before_the_cut_off_of_their_source(rep):
    Source.objects.create(name="crm", reviews_from=date(2026, 6, 1))
    make_lost("Old", owner=rep, source="crm", closed_on=date(2026, 5, 31))
    make_lost("New", owner=rep, source="crm", closed_on=date(2026, 6, 1))

    assert owed_by(rep) == ["New"]


def test_it_falls_to_the_teams_manager_when_the_owner_is_inactive(rep, manager):
    rep.is_active = False
    rep.save()
    make_lost("Orphan", owner=rep)

    assert owed_by(rep) == []
    assert owed_by(manager) == ["Orphan"]


def test_it_goes_to_whom_it_was_handed(rep, other_rep, manager):
    deal = make_lost("Handed", owner=rep)
    reassign_review(opportunity=deal, to=other_rep, by=manager)
    reassign_review(opportunity=deal, to=other_rep, by=manager)

    assert (owed_by(rep), owed_by(other_rep)) == ([], ["Handed"])
    assert deal.assignments.count() == 1


def test_it_is_paid_by_a_submitted_review_but_not_by_a_draft(rep):
    make_review(make_lost("Draft", owner=rep), author=rep, submitted=False)
    make_review(make_lost("Done", owner=rep), author=rep)

    assert owed_by(rep) == ["Draft"]


def test_an_exclusion_takes_the_deal_out_and_can_be_undone(rep):
    deal = make_lost("Test deal", owner=rep)
    exclusion = exclude_from_reviews(opportunity=deal, reason="A test", reminders_only=False, by=rep)
    assert owed_by(rep) == []

    undo_exclusion(exclusion=exclusion, by=rep)
    assert owed_by(rep) == ["Test deal"]


def test_an_exclusion_from_reminders_keeps_the_review_owed(rep):
    deal = make_lost("Quiet", owner=rep)
    exclude_from_reviews(opportunity=deal, reason="Holiday", reminders_only=True, by=rep)
    assert owed_by(rep) == ["Quiet"]


def test_a_reopened_deal_keeps_its_review_as_history_and_owes_a_new_one_when_lost_again(rep):
    deal = make_lost("Twice", owner=rep)
    review = make_review(deal, author=rep)

    deal.outcome, deal.closed_on = "open", None
    change_opportunity(opportunity=deal, fields=["outcome"], by=rep)
    assert owed_by(rep) == []
    deal.outcome, deal.closed_on = "lost", timezone.localdate()
    change_opportunity(opportunity=deal, fields=["outcome"], by=rep)

    assert owed_by(rep) == ["Twice"]
    review.refresh_from_db()
    assert review.archived_at < timezone.now()


def test_the_page_shows_a_manager_the_teams_owed_reviews(rep, manager, other_rep, sign_in):
    make_lost("Of the team", owner=rep)
    make_lost("Of others", owner=other_rep)

    page = sign_in(manager).get(URL, {"whose": "team"})

    assert [deal.name for deal in page.context["page"]] == ["Of the team"]


def test_the_page_costs_the_same_number_of_queries_for_many_deals(rep, sign_in, django_assert_max_num_queries):
    for number in range(30):
        make_lost(f"Deal {number}", account=f"Account {number}", owner=rep)
    client = sign_in(rep)
    with django_assert_max_num_queries(18):
        client.get(URL)
