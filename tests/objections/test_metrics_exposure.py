from datetime import date

from django.utils import timezone

from objections.metrics import lost_value_by_theme, open_value_by_theme, unanswered_lost_value
from objections.models import Publication, Theme
from tests.factories import (
    make_collateral,
    make_lost,
    make_objection,
    make_opportunity,
    make_theme,
    make_won,
    place,
)

MARCH = (date(2026, 3, 1), date(2026, 3, 31))
DAY = date(2026, 3, 10)
TODAY = date(2026, 11, 22)


def hear(deal, theme, *, by, times=1):
    for _ in range(times):
        place(make_objection(author=by, opportunity=deal), theme)


def test_it_counts_a_deal_once_in_each_theme(rep, django_assert_num_queries):
    price, trust, quiet = make_theme("Price"), make_theme("Trust"), make_theme("Quiet")
    both, other = make_lost(amount=1000, closed_on=DAY), make_lost(amount=1000, closed_on=DAY)
    hear(both, price, by=rep, times=3)
    hear(both, trust, by=rep)
    hear(other, price, by=rep, times=2)
    hear(make_lost(amount=7, closed_on=TODAY), price, by=rep)
    hear(make_won(amount=9, closed_on=DAY), price, by=rep)

    with django_assert_num_queries(1):
        found = lost_value_by_theme([price, trust, quiet], MARCH)

    assert {theme: (money.total, money.n) for theme, money in found.items()} == {
        price.pk: (2000, 2),
        trust.pk: (1000, 1),
    }


def test_it_leaves_out_withdrawn_voices_and_undone_placements(rep):
    theme, deal = make_theme(), make_lost(amount=1000, closed_on=DAY)
    withdrawn = make_objection(author=rep, opportunity=deal, withdrawn_at=timezone.now(), withdrawn_by=rep)
    place(withdrawn, theme)
    undone = place(make_objection(author=rep, opportunity=deal), theme)
    undone.undone_at = timezone.now()
    undone.save()
    assert lost_value_by_theme(Theme.objects.all(), MARCH) == {}


def test_it_marks_estimates_and_other_currencies(rep):
    theme = make_theme()
    hear(make_lost(amount=None, amount_estimate=40, closed_on=DAY), theme, by=rep)
    hear(make_lost(amount=500, currency="USD", closed_on=DAY), theme, by=rep)
    money = lost_value_by_theme([theme.pk], MARCH)[theme.pk]
    assert (money.total, money.estimated, money.elsewhere_n) == (40, 40, 1)


def test_it_sums_what_is_still_open(rep):
    theme = make_theme()
    deal = make_opportunity(amount=300)
    hear(deal, theme, by=rep, times=2)
    hear(make_lost(amount=9), theme, by=rep)
    assert open_value_by_theme([theme])[theme.pk].total == 300


def test_it_counts_unanswered_deals_once_however_many_themes(rep, marketer, django_assert_num_queries):
    price, trust, answered = make_theme("Price"), make_theme("Trust"), make_theme("Answered")
    make_collateral(owner=marketer, themes=[answered])
    make_collateral("Draft", owner=marketer, themes=[trust], published=False)
    both = make_lost(amount=1000, closed_on=DAY)
    hear(both, price, by=rep)
    hear(both, trust, by=rep)
    hear(make_lost(amount=50, closed_on=DAY), answered, by=rep)
    hear(make_lost(amount=70, closed_on=date(2025, 11, 22)), price, by=rep)
    hear(make_lost(amount=5, closed_on=date(2025, 11, 23)), price, by=rep)

    with django_assert_num_queries(2):
        found = unanswered_lost_value(TODAY)

    assert (found.money.total, found.money.n) == (1005, 2)
    assert [(theme, money.total) for theme, money in found.by_theme.items()] == [(price.pk, 1005), (trust.pk, 1000)]


def test_it_counts_a_theme_again_when_its_collateral_is_retired(rep, marketer):
    theme = make_theme()
    collateral = make_collateral(owner=marketer, themes=[theme])
    hear(make_lost(amount=80, closed_on=DAY), theme, by=rep)
    assert unanswered_lost_value(TODAY).money.total == 0
    Publication.objects.filter(collateral=collateral).update(retired_at=timezone.now(), retired_by=marketer)
    assert unanswered_lost_value(TODAY).money.total == 80
