from datetime import date

from objections.metrics import win_rate_against
from tests.factories import make_lost, make_objection, make_theme, make_won, place

MARCH = (date(2026, 3, 1), date(2026, 3, 31))
DAY = date(2026, 3, 10)


def hear(deal, theme, *, by, when="open"):
    objection = make_objection(author=by, opportunity=deal, outcome_when_heard=when)
    if theme:
        place(objection, theme)


def test_it_compares_with_deals_of_the_period_that_had_other_objections(rep, django_assert_num_queries):
    price, trust = make_theme("Price"), make_theme("Trust")
    won, lost, both = make_won(closed_on=DAY), make_lost(closed_on=DAY), make_lost(closed_on=DAY)
    unthemed, silent = make_won(closed_on=DAY), make_won(closed_on=DAY)
    hear(won, price, by=rep)
    hear(won, price, by=rep)
    hear(lost, price, by=rep)
    hear(both, price, by=rep)
    hear(both, trust, by=rep)
    hear(unthemed, None, by=rep)
    hear(make_won(closed_on=date(2026, 4, 1)), price, by=rep)
    assert silent.pk

    with django_assert_num_queries(2):
        found = win_rate_against([price, trust], MARCH)

    against = found[price.pk]
    assert (against.theme.part, against.theme.whole) == (1, 3)
    assert (against.base.part, against.base.whole) == (1, 1)
    assert (found[trust.pk].theme.counts, found[trust.pk].base.counts) == ("0 of 1", "2 of 3")
    assert str(against) == "1 of 3 won"


def test_it_counts_deals_told_afterwards_apart(rep):
    theme = make_theme()
    told, heard = make_lost(closed_on=DAY), make_lost(closed_on=DAY)
    hear(told, theme, by=rep, when="lost")
    hear(heard, theme, by=rep)
    hear(heard, theme, by=rep, when="lost")

    against = win_rate_against([theme], MARCH)[theme.pk]

    assert (against.theme.counts, against.told_afterwards) == ("0 of 1", 1)
    assert against.base.whole == 0


def test_it_says_percentages_only_of_twenty_deals(rep):
    theme = make_theme()
    for number in range(20):
        hear(make_won(closed_on=DAY) if number < 5 else make_lost(closed_on=DAY), theme, by=rep)
    against = win_rate_against([theme], MARCH)[theme.pk]
    assert str(against) == "25\u00a0% won"
    low, high = against.theme.interval
    assert (round(low, 3), round(high, 3)) == (0.112, 0.469)
