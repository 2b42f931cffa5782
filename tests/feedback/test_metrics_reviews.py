from datetime import date, timedelta

import pytest
from django.utils import timezone

from feedback.actions.opportunities import exclude_from_reviews
from feedback.metrics import coverage, cycle_length, other_share, value_by_reason, win_rate
from feedback.models import Opportunity, Source, Taxonomy
from tests.factories import make_lost, make_opportunity, make_review, make_won

DAY = date(2026, 3, 10)


def test_it_tells_known_from_reviewed_and_owed(rep, django_assert_num_queries):
    make_review(make_lost(amount=600), author=rep, code="PRICE")
    make_review(make_lost(amount=100), author=rep, code="UNKNOWN")
    make_review(make_lost(amount=100), author=rep, code="PRICE", submitted=False)
    make_lost(amount=200)
    exclude_from_reviews(opportunity=make_lost(amount=5000), reason="a test", reminders_only=False, by=rep)
    make_lost(amount=9000, currency="USD")

    with django_assert_num_queries(2):
        found = coverage(Opportunity.objects.all())

    assert (found.lost, found.asked, found.reviewed, found.known, found.owed, found.not_asked) == (6, 5, 2, 1, 3, 1)
    assert (found.asked_value, found.known_value) == (1000, 600)
    assert str(found) == "reasons known for 1 of 5 lost deals, 60\u00a0% of the value"


def test_it_asks_for_no_review_before_the_cut_off(rep):
    Source.objects.filter(name="portal").update(reviews_from=DAY)
    make_lost(closed_on=DAY - timedelta(days=1))
    make_lost(closed_on=DAY)
    found = coverage(Opportunity.objects.all())
    assert (found.lost, found.asked) == (2, 1)


def test_it_says_so_when_no_review_is_asked_for(company):
    assert str(coverage(Opportunity.objects.all())) == "no lost deal asks for a review"


def test_it_orders_reasons_by_value_and_adds_them_up(rep):
    make_review(make_lost(amount=300), author=rep, code="PRICE")
    make_review(make_lost(amount=300), author=rep, code="PRICE")
    make_review(make_lost(amount=100), author=rep, code="TRUST")
    make_review(make_lost(amount=300), author=rep, code="PRODUCT")
    make_review(make_lost(amount=50), author=rep, code="UNKNOWN")
    make_review(make_lost(amount=30), author=rep, code=None)
    make_review(make_lost(amount=20), author=rep, submitted=False)
    make_lost(amount=1)

    found = value_by_reason(Opportunity.objects.all())

    assert [(bar.code, bar.money.total, bar.money.n, bar.share, bar.cumulative) for bar in found.bars] == [
        ("PRICE", 600, 2, 0.6, 0.6),
        ("PRODUCT", 300, 1, 0.3, 0.9),
        ("TRUST", 100, 1, 0.1, 1.0),
    ]
    assert (found.unknown.total, found.unknown.n) == (80, 2)
    assert (found.unreviewed.total, found.unreviewed.n) == (21, 2)
    assert found.finding == "Price makes 60\u00a0% of the lost value whose reason we know"


def test_it_joins_the_same_code_of_two_taxonomies(rep):
    make_review(make_lost(amount=300), author=rep, code="PRICE")
    newer = Taxonomy.objects.create(version=2, published_at=timezone.now())
    renamed = newer.reasons.create(code="PRICE", label="Too dear", position=0)
    review = make_review(make_lost(amount=200), author=rep, code=None)
    review.taxonomy, review.reason = newer, renamed
    review.save()

    (bar,) = value_by_reason(Opportunity.objects.all()).bars

    assert (bar.label, bar.money.total) == ("Too dear", 500)


def test_it_does_not_read_a_review_of_a_reopened_deal(rep):
    review = make_review(make_lost(amount=300), author=rep)
    review.archived_at = review.started_at
    review.save()
    found = value_by_reason(Opportunity.objects.all())
    assert (found.bars, found.unreviewed.n) == ((), 1)
    assert found.finding == "No lost value has a known reason yet"


def test_it_shares_out_wins(company):
    make_won()
    make_lost()
    make_lost()
    make_opportunity()
    rate = win_rate(Opportunity.objects.all())
    assert (rate.part, rate.whole) == (1, 3)


def test_it_takes_medians_of_won_and_lost_apart(company):
    for days in (10, 20, 90):
        make_won(created_on=DAY - timedelta(days=days), closed_on=DAY)
    for days in (5, 8):
        make_lost(created_on=DAY - timedelta(days=days), closed_on=DAY)
    make_lost(closed_on=DAY)
    found = cycle_length(Opportunity.objects.all())
    assert (found.won_days, found.won_n, found.lost_days, found.lost_n) == (20, 3, pytest.approx(6.5), 2)


def test_it_measures_how_often_no_reason_fits(rep):
    make_review(make_lost(), author=rep, code="OTHER")
    make_review(make_lost(), author=rep, code="PRICE")
    make_review(make_lost(), author=rep, code="OTHER", submitted=False)
    found = other_share(Opportunity.objects.all())
    assert (found.part, found.whole) == (1, 2)
