from datetime import date
from decimal import Decimal

from feedback.metrics import lost_value, lost_value_by_month, money_of
from feedback.models import Opportunity
from tests.factories import make_lost, make_review, make_won, reason

DAY = date(2026, 3, 10)


def test_it_sums_only_the_companys_currency_and_says_what_it_left_out(company):
    make_lost(amount=1000, closed_on=DAY)
    make_lost(amount=None, amount_estimate=250, closed_on=DAY)
    make_lost(amount=None, closed_on=DAY)
    make_lost(amount=9999, currency="USD", closed_on=DAY)
    make_won(amount=500, closed_on=DAY)

    money = lost_value(Opportunity.objects.all())

    assert (money.total, money.n, money.estimated, money.estimated_n) == (Decimal(1250), 2, Decimal(250), 1)
    assert (money.unknown_n, money.elsewhere_n, money.deals) == (1, 1, 4)
    assert money.remarks == "20\u00a0% estimated, 1 without an amount, 1 in another currency left out"


def test_it_follows_the_companys_currency(company):
    company.currency = "USD"
    company.save()
    make_lost(amount=70, currency="USD")
    assert lost_value(Opportunity.objects.all()).total == 70


def test_it_counts_a_deal_once_however_a_join_repeats_it(rep):
    deal = make_lost(amount=1000)
    review = make_review(deal, author=rep)
    review.contributing.set([reason("TRUST"), reason("VALUE")])
    joined = Opportunity.objects.filter(reviews__contributing__isnull=False)
    assert joined.count() == 2
    assert money_of(joined).total == 1000


def test_it_counts_two_deals_of_equal_amount_twice(company):
    make_lost(amount=1000)
    make_lost(amount=1000)
    assert lost_value(Opportunity.objects.all()).total == 2000


def test_it_gives_every_month_also_those_without_a_loss(company, django_assert_num_queries):
    make_lost(amount=100, closed_on=date(2026, 1, 31))
    make_lost(amount=40, closed_on=date(2026, 3, 1))
    make_lost(amount=2, closed_on=date(2026, 3, 31))
    make_lost(amount=7000, closed_on=date(2026, 4, 1))
    months = [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)]

    with django_assert_num_queries(1):
        found = lost_value_by_month(Opportunity.objects.all(), months)

    assert [(each.month, each.money.total, each.money.n) for each in found] == [
        (months[0], 100, 1),
        (months[1], 0, 0),
        (months[2], 42, 2),
    ]
