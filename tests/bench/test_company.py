"""The company of the bench, small: all of it is there, and it is the same each time."""

from datetime import date
from decimal import Decimal

import pytest

from config.bench.company import Size, make_company
from feedback.models import Meeting, Notification, Opportunity, Review, Submission
from objections.models import Collateral, ContentRequest, Objection, Placement, Theme, Usage

SMALL = Size(
    people=30, teams=3, accounts=20, deals=300, objections=60, themes=34, requests=20, collateral=30, meetings=2
)
TODAY = date(2026, 11, 20)


@pytest.fixture
def company(db):
    make_company(SMALL, TODAY)


def test_it_makes_as_much_as_it_is_asked_for(company):
    assert Opportunity.objects.count() == 300
    assert Objection.objects.count() == 60
    assert Theme.objects.count() == 34
    assert ContentRequest.objects.count() == 20
    assert Collateral.objects.count() == 30


def test_it_closes_all_meetings_but_the_last(company):
    assert [meeting.is_closed for meeting in Meeting.objects.order_by("first_day")] == [True, False]


def test_it_leaves_some_of_everything_to_be_done(company):
    owing = Opportunity.objects.owing_review().count()
    assert 0 < owing < Opportunity.objects.lost().count()
    assert 0 < Submission.objects.count() < Review.objects.count() < Opportunity.objects.lost().count()
    assert 0 < Objection.objects.unthemed().count() < 30
    assert 0 < Collateral.objects.published().count() < 30
    assert 0 < Collateral.objects.filter(stages=None).count() < 30
    assert Usage.objects.exists()
    assert 0 < Notification.objects.unread().count() < Notification.objects.count()


def test_it_gives_rows_the_moments_of_their_days(company):
    placed = Placement.objects.select_related("objection")
    assert all(placement.at.date() == placement.objection.heard_on for placement in placed)
    assert all(objection.logged_at.date() == objection.heard_on for objection in Objection.objects.all())


def test_it_makes_the_same_company_each_time(company):
    known = Opportunity.objects.order_by("pk").values_list("external_id", "name", "amount", "created_on").first()
    assert known == ("D-000000", "Cloud second site", Decimal(124_500), date(2026, 3, 29))
