"""The figures behind the score: periods, distinct deals, late stages, and who would use an answer."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from feedback.metrics import Share
from objections.metrics import Reuse, Trend, trend_of, value_by_team, worth_of
from objections.models import Theme
from tests.factories import make_lost, make_objection, make_opportunity, make_theme, make_won, place


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def theme(company):
    return make_theme("Dear")


def say(theme, author, deal=None, **said):
    place(make_objection("too dear", author=author, opportunity=deal, **said), theme)


def worth(theme, today):
    return worth_of(Theme.objects.active(), today)[theme.pk]


def test_money_counts_each_deal_once_and_losses_of_ninety_days(theme, rep, today):
    opened = make_opportunity(amount=100)
    last, first = make_lost(amount=20, closed_on=today - timedelta(days=89)), today - timedelta(days=90)
    for deal in (opened, opened, last, make_lost(amount=3, closed_on=first), make_won(amount=500)):
        say(theme, rep, deal)

    found = worth(theme, today)

    assert (found.open.total, found.lost.total, found.voices) == (100, 20, 5)


def test_the_late_share_is_of_deals_on_which_it_was_heard_while_open(theme, rep, today):
    def deal(name, days):
        return make_opportunity(name, created_on=today - timedelta(days=days))

    early, late, both = deal("Early", 5), deal("Late", 90), deal("Both", 80)
    for where, stage in ((early, "Demo"), (late, "Signing"), (both, "Signing"), (both, "Demo"), (late, "Signing")):
        say(theme, rep, where, stage=stage, outcome_when_heard="open")
    say(theme, rep, deal("No stage", 30), outcome_when_heard="open")
    say(theme, rep, make_lost("Told later"), stage="Signing", outcome_when_heard="lost")

    assert worth(theme, today).late == Share(2, 3)


def test_reuse_counts_people_who_logged_it_or_own_an_open_deal_with_it(theme, rep, other_rep, marketer, today):
    opened = make_opportunity(owner=other_rep)
    say(theme, rep, opened)
    say(theme, rep, opened)
    say(theme, marketer, heard_on=today - timedelta(days=400))

    assert worth(theme, today).reuse == Reuse(people=2, deals=1)


@pytest.mark.parametrize(
    ("heard_on", "voices"),
    [
        (date(2026, 1, 1), 1),
        (date(2025, 12, 31), 1),
        (date(2025, 1, 16), 1),
        (date(2025, 1, 2), 1),
        (date(2025, 1, 1), 0),
    ],
)
def test_voices_are_of_twelve_months_to_the_day(heard_on, voices, theme, rep):
    say(theme, rep, heard_on=heard_on)
    say(theme, rep, make_opportunity())  # heard later, it counts for nothing of what is asked here

    assert worth(theme, date(2026, 1, 1)).voices == voices


@pytest.mark.parametrize(
    ("by_month", "trend"),
    [
        ([0] * 12, Trend(0, 0)),
        ([9, 9, 9, 9, 9, 1, 2, 3, 4, 5, 6, 99], Trend(15, 6)),
        ([5], Trend(0, 0)),
    ],
)
def test_the_trend_is_of_whole_months(by_month, trend):
    assert trend_of(by_month) == trend


def test_withdrawn_voices_and_those_moved_elsewhere_say_nothing(theme, rep, today):
    withdrawn = {"withdrawn_at": timezone.now(), "withdrawn_by": rep}
    say(theme, rep, make_opportunity(), **withdrawn)
    moved = place(make_objection("too slow", author=rep, opportunity=make_opportunity()), theme)
    moved.undone_at = timezone.now()
    moved.save()

    assert theme.pk not in worth_of(Theme.objects.active(), today)


def test_it_takes_eight_queries(theme, rep, today, django_assert_num_queries):
    for number in range(5):
        say(make_theme(f"Theme {number}"), rep, make_opportunity(f"Deal {number}", owner=rep))

    with django_assert_num_queries(8):
        worth_of(Theme.objects.active(), today)


def test_a_team_counts_a_deal_once_however_many_of_its_themes(rep):
    themes = [make_theme(name) for name in ("Dear", "Dearer", "Slow")]
    deal, other = make_opportunity(amount=100), make_opportunity(amount=7)
    for theme in themes:
        say(theme, rep, deal)
    say(themes[0], rep, other)
    teams = {themes[0].pk: "pricing", themes[1].pk: "pricing", themes[2].pk: "product"}

    found = value_by_team(teams, type(deal).objects.open())

    assert {team: money.total for team, money in found.items()} == {"pricing": 107, "product": 100}
    assert value_by_team({}, type(deal).objects.open()) == {}
