from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control, fisher_exact

from feedback.metrics import Share
from objections.metrics import Move, chance_of, moving_themes, with_clear
from objections.metrics.moving import FALSE
from objections.models import Theme
from tests.factories import make_lost, make_objection, make_theme, place

NOW, BEFORE = (date(2026, 3, 1), date(2026, 3, 31)), (date(2026, 2, 1), date(2026, 2, 28))
MARCH, FEBRUARY, EARLIER = date(2026, 3, 10), date(2026, 2, 10), date(2025, 6, 1)
shares = st.integers(0, 60).flatmap(lambda whole: st.builds(Share, st.integers(0, whole), st.just(whole)))


@given(shares, shares)
def test_it_gives_the_chance_of_fishers_exact_test(one, other):
    table = [[one.part, one.whole - one.part], [other.part, other.whole - other.part]]
    assert chance_of(one, other) == pytest.approx(fisher_exact(table).pvalue, rel=1e-6)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_it_is_clear_where_the_corrected_chance_is_small(chances):
    moves = [Move(at, Share(1, 2), Share(1, 2), MARCH, chance) for at, chance in enumerate(chances)]
    clear = {move.theme for move in with_clear(moves) if move.is_clear}
    corrected = false_discovery_control(chances)
    assert clear >= {at for at, chance in enumerate(corrected) if chance < FALSE - 1e-9}
    assert clear <= {at for at, chance in enumerate(corrected) if chance < FALSE + 1e-9}


def hear(theme, rep, day, deals):
    for at in range(deals):
        deal = make_lost(f"{theme} {day} {at}", closed_on=day, amount=100)
        for _ in range(2):  # twice on a deal counts once
            place(make_objection(f"{theme} {day} {at}", author=rep, opportunity=deal, heard_on=day), theme)


def found(kind):
    return [
        (Theme.objects.get(pk=move.theme).name, move.now.counts, move.before.counts)
        for move in getattr(moving_themes(Theme.objects.active(), NOW, BEFORE), kind)
    ]


def test_it_names_what_rises_falls_and_is_new_by_distinct_deals(rep):
    up, down, steady, new = map(make_theme, ("Up", "Down", "Steady", "Unheard"))
    for theme, now, before in ((up, 14, 2), (down, 1, 12), (steady, 10, 10), (new, 3, 0)):
        hear(theme, rep, MARCH, now)
        hear(theme, rep, FEBRUARY, before)
    assert found("rising") == [("Up", "14 of 28", "2 of 24")]
    assert found("falling") == [("Down", "1 of 28", "12 of 24")]
    assert found("new") == [("Unheard", "3 of 28", "0 of 24")]
    assert [name for name, *_ in found("unclear")] == ["Steady"]


def test_logging_twice_as_much_of_everything_makes_nothing_rise(rep):
    for name in ("Price", "Trust", "Effort"):
        theme = make_theme(name)
        hear(theme, rep, MARCH, 16)
        hear(theme, rep, FEBRUARY, 8)
    assert found("rising") == found("falling") == []


def test_a_few_voices_more_are_not_called_a_rise(rep):
    theme, other = make_theme("Price"), make_theme("Trust")
    for each, now, before in ((theme, 4, 1), (other, 6, 7)):
        hear(each, rep, MARCH, now)
        hear(each, rep, FEBRUARY, before)
    assert found("rising") == []
    assert found("unclear")[0][0] in ("Price", "Trust")


def test_what_was_heard_before_is_not_new_and_one_deal_makes_nothing_new(rep):
    old, once = make_theme("Heard last year"), make_theme("Heard once")
    hear(old, rep, EARLIER, 1)
    hear(old, rep, MARCH, 3)
    hear(once, rep, MARCH, 1)
    assert found("new") == []


def test_themes_out_of_use_are_left_out(rep):
    hear(make_theme("Retired", state="retired"), rep, MARCH, 5)
    assert found("new") == []


def test_it_asks_as_often_for_many_themes(rep, django_assert_max_num_queries):
    for at in range(8):
        hear(make_theme(f"Theme {at}"), rep, MARCH, 2)
    with django_assert_max_num_queries(5):
        moving_themes(Theme.objects.active(), NOW, BEFORE)
